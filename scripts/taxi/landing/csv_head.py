"""The first lines of TLC's CSV files: names, and how much longer the records are."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from taxi.errors import TaxiError
from taxi.landing.names import unnamed

# Records that tell how long all of them are: one alone may be the odd one.
_RECORDS = 50
# Lines that hold the header and those records, unless many are empty.
HEAD_LINES = 2 * _RECORDS

# What parts the fields; of equals the first.
_DELIMITERS = ",;\t|"

# A field of a record, and no name: a time or a date, or a number.
_TIME = re.compile(r"\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]+)")
_NUMBER = re.compile(r"\s*[+-]?[0-9]*[.,]?[0-9]+\s*")


class NoText(TaxiError):
    """The first lines are no text in UTF-8."""


@dataclass(frozen=True)
class CsvHead:
    """What the first lines of a CSV tell.

    Attributes:
        names: of its columns, without spaces around; one without a name is called
            `column 1 without a name`, by its place.
        surplus_fields: how many fields most records have beyond the names.
        skipped_lines: how many lines the header ends after.
        delimiter: what parts the fields.
    """

    names: list[str]
    surplus_fields: int
    skipped_lines: int
    delimiter: str = ","

    @property
    def columns(self) -> list[str]:
        """The names, and what stands for the fields beyond."""
        return self.names + self.surplus

    @property
    def surplus(self) -> list[str]:
        return [f"surplus field {n + 1}" for n in range(self.surplus_fields)]


def read_head(lines: list[str]) -> CsvHead:
    """Read the header and the length of the records; empty lines do not count.

    Args:
        lines: whole ones, `HEAD_LINES` or what there is.

    Raises:
        TaxiError: if there is no header or no record; `NoText` if this is no text.
    """
    _refuse_no_text(lines)
    header = next((n for n, line in enumerate(lines) if line.strip()), None)
    if header is None:
        raise TaxiError("holds no trips: it has no lines but empty ones")
    line = lines[header]
    delimiter = max(_DELIMITERS, key=lambda one: len(_fields(line, one)))
    names = [name.strip() for name in _fields(line, delimiter)]
    if _is_record(names):
        raise TaxiError(
            f"has no header line, but begins with {line.strip()[:40]!r}; "
            "put the line of TLC's column names before it"
        )
    given = [one for one in lines[header + 1 :] if one.strip()][:_RECORDS]
    if not given:
        raise TaxiError("holds no trips: nothing follows its header line")
    records = [_fields(one, delimiter) for one in given]
    while names and not names[-1] and not _is_used(len(names) - 1, records):
        names.pop()
    lengths = Counter(map(len, records))
    usual = max(lengths, key=lambda one: (lengths[one], one == len(names)))
    named = [name or unnamed(place) for place, name in enumerate(names)]
    return CsvHead(named, max(0, usual - len(names)), header + 1, delimiter)


def _refuse_no_text(lines: list[str]) -> None:
    start = "\n".join(lines[:HEAD_LINES])
    # The mark of UTF-16, where UTF-8 was read.
    if start.startswith("\ufffd\ufffd") and "\0" in start:
        raise NoText("is a text in UTF-16; save it as CSV in UTF-8")
    if "\ufffd" in start or "\0" in start:
        raise NoText("is no CSV: its first lines are no text in UTF-8")


def _is_record(names: list[str]) -> bool:
    has_time = any(_TIME.match(name) for name in names)
    return has_time or all(_NUMBER.fullmatch(name) for name in names if name)


def _is_used(place: int, records: list[list[str]]) -> bool:
    """Whether any record holds something in that field."""
    return any(len(one) > place and one[place].strip() for one in records)


def _fields(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r")], delimiter=delimiter), [])
