"""TLC's CSV files, plain or gzipped.

The header and its quirks (a byte order mark, spaces, an empty line after it) are read
here, the records in `csv_records`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from taxi.landing.csv_head import NoText, read_head
from taxi.landing.csv_records import CsvRecords, open_stream, why_no_gzip
from taxi.landing.layouts import FileColumn
from taxi.landing.sources import Rows, Unreadable

# Bytes that surely hold the header and the first records.
_HEAD = 1 << 16
_DELIMITER_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}
_LINE_END = re.compile("\r\n|\n|\r")


class CsvSource:
    """A CSV file of trips. Opening it reads its first lines only.

    Raises:
        Unreadable: if it is no text, or no whole gzip file.
        TaxiError: if it has no header or no record.
    """

    def __init__(self, path: Path):
        self.row_count = None
        self.remarks: list[str] = []
        try:
            head = read_head(_first_lines(path))
        except NoText as error:
            raise Unreadable(str(error)) from None
        self._records = CsvRecords(path, head)
        self.columns = [FileColumn(name, None) for name in head.names]
        if path.suffix.lower() != ".gz" and not _ends_with_newline(path):
            self.remarks.append("the last line has no end")
        if head.surplus_fields:
            self.remarks.append(
                f"{head.surplus_fields} empty fields after the last column"
            )
        if head.delimiter in _DELIMITER_NAMES:
            name = _DELIMITER_NAMES[head.delimiter]
            self.remarks.append(f"{name} between fields instead of commas")

    def batches(self, names: list[str]) -> Iterator[Rows]:
        """See `Source.batches`. Texts are trimmed, and null where empty."""
        return self._records.read(names)


def _first_lines(path: Path) -> list[str]:
    """Whole lines; bytes that are no text are replaced."""
    try:
        with open_stream(path) as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise Unreadable(why_no_gzip(error)) from error
    if len(head) == _HEAD:
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    return _LINE_END.split(head.decode("utf-8-sig", errors="replace"))


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read() in (b"\n", b"\r")
