"""Landed files, each where it was landed from: on the network, or on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from taxi.errors import TaxiError
from taxi.fetching.offers import (
    Body,
    Description,
    Listing,
    Missing,
    Offer,
    Place,
    Wanted,
    latest_only,
)
from taxi.fetching.places import Settings, read_place
from taxi.landing import files
from taxi.landing.records import Landing
from taxi.landing.sources import stamp


class Origins:
    """The origins of landed files, as `tlc.source_files` tells them.

    Args:
        landed: the landings of the files.
        settings: how places are reached.
    """

    def __init__(self, landed: list[Landing], settings: Settings):
        self._landed = landed
        self._settings = settings
        self._lock = Lock()
        self._opened: dict[str, tuple[Place, dict[str, Offer]] | TaxiError] = {}

    def offers(self, wanted: Wanted) -> Listing:
        """See `Place`. No place is asked for that."""
        offers = [_offer(one) for one in self._landed]
        offers = [one for one in offers if wanted.includes(one.file)]
        return Listing(latest_only(offers) if wanted.is_latest else offers)

    def describe(self, offer: Offer) -> Description:
        """See `Place`; a file that is gone is an error."""
        if offer.is_here:
            return Description(stamp(offer.file.path).size)
        with _gone(offer):
            place, found = self._find(offer)
            return place.describe(found)

    @contextmanager
    def read(self, offer: Offer, start: int, known: Description) -> Iterator[Body]:
        """See `Place`; a file that is gone is an error."""
        with _gone(offer):
            place, found = self._find(offer)
            with place.read(found, start, known) as body:
                yield body

    def __str__(self) -> str:
        return "the lake"

    def _find(self, offer: Offer) -> tuple[Place, Offer]:
        """The place that has a file, and what it calls it."""
        if Path(offer.address).is_absolute():
            raise Missing("no such file")
        place, offers = self._open(offer.address)
        found = offers.get(offer.address)
        if found is None and offer.address.startswith("gs://"):
            # Its name may tell nothing to who sees only the folder that it is in.
            found = place.offer_of(offer.address, offer.file)
        if found is None:
            raise Missing(f"{place} does not hold it")
        return place, found

    def _open(self, address: str) -> tuple[Place, dict[str, Offer]]:
        """A place and its files by their addresses; each place is asked once."""
        is_cloud = address.startswith("gs://")
        name = address.rpartition("/")[0] if is_cloud else address
        with self._lock:
            if name not in self._opened:
                self._opened[name] = self._look(name)
        opened = self._opened[name]
        if isinstance(opened, TaxiError):
            raise opened
        return opened

    def _look(self, name: str) -> tuple[Place, dict[str, Offer]] | TaxiError:
        try:
            place = read_place(name)(self._settings)
            offers = place.offers(Wanted()).offers
        except ValueError as error:
            return TaxiError(f"{name}: {error}")
        except TaxiError as error:
            return error
        return place, {offer.address: offer for offer in offers}


def _offer(landing: Landing) -> Offer:
    """A landed file as its origin offers it, if it still does."""
    file = files.as_landed(
        landing.source_file, landing.service_type, landing.source_month
    )
    path = Path(landing.origin)
    if path.is_absolute():
        is_here = path.is_file()
        if is_here:
            folders = None if path.name == file.name else landing.origin
            file = replace(file, path=path, folders=folders)
        return Offer(file, landing.origin, is_here=is_here)
    return Offer(file, landing.origin, wanted_sha256=landing.sha256)


@contextmanager
def _gone(offer: Offer) -> Iterator[None]:
    """Make an error of a file that is missing: it is not only unpublished."""
    try:
        yield
    except Missing as error:
        raise TaxiError(
            f"is gone: neither in the cache nor at {offer.address} ({error})"
        ) from error
