"""TLC's files in a folder: their names, and which of them stand for which month."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path, PurePath
from typing import TypeVar

from taxi.errors import TaxiError
from taxi.landing.columns import SERVICES
from taxi.landing.file_names import (
    OddName,
    Told,
    check_folders,
    extension_of,
    form_of,
    is_data,
    is_of_service_alone,
    read_name,
    read_path,
    refuse_other_form,
)

Claim = TypeVar("Claim")

# The folders that a lake has within its own.
_OF_A_LAKE = ("warehouse", "staging", "cache", "locks")


@dataclass(frozen=True)
class TripFile:
    """A file whose name says that it holds one month of one service.

    Attributes:
        origin: address it was fetched from, if it was.
        etag: the ETag that it had there.
        folders: if folders told the month and not its name: its path from the place.
    """

    path: Path
    service: str
    month: date
    format: str
    is_exactly_named: bool
    origin: str | None = None
    etag: str | None = None
    folders: str | None = None

    @property
    def name(self) -> str:
        """Its own name, or as TLC would name it if that tells nothing."""
        if self.folders is None:
            return self.path.name
        extension = extension_of(self.folders)
        return f"{self.service}_tripdata_{self.month:%Y-%m}{extension}"

    @property
    def rank(self) -> int:
        """How good a claim to its month the file has; the least wins.

        Parquet goes before CSV, and TLC's own name before one that somebody altered.
        """
        return rank(self.format, self.is_exactly_named)

    @property
    def remarks(self) -> list[str]:
        """What is to be told of how its name was read."""
        return [f"month told by its folders: {self.folders}"] if self.folders else []


@dataclass
class Seen:
    """What was seen in a place.

    Attributes:
        odd_names: files of trips whose names are not of one whole month.
        others: files that may hold trips, and whose names do not tell.
        names: all files, in their order.
    """

    files: list[TripFile] = field(default_factory=list)
    odd_names: list[OddName] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def look_at(self, path: PurePath, around: str = "") -> TripFile | None:
        """Take a file in by its path from the place; see `read_path`."""
        self.names.append(str(path))
        try:
            file = read(path, around)
        except OddName as error:
            self.odd_names.append(error)
            return None
        if file:
            self.files.append(file)
        elif is_data(path.name):
            self.others.append(str(path))
        return file


def rank(file_format: str, is_exactly_named: bool) -> int:
    """See `TripFile.rank`."""
    return 2 * (file_format != "parquet") + (not is_exactly_named)


def rank_of_name(name: str) -> int:
    """The rank of a file that landed under a name, whatever is thought of it today."""
    try:
        told = read_name(name)
    except OddName:
        told = None
    return rank(form_of(name), bool(told and told.is_exact))


def as_landed(name: str, service: str, month: date) -> TripFile:
    """A file as it is known by its landing, whatever is thought of its name today."""
    is_exact = rank_of_name(name) % 2 == 0
    return TripFile(Path(name), service, month, form_of(name), is_exact)


def parse(path: PurePath) -> TripFile | None:
    """Read a file's name; None if it is not that of a file of trips.

    Raises:
        OddName: if it stands for no single month.
    """
    told = read_name(path.name)
    return _file(Path(path), told) if told else None


def read(path: PurePath, around: str = "") -> TripFile | None:
    """Read a file's name, or else its folders; see `read_path`.

    Raises:
        OddName: if they stand for no single month.
    """
    refuse_other_form(path.name)
    # A name of the service alone leaves the month to the folders.
    told = read_path(path, around) if is_of_service_alone(path.name) else None
    if told is None:
        named = read_name(path.name)
        if named:
            check_folders(str(path), named, path.parts[:-1])
            return _file(Path(path), named)
        told = read_path(path, around)
    return _file(Path(path), told, str(path)) if told else None


def _file(path: Path, told: Told, folders: str | None = None) -> TripFile:
    return TripFile(
        path, told.service, told.month, told.format, told.is_exact, folders=folders
    )


def walk(folder: Path, left_out: Iterable[Path] = ()) -> Iterator[Path]:
    """The files in a folder and its folders, in order; hidden folders are left out.

    What is named like a file of trips counts as one, also a folder or a broken link.

    Raises:
        TaxiError: if a folder cannot be read.
    """
    pending, known = [folder], {path.resolve() for path in left_out}
    if folder.resolve() in known:
        # Somebody keeps files beside what the lake is made of.
        known.remove(folder.resolve())
        known |= {folder.resolve() / name for name in _OF_A_LAKE}
    while pending:
        here = pending.pop(0)
        if here.resolve() in known:
            continue
        known.add(here.resolve())
        try:
            entries = sorted(here.iterdir())
        except OSError as error:
            raise TaxiError(f"{here} cannot be read: {error.strerror}") from error
        for path in entries:
            if not _is_folder(path):
                yield path
            elif not path.name.startswith((".", "_")):
                pending.append(path)


def is_named_as_trips(name: str) -> bool:
    """Whether a name is that of a file of trips, of one whole month or not."""
    try:
        return read_name(name) is not None
    except OddName:
        return True


def _is_folder(path: Path) -> bool:
    # `isdir`, as it is False for a link that leads in a circle.
    return not is_named_as_trips(path.name) and os.path.isdir(path)


def by_month(
    claims: list[Claim], file_of: Callable[[Claim], TripFile]
) -> list[list[Claim]]:
    """Group what claims one month, the best claim first."""

    def month_of(claim: Claim) -> tuple[str, date]:
        return file_of(claim).service, file_of(claim).month

    in_order = sorted(claims, key=lambda claim: _order(file_of(claim)))
    return [list(group) for _, group in groupby(in_order, key=month_of)]


def goes_first(holder: TripFile, file: TripFile) -> str:
    """Why a file gives way to another one of its month."""
    is_told_apart = holder.name != file.name
    shown = holder.name if is_told_apart else holder.origin or holder.path
    return f"{shown} has the month and goes before it"


def is_for_landing_alone(name: str) -> bool:
    """Whether Spark cannot read a file by its name, though landing can."""
    is_gzip = name.lower().endswith(".gz")
    return name.lower().endswith(".zip") or (is_gzip and not name.endswith(".gz"))


def is_read(service: str) -> bool:
    """Whether this project reads a service; `fhv` and `fhvhv` it does not."""
    return service in SERVICES


def _order(file: TripFile) -> tuple:
    is_told = file.folders is not None
    return file.service, file.month, file.rank, is_told, file.name, str(file.path)
