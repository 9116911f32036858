"""What the readers of parquet and of CSV have in common."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from taxi.errors import TaxiError
from taxi.landing.layouts import FileColumn

# Rows that are typed at once: few enough to stay in a processor's cache.
BATCH_ROWS = 1 << 17


class Unreadable(TaxiError):
    """The bytes are not of a file of their kind; another copy of it may be whole."""


@dataclass(frozen=True)
class BrokenRow:
    """A row whose values cannot be told apart.

    Attributes:
        row_number: its place in the file.
        text: the row as it was.
        words: what it has instead, for people.
    """

    row_number: int
    text: str
    words: str


@dataclass(frozen=True)
class Rows:
    """Some rows of a file that follow each other.

    Attributes:
        first: the place of the first in the file.
        columns: their values; null throughout in a broken row.
        broken: those that are broken, in order.
    """

    first: int
    columns: pa.RecordBatch
    broken: tuple[BrokenRow, ...] = ()

    @property
    def end(self) -> int:
        """The place after the last."""
        return self.first + self.columns.num_rows

    @property
    def are_broken(self) -> np.ndarray:
        """Which of them are broken."""
        mask = np.zeros(self.columns.num_rows, bool)
        mask[[one.row_number - self.first for one in self.broken]] = True
        return mask

    def after(self, row_number: int) -> "Rows":
        """Those from a place in the file on."""
        first = max(self.first, row_number)
        broken = tuple(one for one in self.broken if one.row_number >= first)
        return Rows(first, self.columns.slice(first - self.first), broken)


class Source(Protocol):
    """A file of trips that was opened.

    Attributes:
        columns: its columns, in its order.
        row_count: its rows, as far as it says so before it is read.
        remarks: what its form asked for, for people.
    """

    columns: list[FileColumn]
    row_count: int | None
    remarks: list[str]

    def batches(self, names: list[str]) -> Iterator[Rows]:
        """Yield the named columns in the file's order of rows.

        Raises:
            Unreadable: if the file cannot be read to its end. It names no file.
        """


@dataclass(frozen=True)
class Stamp:
    """What tells whether a file was changed while it was read."""

    size: int
    modified: int


def stamp(path: Path) -> Stamp:
    """Look at a file without reading it.

    Raises:
        TaxiError: if it is no readable file, or empty.
    """
    try:
        if path.is_dir():
            raise TaxiError("is a folder")
        status = path.stat()
        if not path.is_file():
            raise TaxiError("is no ordinary file")
        with path.open("rb"):
            pass
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO).lower()
        raise TaxiError(f"cannot be read: {reason}") from error
    if status.st_size == 0:
        raise TaxiError("is empty: the download brought nothing")
    return Stamp(status.st_size, status.st_mtime_ns)


def first_line(error: Exception | str) -> str:
    """An error of a library, short enough for one line."""
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:200]


def trimmed_texts(texts: pa.StringArray) -> pa.StringArray:
    """Texts without surrounding spaces; an empty text is null."""
    texts = pc.utf8_trim_whitespace(texts)
    is_empty = pc.equal(texts, "")
    return pc.if_else(is_empty, None, texts) if is_empty.true_count else texts
