"""TLC's files on a web server: its own, or another one with the same names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path

import requests

from taxi.errors import TaxiError
from taxi.fetching.http import Client, without_query
from taxi.fetching.offers import (
    Body,
    Description,
    Listing,
    Missing,
    Offer,
    Wanted,
    preceding,
    tlc_name,
)
from taxi.fetching.patience import Changed, Patience, Transient
from taxi.landing import files
from taxi.landing.columns import SERVICES
from taxi.landing.files import Seen, TripFile

# Where TLC publishes, as its page of trip records links to it.
TLC = "https://d37ci6vzurychx.cloudfront.net/trip-data"

# The month of TLC's first file.
_FIRST_MONTH = date(2009, 1, 1)

# Servers that do not know HEAD say so with these.
_NO_HEAD = ("405", "501")


class Web:
    """A folder of a web server, or one file there.

    Args:
        address: URL of the folder; not of `file`.
        file: the name read, if the address is of one file.
    """

    def __init__(
        self,
        address: str,
        client: Client,
        patience: Patience,
        file: TripFile | None = None,
    ):
        self._address = address
        self._client = client
        self._patience = patience
        self._file = file

    def offers(self, wanted: Wanted) -> Listing:
        """See `Place`. A web server lists nothing: the names are TLC's."""
        if self._file:
            shown = without_query(self._address)
            offer = Offer(self._file, shown, self._address)
            is_wanted = wanted.includes(self._file)
            return Listing([offer] * is_wanted, Seen(names=[offer.name]))
        if wanted.is_latest:
            services = sorted(wanted.services or SERVICES)
            return Listing([self._latest(service) for service in services])
        return Listing([self._offer(*one) for one in wanted.names()])

    def describe(self, offer: Offer) -> Description:
        """See `Place`."""
        return self._patience.persist(offer.name, lambda: self._head(offer))

    @contextmanager
    def read(self, offer: Offer, start: int, known: Description) -> Iterator[Body]:
        """See `Place`."""
        headers = {}
        if start and known.validator:
            headers = {"Range": f"bytes={start}-", "If-Range": known.validator}
        with self._client.ask("GET", offer.locator, headers) as response:
            found = _description(response)
            encoding = response.headers.get("Content-Encoding", "identity")
            if encoding != "identity" and not offer.name.endswith(".gz"):
                raise TaxiError(
                    f"the server sends it as {encoding!r}, though not asked"
                )
            if response.status_code == 206:
                if not headers:
                    raise Transient("the server sends a part, though not asked")
                found = _whole(response, start, known)
            begins = start if response.status_code == 206 else 0
            yield Body(begins, found, self._client.chunks(response))

    def __str__(self) -> str:
        return without_query(self._address)

    def _offer(self, service: str, month: date) -> Offer:
        name = tlc_name(service, month)
        url = f"{self._address}/{name}"
        return Offer(files.parse(Path(name)), url, url)

    def _head(self, offer: Offer) -> Description:
        try:
            with self._client.ask("HEAD", offer.locator) as response:
                return _description(response)
        except (TaxiError, Transient) as error:
            if not any(f" answered {code}" in str(error) for code in _NO_HEAD):
                raise
        with self._client.ask("GET", offer.locator) as response:
            return _description(response)

    def _latest(self, service: str) -> Offer:
        """The newest month that the server has, or this one if it has none.

        It is looked for from this month back.
        """
        this_month = month = datetime.now(UTC).date().replace(day=1)
        while month >= _FIRST_MONTH:
            offer = self._offer(service, month)
            try:
                self.describe(offer)
            except Missing:
                month = preceding(month)
            else:
                return offer
        return self._offer(service, this_month)


def _description(response: requests.Response) -> Description:
    length = response.headers.get("Content-Length", "")
    return Description(
        int(length) if length.isascii() and length.isdigit() else None,
        response.headers.get("ETag"),
        response.headers.get("Last-Modified"),
    )


def _whole(response: requests.Response, start: int, known: Description) -> Description:
    """What a part says of the whole.

    Raises:
        Changed: if the part is not of the file that is known, or not the one asked for.
    """
    unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
    asked, _, total = rest.partition("/")
    size = int(total) if total.isascii() and total.isdigit() else None
    sent = _description(response)
    found = Description(size, sent.etag, sent.modified)
    first = "".join(takewhile(str.isdigit, asked))
    if unit != "bytes" or first != str(start) or not found.is_same_as(known):
        raise Changed("the file changed between two parts")
    return Description(known.size, known.etag, known.modified)
