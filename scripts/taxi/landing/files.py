"""TLC's files in a folder: their names, and which of them stand for which month."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from taxi.errors import TaxiError
from taxi.landing.columns import SERVICES

Claim = TypeVar("Claim")

_NAME = re.compile(
    r"(?P<service>green|yellow|fhv|fhvhv)_tripdata_(?P<year>\d{4})-(?P<month>\d\d)"
    r"(?P<rest>(?!\d).*)(?P<extension>\.parquet|\.csv|\.csv\.gz)"
)


@dataclass(frozen=True)
class TripFile:
    """A file whose name says that it holds one month of one service.

    Attributes:
        origin: address it was fetched from, if it was.
        etag: the ETag that it had there.
    """

    path: Path
    service: str
    month: date
    format: str
    is_exactly_named: bool
    origin: str | None = None
    etag: str | None = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def rank(self) -> int:
        """How good a claim to its month the file has; the least wins.

        Parquet goes before CSV, and TLC's own name before one that somebody altered.
        """
        return rank(self.format, self.is_exactly_named)


def rank(file_format: str, is_exactly_named: bool) -> int:
    """See `TripFile.rank`."""
    return 2 * (file_format != "parquet") + (not is_exactly_named)


def parse(path: Path) -> TripFile | None:
    """Read a file's name; None if it is not that of a file of trips.

    Raises:
        TaxiError: if the month does not exist.
    """
    found = _NAME.fullmatch(path.name)
    if not found:
        return None
    try:
        month = date(int(found["year"]), int(found["month"]), 1)
    except ValueError:
        raise TaxiError(
            f"{path.name}: {found['year']}-{found['month']} is no month"
        ) from None
    kind = "parquet" if found["extension"] == ".parquet" else "csv"
    return TripFile(path, found["service"], month, kind, not found["rest"])


def find(folder: Path) -> tuple[list[TripFile], list[TaxiError]]:
    """The files of trips in a folder, by service, month and rank; and odd names.

    Raises:
        TaxiError: if the folder cannot be read.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise TaxiError(f"{folder} cannot be read: {error.strerror}") from error
    files, faults = [], []
    for path in paths:
        try:
            file = parse(path)
        except TaxiError as error:
            faults.append(error)
        else:
            files.extend([file] if file else [])
    return sorted(files, key=_order), faults


def by_month(
    claims: list[Claim], file_of: Callable[[Claim], TripFile]
) -> list[list[Claim]]:
    """Group what claims one month, the best claim first."""

    def month_of(claim: Claim) -> tuple[str, date]:
        return file_of(claim).service, file_of(claim).month

    in_order = sorted(claims, key=lambda claim: _order(file_of(claim)))
    return [list(group) for _, group in groupby(in_order, key=month_of)]


def is_read(service: str) -> bool:
    """Whether this project reads a service; `fhv` and `fhvhv` it does not."""
    return service in SERVICES


def _order(file: TripFile) -> tuple:
    return file.service, file.month, file.rank, file.name
