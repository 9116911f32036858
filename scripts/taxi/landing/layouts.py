"""The variants in which TLC's trip files have come, matched against the landed columns.

Older files differ from those of 2025 in the case of names, in spaces, in physical
types, and in what they lack. Source: the files' own footers and headers.
"""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.types as kinds

from taxi.errors import TaxiError
from taxi.landing.columns import SERVICES, Column, Kind


@dataclass(frozen=True)
class FileColumn:
    """A column as a file has it; `type` is None in a CSV, where all is text."""

    name: str
    type: pa.DataType | None

    @property
    def type_name(self) -> str:
        return "text" if self.type is None else str(self.type)


@dataclass(frozen=True)
class Layout:
    """How the columns of one file serve the landed ones.

    Attributes:
        names: for each landed column of the service its name in the file, or None.
        adaptations: what was done to make the file fit, for people.
        unknown: names in the file that serve no landed column.
    """

    names: dict[Column, str | None]
    adaptations: tuple[str, ...]
    unknown: tuple[str, ...]


def match(service: str, found: list[FileColumn]) -> Layout:
    """Match a file's columns against what is known of TLC's files.

    Raises:
        TaxiError: for a layout that is not read, a missing, doubled or oddly typed
            column. The text does not name the file.
    """
    by_key = {column.name.strip().lower(): column for column in found}
    _refuse_coordinates(by_key)
    names = Counter(column.name.strip().lower() for column in found)
    doubled = [name for name, count in names.items() if count > 1]
    if doubled:
        raise TaxiError(f"column {doubled[0]} occurs {names[doubled[0]]} times")

    wanted = SERVICES[service]
    matched = {column: by_key.get(column.name.lower()) for column in wanted}
    missing = [c.name for c, source in matched.items() if c.required and source is None]
    if missing:
        raise TaxiError(f"required column {', '.join(missing)} is missing")
    for column, source in matched.items():
        if source is not None and not _is_known_type(column.kind, source.type):
            raise TaxiError(
                f"column {source.name.strip()} is {source.type_name}, "
                f"and {column.kind.value} is wanted"
            )
    known = {column.name.lower() for column in wanted}
    return Layout(
        names={c: source and source.name for c, source in matched.items()},
        adaptations=tuple(_adaptations(matched)),
        unknown=tuple(
            column.name for key, column in by_key.items() if key not in known
        ),
    )


def _refuse_coordinates(names: dict[str, FileColumn]) -> None:
    """Name the layouts that had coordinates before TLC drew its zones."""
    if "pulocationid" in names or not names.keys() & {"start_lon", "pickup_longitude"}:
        return
    if "start_lon" in names:
        era = "2009 layout"
    elif "vendor_id" in names:
        era = "layout of 2010 to 2014"
    else:
        era = "layout of before 2016-07"
    raise TaxiError(
        f"{era}: coordinates instead of zones, which this project does not read"
    )


def _is_known_type(kind: Kind, physical: pa.DataType | None) -> bool:
    """Whether a file may hold a column of this kind in this type."""
    if physical is None:
        return True
    if kind is Kind.TIME:
        return kinds.is_timestamp(physical) and physical.tz is None
    if kinds.is_null(physical):
        return True
    if kind is Kind.FLAG:
        return kinds.is_string(physical) or kinds.is_large_string(physical)
    return kinds.is_signed_integer(physical) or kinds.is_float64(physical)


def _adaptations(matched: dict[Column, FileColumn | None]) -> list[str]:
    """Say what differs from TLC's files of 2025, one text per sort of difference."""
    present = {c: source for c, source in matched.items() if source is not None}
    absent = [column.name for column, source in matched.items() if source is None]
    renamed = [
        f"{source.name!r} as {column.name}"
        for column, source in present.items()
        if source.name != column.name
    ]
    typed = {c.name: source.type for c, source in present.items() if source.type}
    nulls = [name for name, physical in typed.items() if kinds.is_null(physical)]
    floats = [
        column.name
        for column in present
        if column.kind is Kind.CODE and typed.get(column.name) == pa.float64()
    ]
    texts = [
        ("read ", renamed, ""),
        ("whole numbers from double: ", floats, ""),
        ("", nulls, " without a type"),
        ("no ", absent, ""),
    ]
    return [
        f"{before}{', '.join(names)}{after}" for before, names, after in texts if names
    ]
