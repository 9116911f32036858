"""Reading TLC's CSV files, plain or gzipped, as columns of text.

The header and its quirks (a byte order mark, spaces, an empty line after it) are read
here; the records are split by pyarrow, which skips empty lines.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from taxi.errors import TaxiError
from taxi.landing.csv_head import read_head
from taxi.landing.layouts import FileColumn
from taxi.landing.sources import Unreadable, first_line, trimmed_texts

# Bytes that surely hold the header and the first record.
_HEAD = 1 << 16
_BLOCK = 1 << 23


class CsvSource:
    """A CSV file of trips. Opening it reads its first lines only.

    Raises:
        Unreadable: if it is no text, or no whole gzip file.
        TaxiError: if it has no header or no record.
    """

    def __init__(self, path: Path):
        self._path = path
        self._compression = "gzip" if path.suffix.lower() == ".gz" else None
        self.row_count = None
        self.remarks: list[str] = []
        lines = self._first_lines()
        head = read_head(lines)
        self._skipped_lines = head.skipped_lines
        self.columns = [FileColumn(name, None) for name in head.names]
        self._surplus = [f"surplus field {n + 1}" for n in range(head.surplus_fields)]
        if self._compression is None and not _ends_with_newline(path):
            self.remarks.append("the last line has no end")
        if self._surplus:
            self.remarks.append(
                f"{len(self._surplus)} empty fields after the last column"
            )

    def batches(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        """See `Source.batches`. Texts are trimmed, and null where empty."""
        every = [column.name for column in self.columns] + self._surplus
        wanted = names + self._surplus
        row_number = 0
        try:
            reader = arrow_csv.open_csv(
                self._stream(),
                arrow_csv.ReadOptions(
                    column_names=every,
                    skip_rows=self._skipped_lines,
                    block_size=_BLOCK,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=wanted,
                    column_types=dict.fromkeys(every, pa.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            for batch in reader:
                self._refuse_surplus(batch, row_number)
                yield pa.record_batch(
                    [trimmed_texts(batch[name]) for name in names], names
                )
                row_number += batch.num_rows
        except (OSError, pa.ArrowException) as error:
            raise Unreadable(self._why_unreadable(error, len(every))) from error

    def _stream(self) -> pa.NativeFile:
        return pa.input_stream(self._path, compression=self._compression)

    def _first_lines(self) -> list[str]:
        try:
            with self._stream() as stream:
                head = stream.read(_HEAD)
        except OSError as error:
            raise Unreadable(_why_no_gzip(error)) from error
        complete = head[: head.rfind(b"\n") + 1] if len(head) == _HEAD else head
        try:
            return complete.decode("utf-8-sig").split("\n")
        except UnicodeDecodeError:
            raise Unreadable("is no CSV: its first lines are no text") from None

    def _records(self) -> Iterator[list[str]]:
        """The records once more, by Python's own reader; slow, and exact."""
        with io.TextIOWrapper(
            self._stream(), "utf-8", errors="surrogateescape", newline=""
        ) as lines:
            for _ in range(self._skipped_lines):
                lines.readline()
            yield from csv.reader(lines)

    def _refuse_surplus(self, batch: pa.RecordBatch, row_number: int) -> None:
        """Fields without a name are known of TLC's files, but only as empty ones."""
        for name in self._surplus:
            filled = pc.is_valid(trimmed_texts(batch[name]))
            if filled.true_count:
                index = pc.index(filled, True).as_py()
                raise TaxiError(
                    f"row {row_number + index} has more fields than the header's "
                    f"{len(self.columns)}: {batch[name][index].as_py()!r}"
                )

    def _why_unreadable(self, error: Exception, width: int) -> str:
        """Find the record that pyarrow stumbled over, in our way of counting."""
        if isinstance(error, OSError) and not isinstance(error, pa.ArrowException):
            return _why_no_gzip(error)
        records = self._records()
        for number, fields in enumerate(filter(None, records)):
            if len(fields) != width:
                return f"row {number} has {len(fields)} fields, not {width}"
            if any(_ESCAPED.search(field) for field in fields):
                return f"row {number} holds bytes that are no text in UTF-8"
        return f"cannot be read as CSV: {first_line(error)}"


# What stands for bytes that could not be decoded.
_ESCAPED = re.compile("[\\udc80-\\udcff]")


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read() == b"\n"


def _why_no_gzip(error: OSError) -> str:
    if "Truncated" in str(error):
        return "the gzip stream ends early: the download was cut short"
    if "incorrect header" in str(error):
        return "is not gzip, or something follows its gzip stream"
    return f"cannot be read: {first_line(error)}"
