"""The records of a CSV, as columns of text.

pyarrow splits them, and skips empty lines. A record of another length than the others
is rare, so it is looked for only in a file that pyarrow stumbled over.
"""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from taxi.landing.csv_head import CsvHead
from taxi.landing.sources import (
    BrokenRow,
    Rows,
    Unreadable,
    first_line,
    trimmed_texts,
)

_BLOCK = 1 << 23

# What stands for bytes that could not be decoded.
_ESCAPED = re.compile("[\\udc80-\\udcff]")


class CsvRecords:
    """The records of a CSV whose head is known."""

    def __init__(self, path: Path, head: CsvHead):
        self._path = path
        self._head = head

    def read(self, names: list[str]) -> Iterator[Rows]:
        """The named columns. Texts are trimmed, and null where empty.

        Raises:
            Unreadable: if the file cannot be read to its end.
        """
        read = 0
        try:
            for rows in self._read(names):
                yield rows
                read += rows.columns.num_rows
            return
        except (OSError, pa.ArrowException) as error:
            if not isinstance(error, pa.ArrowInvalid) or not self._is_text():
                raise Unreadable(self._why_unreadable(error)) from error
        try:
            for rows in self._read_with_broken(names):
                if rows.end > read:
                    yield rows.after(read)
        except (OSError, pa.ArrowException) as error:
            raise Unreadable(self._why_unreadable(error)) from error

    def _read(self, names: list[str]) -> Iterator[Rows]:
        """Rows, as long as no record is of another length."""
        row_number = 0
        for batch in self._opened(names):
            yield self._rows(batch, names, row_number, [])
            row_number += batch.num_rows

    def _read_with_broken(self, names: list[str]) -> Iterator[Rows]:
        """Rows; a record of another length is a row of nulls."""
        waiting: deque[BrokenRow] = deque()

        def note(row: arrow_csv.InvalidRow) -> str:
            # A quote that is not closed takes the records that follow into its own.
            if "\n" in row.text or "\r" in row.text:
                return "error"
            number = row.number - self._head.skipped_lines - 1
            fields = f"{row.actual_columns} fields, not {row.expected_columns}"
            waiting.append(BrokenRow(number, row.text, fields))
            return "skip"

        row_number = 0
        for batch in self._opened(names, note):
            here = []
            while waiting and (
                waiting[0].row_number < row_number + batch.num_rows + len(here)
            ):
                here.append(waiting.popleft())
            yield self._rows(batch, names, row_number, here)
            row_number += batch.num_rows + len(here)
        if waiting:
            yield self._rows(batch.slice(0, 0), names, row_number, list(waiting))

    def _opened(
        self, names: list[str], note: Callable | None = None
    ) -> arrow_csv.CSVStreamingReader:
        every = self._head.columns
        return arrow_csv.open_csv(
            open_stream(self._path),
            arrow_csv.ReadOptions(
                column_names=every,
                skip_rows=self._head.skipped_lines,
                block_size=_BLOCK,
                # Only one thread alone knows the number of a row.
                use_threads=note is None,
            ),
            arrow_csv.ParseOptions(
                delimiter=self._head.delimiter, invalid_row_handler=note
            ),
            arrow_csv.ConvertOptions(
                include_columns=every if self._head.surplus else names,
                column_types=dict.fromkeys(every, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def _rows(
        self,
        batch: pa.RecordBatch,
        names: list[str],
        first: int,
        broken: list[BrokenRow],
    ) -> Rows:
        """The rows of a batch, with nulls put in where a record is broken."""
        if broken:
            batch = _with_gaps(batch, [one.row_number - first for one in broken])
        overlong = self._overlong(batch, first)
        columns = [trimmed_texts(batch[name]) for name in names]
        every = sorted([*broken, *overlong], key=lambda one: one.row_number)
        rows = Rows(first, pa.record_batch(columns, names), tuple(every))
        if not overlong:
            return rows
        places = pa.array(np.arange(batch.num_rows), mask=rows.are_broken)
        return replace(rows, columns=rows.columns.take(places))

    def _overlong(self, batch: pa.RecordBatch, first: int) -> list[BrokenRow]:
        """Records that hold something in a field beyond the header's."""
        found: dict[int, str] = {}
        for name in self._head.surplus:
            # Trimmed, as spaces may stand for nothing.
            held = trimmed_texts(batch[name])
            if held.null_count == len(held):
                continue
            for index in pc.indices_nonzero(pc.is_valid(held)).to_pylist():
                found.setdefault(index, held[index].as_py())
        columns = len(self._head.names)
        return [
            BrokenRow(
                first + index,
                self._written(batch, index),
                f"more fields than the header's {columns}: {text!r}",
            )
            for index, text in sorted(found.items())
        ]

    def _written(self, batch: pa.RecordBatch, index: int) -> str:
        """A record as a line of CSV."""
        line = io.StringIO()
        fields = [column[index].as_py() for column in batch.columns]
        csv.writer(line, delimiter=self._head.delimiter, lineterminator="").writerow(
            fields
        )
        return line.getvalue()

    def _is_text(self) -> bool:
        """Whether all bytes are UTF-8: the place of those that are not is told."""
        decode = codecs.getincrementaldecoder("utf-8")().decode
        try:
            with open_stream(self._path) as stream:
                while block := stream.read(_BLOCK):
                    decode(block)
            decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def _records(self) -> Iterator[list[str]]:
        """The records once more, by Python's own reader; slow, and exact."""
        with io.TextIOWrapper(
            open_stream(self._path), "utf-8", errors="surrogateescape", newline=""
        ) as lines:
            for _ in range(self._head.skipped_lines):
                lines.readline()
            yield from csv.reader(lines, delimiter=self._head.delimiter)

    def _why_unreadable(self, error: Exception) -> str:
        """Find the record that pyarrow stumbled over, in our way of counting."""
        if isinstance(error, OSError) and not isinstance(error, pa.ArrowException):
            return why_no_gzip(error)
        width, number = len(self._head.columns), 0
        try:
            for number, fields in enumerate(filter(None, self._records())):
                if any(_ESCAPED.search(field) for field in fields):
                    return f"row {number} holds bytes that are no text in UTF-8"
                if len(fields) != width and any("\n" in one for one in fields):
                    fields = f"{len(fields)} fields, not {width}"
                    return f"row {number} has {fields}: a quote in it is not closed"
        except csv.Error:  # a field of more than 128 KiB
            return f"row {number + 1} cannot be read: a quote in it is not closed"
        return f"cannot be read as CSV: {first_line(error)}"


def open_stream(path: Path) -> pa.NativeFile:
    """A file's bytes, unzipped if its name says so."""
    return pa.input_stream(
        path, compression="gzip" if path.suffix.lower() == ".gz" else None
    )


def why_no_gzip(error: OSError) -> str:
    """What an error of reading says of a file."""
    if "Truncated" in str(error):
        return "the gzip stream ends early: the download was cut short"
    if "incorrect header" in str(error):
        return "is not gzip, or something follows its gzip stream"
    return f"cannot be read: {first_line(error)}"


def _with_gaps(batch: pa.RecordBatch, gaps: list[int]) -> pa.RecordBatch:
    """A batch with rows of nulls, which lie at these places of the result."""
    is_gap = np.zeros(batch.num_rows + len(gaps), bool)
    is_gap[gaps] = True
    places = np.zeros(len(is_gap), np.int64)
    places[~is_gap] = np.arange(batch.num_rows)
    return batch.take(pa.array(places, mask=is_gap))
