"""The first lines of TLC's CSV files: names, and how much longer the records are."""

import csv
from dataclasses import dataclass

from taxi.errors import TaxiError


@dataclass(frozen=True)
class CsvHead:
    """What the first lines of a CSV tell.

    Attributes:
        names: of its columns, without spaces around.
        surplus_fields: how many fields its first record has beyond the names.
        skipped_lines: how many lines the header ends after.
    """

    names: list[str]
    surplus_fields: int
    skipped_lines: int


def read_head(lines: list[str]) -> CsvHead:
    """Read the header and the length of the first record; empty lines do not count.

    Raises:
        TaxiError: if there is no header or no record.
    """
    header = next((n for n, line in enumerate(lines) if line.strip()), None)
    if header is None:
        raise TaxiError("holds no trips")
    names = _fields(lines[header])
    while names and not names[-1].strip():
        names.pop()
    record = next((line for line in lines[header + 1 :] if line.strip()), None)
    if record is None:
        raise TaxiError("holds no trips")
    surplus = max(0, len(_fields(record)) - len(names))
    return CsvHead([name.strip() for name in names], surplus, header + 1)


def _fields(line: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r")]), [])
