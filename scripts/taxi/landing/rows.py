"""Writing typed rows as parquet data files that Iceberg can add as they are."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.table import Table

from taxi.landing.files import TripFile
from taxi.landing.values import DECIMAL

# Rows of one row group: what is held in memory, and what Spark may split a file by.
_ROW_GROUP = 1 << 20
_MAX_BYTES = 512 << 20


class RowWriter:
    """Writes the rows of one file, in their order, to one or more data files.

    Args:
        folder: where the data files are written.
        stem: how their names begin.
        table: the trip table, which gives names, types and field ids.
        file: the file that the rows are of.
        has_derived_zones: whether their zones were derived from coordinates.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        table: Table,
        file: TripFile,
        has_derived_zones: bool = False,
    ):
        self._folder = folder
        self._stem = stem
        self._file = file
        self._has_derived_zones = has_derived_zones
        self._schema = _file_schema(table)
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self.paths: list[Path] = []
        self.row_count = 0

    def write(self, columns: list[pa.Array]) -> None:
        """Write typed columns, in the table's order, as the next rows."""
        count = len(columns[0])
        first = self.row_count
        source = [
            pa.repeat(pa.scalar(self._file.month, pa.date32()), count),
            pa.DictionaryArray.from_arrays(
                pa.repeat(pa.scalar(0, pa.int32()), count), [self._file.name]
            ),
            pa.arange(first, first + count),
            pa.repeat(pa.scalar(self._has_derived_zones), count),
        ]
        batch = pa.record_batch(columns + source, schema=self._schema)
        self._waiting.append(batch)
        self.row_count += count
        if sum(waiting.num_rows for waiting in self._waiting) >= _ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what waits, and the footer."""
        self._flush()
        self._close_file()

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(self, *_) -> None:
        self._close_file()

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self._writer is None:
            path = self._folder / f"{self._stem}-{len(self.paths)}.parquet"
            self._writer = _open_writer(path, self._schema)
            self.paths.append(path)
        rows = pa.Table.from_batches(self._waiting)
        self._waiting = []
        self._writer.write_table(rows, row_group_size=rows.num_rows)
        if self.paths[-1].stat().st_size > _MAX_BYTES:
            self._close_file()

    def _close_file(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def write_rows(path: Path, table: Table, rows: list[dict]) -> None:
    """Write a few rows of any table as one data file."""
    schema = schema_to_pyarrow(table.schema())
    with _open_writer(path, schema) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema))


def _file_schema(table: Table) -> pa.Schema:
    """The table's schema with its field ids, in the types that are quick to write."""
    fields = []
    for column in schema_to_pyarrow(table.schema()):
        if kinds.is_decimal(column.type):
            column = column.with_type(DECIMAL)
        elif column.name == "source_file":
            column = column.with_type(pa.dictionary(pa.int32(), pa.string()))
        elif kinds.is_large_string(column.type):
            column = column.with_type(pa.string())
        fields.append(column)
    return pa.schema(fields)


def _open_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    # Times and row numbers hardly repeat, so a dictionary of them is wasted work.
    repeating = [
        column.name
        for column in schema
        if not kinds.is_timestamp(column.type) and column.name != "source_row_number"
    ]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=repeating,
        store_decimal_as_integer=True,
        store_schema=False,
    )
