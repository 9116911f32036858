"""What a place offers: TLC's files by name, and what the place says of each."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import Protocol

from taxi.errors import TaxiError
from taxi.landing import files
from taxi.landing.columns import SERVICES
from taxi.landing.file_names import OddName
from taxi.landing.files import Seen, TripFile

# Fifty years; TLC's first month is 2009-01.
_MOST_MONTHS = 600

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.()+ -]{1,200}")


class Missing(Exception):
    """The place has no such file; nothing is wrong. The text says how it said so."""


@dataclass(frozen=True)
class Description:
    """What a place says of a file before it is read.

    Attributes:
        size: bytes, if it says so.
        etag: its ETag, as it writes it.
        modified: its Last-Modified, as it writes it.
        sha256: of the bytes, in hexadecimal, where the place keeps it.
        crc32c: of the bytes, as Google Cloud Storage writes it.
        generation: of an object in Google Cloud Storage.
        first_etag: the ETag of the server that the place has it from.
    """

    size: int | None = None
    etag: str | None = None
    modified: str | None = None
    sha256: str | None = None
    crc32c: str | None = None
    generation: int | None = None
    first_etag: str | None = None

    @property
    def validator(self) -> str | None:
        """What names this content to the server for certain, as for `If-Range`."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.modified

    def is_same_as(self, other: "Description") -> bool:
        """Whether both are of one content, by the first of these that one of them has.

        Generation, ETag, Last-Modified, SHA-256.

        Without any nothing can be said, and the answer is no.
        """
        if None not in (self.size, other.size) and self.size != other.size:
            return False
        if None not in (self.generation, other.generation):
            return self.generation == other.generation
        if self.etag or other.etag:
            return self.etag == other.etag
        if self.modified or other.modified:
            return self.modified == other.modified
        return self.sha256 is not None and self.sha256 == other.sha256


@dataclass(frozen=True)
class Offer:
    """A file that a place has, or may have.

    Attributes:
        file: its name read; the path counts only in a place on this machine.
        address: where it is, as a URL or a path, without secrets.
        locator: what the place itself asks for, if that is not the address.
        description: what is known of it without asking.
        is_here: whether it is read where it is, on this machine.
        wanted_sha256: of the content that is wanted; where a download of it is kept,
            nobody is asked.
    """

    file: TripFile
    address: str
    locator: str | None = None
    description: Description | None = None
    is_here: bool = False
    wanted_sha256: str | None = None

    @property
    def name(self) -> str:
        return self.file.name


@dataclass(frozen=True)
class Wanted:
    """Which files are wanted.

    Attributes:
        services: their services, or None for every one.
        first, last: their months, both included, as first days.
        is_latest: whether only the newest month of each service is wanted.
    """

    services: frozenset[str] | None = None
    first: date = date.min
    last: date = date.max
    is_latest: bool = False

    def includes(self, file: TripFile) -> bool:
        return self.includes_month(file.service, file.month)

    def includes_month(self, service: str, month: date) -> bool:
        is_wanted = self.services is None or service in self.services
        return is_wanted and self.first <= month <= self.last

    def names(self) -> list[tuple[str, date]]:
        """Every service and month that was asked for by name; none if all were.

        Raises:
            TaxiError: if they are more than TLC can have published.
        """
        if self.is_latest or self.last == date.max:
            return []
        first, last = (12 * end.year + end.month - 1 for end in (self.first, self.last))
        if last - first >= _MOST_MONTHS:
            raise TaxiError(
                f"--months asks for {last - first + 1:,} months; "
                f"ask for {_MOST_MONTHS} at most"
            )
        months = [date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1)]
        services = self.services or frozenset(SERVICES)
        return [(service, month) for service in sorted(services) for month in months]


@dataclass(frozen=True)
class Listing:
    """What a place holds, as far as it lists anything.

    Attributes:
        offers: the wanted files.
        seen: all files, wanted or not.
    """

    offers: list[Offer]
    seen: Seen = field(default_factory=Seen)


@dataclass(frozen=True)
class Body:
    """A file as it arrives.

    Attributes:
        start: the byte of the file with which it begins.
        description: what the server says of the whole file.
        chunks: the bytes.
    """

    start: int
    description: Description
    chunks: Iterator[bytes]


class Place(Protocol):
    """Where files are: a folder, a web server or a bucket."""

    def offers(self, wanted: Wanted) -> Listing:
        """The wanted files, and what else is there.

        Raises:
            TaxiError: if the place cannot be read.
        """

    def describe(self, offer: Offer) -> Description:
        """Ask about a file.

        Raises:
            Missing: if it is not there.
            TaxiError: if the place does not say.
        """

    def read(
        self, offer: Offer, start: int, known: Description
    ) -> AbstractContextManager[Body]:
        """Read a file from a byte on, if it is still the one that is known.

        Raises:
            Missing: if it is not there any more.
            Changed, Transient: if it is worth another attempt.
            TaxiError: if it is not.
        """


def tlc_name(service: str, month: date) -> str:
    """TLC's name of a month's parquet."""
    return f"{service}_tripdata_{month:%Y-%m}.parquet"


def preceding(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def checked(name: str) -> TripFile | None:
    """Read a name that another machine gave; None if it is not of a file of trips.

    Raises:
        TaxiError: if the name is not fit for a file here.
    """
    file = files.parse(PurePath(name))
    if file:
        refuse_odd_characters(name)
    return file


def refuse_odd_characters(name: str) -> None:
    """Refuse a name that another machine gave and that is not fit for a file here.

    Raises:
        OddName: if it is not.
    """
    if not _PLAIN_NAME.fullmatch(name):
        raise OddName(repr(name), "the name holds odd characters; rename the file")


def latest_only(offers: list[Offer]) -> list[Offer]:
    """The offers of the newest month of each service."""
    newest: dict[str, date] = {}
    for offer in offers:
        file = offer.file
        newest[file.service] = max(file.month, newest.get(file.service, date.min))
    return [o for o in offers if o.file.month == newest[o.file.service]]
