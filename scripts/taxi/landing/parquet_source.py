"""Reading TLC's parquet files, whose row groups may hold a whole month."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from taxi.errors import TaxiError
from taxi.landing.layouts import FileColumn
from taxi.landing.names import unnamed
from taxi.landing.physical_types import INSTANT, is_text
from taxi.landing.sources import (
    BATCH_ROWS,
    Rows,
    Unreadable,
    first_line,
    trimmed_texts,
)

_MAGIC = b"PAR1"


class ParquetSource:
    """A parquet file of trips. Opening it reads its footer only.

    Raises:
        Unreadable: if it is no whole parquet file.
        TaxiError: if it holds no rows.
    """

    def __init__(self, path: Path):
        self._path = path
        self.remarks: list[str] = []
        file = self._open()
        self.columns = _columns(file)
        self.row_count = file.metadata.num_rows
        file.close()
        if not self.row_count:
            raise TaxiError("holds no trips")

    def batches(self, names: list[str]) -> Iterator[Rows]:
        """See `Source.batches`. Texts come as dictionaries, or trimmed if of times."""
        texts = {c.name for c in self.columns if is_text(c.type)}
        # Of times a dictionary would hold nearly every row of a row group in memory.
        moments = {name for name in texts if "datetime" in name.lower()}
        row_number = 0
        try:
            with self._open(read_dictionary=list(texts - moments)) as file:
                for batch in file.iter_batches(BATCH_ROWS, columns=names):
                    for name in moments & set(names):
                        place = batch.schema.get_field_index(name)
                        texts_of_times = trimmed_texts(batch[name].cast(pa.string()))
                        batch = batch.set_column(place, name, texts_of_times)
                    yield Rows(row_number, batch)
                    row_number += batch.num_rows
        except (OSError, pa.ArrowException) as error:
            raise Unreadable(
                f"cannot be read from row {row_number} on: {first_line(error)}"
            ) from error

    def _open(self, **options) -> pq.ParquetFile:
        # Without a buffer, pyarrow would hold a whole row group in memory.
        try:
            return pq.ParquetFile(
                self._path, buffer_size=1 << 20, pre_buffer=False, **options
            )
        except (OSError, pa.ArrowException) as error:
            raise Unreadable(self._why_unreadable(error)) from error

    def _why_unreadable(self, error: Exception) -> str:
        with self._path.open("rb") as stream:
            if stream.read(4) != _MAGIC:
                return "is no parquet file"
            # The last four bytes, but not the first four again.
            stream.seek(max(4, self._path.stat().st_size - 4))
            if stream.read() != _MAGIC:
                return "no parquet footer: the download was cut short"
        return f"cannot be read as parquet: {first_line(error)}"


def _columns(file: pq.ParquetFile) -> list[FileColumn]:
    """The columns; pyarrow takes INT96, an instant, for a timestamp without zone."""
    leaves = [file.schema.column(n) for n in range(len(file.schema))]
    instants = {one.path for one in leaves if one.physical_type == "INT96"}
    return [
        FileColumn(
            field.name if field.name.strip() else unnamed(place),
            INSTANT if field.name in instants else field.type,
            "INT96" if field.name in instants else None,
        )
        for place, field in enumerate(file.schema_arrow)
    ]
