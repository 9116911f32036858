"""Writing made-up trips as TLC wrote its files, whole or not at all."""

import gzip
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pyarrow.types as kinds

from taxi.generate.eras import Era, csv_era, parquet_era
from taxi.generate.old_eras import TODAY
from taxi.generate.old_values import in_17_digits, old_column
from taxi.generate.trips import MONEY, batches

FORMATS = ("parquet", "csv", "csv.gz")

# What tells a made-up file from one that somebody fetched: in the metadata of parquet,
# and as the name in the header of gzip.
MARK = b"made-up trips"

OnRows = Callable[[int], None]


def era_of(service: str, month: str, file_format: str) -> Era:
    """How TLC wrote that month in that form.

    Raises:
        TaxiError: if it did not.
    """
    return (parquet_era if file_format == "parquet" else csv_era)(service, month)


def write_file(
    folder: Path,
    era: Era,
    file_format: str,
    rows: int,
    seed: int,
    on_rows: OnRows = lambda rows: None,
) -> Path:
    """Write one month's file under TLC's name, in the place of one that is there.

    Args:
        on_rows: is told how many rows were written so far.
    """
    path = folder / f"{era.stem}.{file_format}"
    trips = _told(_ahead(batches(era.service, era.month, rows, seed)), on_rows)
    with _whole(path) as unfinished:
        if file_format == "parquet":
            _write_parquet(unfinished, era, trips)
        else:
            _write_csv(unfinished, era, trips, is_gzipped=file_format == "csv.gz")
    return path


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Another name to write under, which becomes the file's once all is written."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _ahead(trips: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches, of which the next is made while one is written."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, trips, None)
        while (batch := following.result()) is not None:
            following = pool.submit(next, trips, None)
            yield batch


def _told(trips: Iterator[pa.RecordBatch], on_rows: OnRows) -> Iterator[pa.RecordBatch]:
    written = 0
    for batch in trips:
        yield batch
        written += batch.num_rows
        on_rows(written)


def _write_parquet(path: Path, era: Era, trips: Iterator[pa.RecordBatch]) -> None:
    schema = pa.schema(era.types, metadata={MARK: b"by generate_trips.py"})
    is_old = era.compression == "gzip"
    writer = pq.ParquetWriter(
        path,
        schema,
        version="1.0" if is_old else "2.6",
        compression=era.compression,
        # Level 9, which pyarrow takes by itself, is many times as slow.
        compression_level=1 if is_old else None,
        coerce_timestamps="us",
    )
    typed = (
        pa.record_batch([_typed(era, batch, name) for name in era.types], schema)
        for batch in trips
    )
    with writer:
        if era.row_group_rows is None:
            with _spooled(path, schema, typed) as table:
                writer.write_table(table, row_group_size=max(table.num_rows, 1))
            return
        waiting: list[pa.RecordBatch] = []
        for batch in typed:
            waiting.append(batch)
            if sum(one.num_rows for one in waiting) >= era.row_group_rows:
                writer.write_table(pa.Table.from_batches(waiting), era.row_group_rows)
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting), era.row_group_rows)


@contextmanager
def _spooled(
    path: Path, schema: pa.Schema, typed: Iterator[pa.RecordBatch]
) -> Iterator[pa.Table]:
    """All batches as one table that lies on disk: a row group is written by column."""
    spool = path.with_name(f"{path.name}.spool")
    try:
        with pa.OSFile(str(spool), "wb") as sink, pa.ipc.new_file(sink, schema) as out:
            for batch in typed:
                out.write_batch(batch)
        with pa.memory_map(str(spool)) as source, pa.ipc.open_file(source) as reader:
            yield reader.read_all()
    finally:
        spool.unlink(missing_ok=True)


def _key(name: str) -> str:
    """The name under which trips have a column of a file."""
    key = name.strip().lower()
    if key in TODAY:
        return TODAY[key]
    return key.partition("_")[2] if key.endswith("_datetime") else key


def _typed(era: Era, trips: pa.RecordBatch, name: str) -> pa.Array:
    """A column in the physical type that a parquet of an era has."""
    physical = era.types[name]
    if kinds.is_null(physical):
        return pa.nulls(trips.num_rows)
    old = old_column(era, trips, name)
    if old is not None:
        return old.cast(physical)
    key = _key(name)
    if key.endswith("_datetime"):
        return trips[key].cast(pa.timestamp("s")).cast(physical)
    if key in MONEY or key == "trip_distance":
        column = _measured(trips) if key == "trip_distance" else trips[key]
        return pc.divide(column.cast(pa.float64()), 100.0)
    if key == "payment_type" and era.service == "yellow":
        return pc.fill_null(trips[key], 0).cast(physical)
    return trips[key].cast(physical)


def _measured(trips: pa.RecordBatch) -> pa.Array:
    """Distances as the meters tell them: those of vendor 1 in tenths of a mile."""
    distance = trips["trip_distance"]
    tenths = pc.multiply(pc.divide(distance, 10), 10)
    return pc.if_else(pc.equal(trips["vendorid"], 1), tenths, distance)


def _write_csv(
    path: Path, era: Era, trips: Iterator[pa.RecordBatch], is_gzipped: bool
) -> None:
    surplus = [f"surplus {n}" for n in range(era.surplus_fields)]
    names = [*era.types, *surplus]
    options = arrow_csv.WriteOptions(
        include_header=False, quoting_style="none", eol="\r\n"
    )
    with ExitStack() as stack:
        sink: BinaryIO = stack.enter_context(path.open("wb"))
        if is_gzipped:
            # Without a time, so that the same rows are the same bytes.
            sink = stack.enter_context(
                gzip.GzipFile(MARK.decode(), "wb", 6, sink, mtime=0)
            )
        sink.write(f"{','.join(era.types)}{era.header_end}".encode())
        for batch in trips:
            columns = [_written(era, batch, name) for name in era.types]
            columns += [pa.nulls(batch.num_rows, pa.string())] * len(surplus)
            arrow_csv.write_csv(pa.record_batch(columns, names), sink, options)


def _written(era: Era, trips: pa.RecordBatch, name: str) -> pa.Array:
    """A column as the CSV of an era writes it."""
    old = old_column(era, trips, name)
    if old is not None:
        return in_17_digits(old) if kinds.is_float64(old.type) else old
    key = _key(name)
    if key.endswith("_datetime"):
        return trips[key].cast(pa.timestamp("s"))
    if era.has_texts and (key in MONEY or key == "trip_distance"):
        column = _measured(trips) if key == "trip_distance" else trips[key]
        return in_17_digits(pc.divide(column.cast(pa.float64()), 100.0))
    if key == "trip_distance":
        # Two places, and no zero before the point.
        text = _decimals(_measured(trips)).cast(pa.string())
        return pc.utf8_ltrim(text, characters="0")
    if key == "vendorid":
        return pc.if_else(trips["is_bare"], None, trips[key])
    if key in MONEY:
        return pc.divide(trips[key].cast(pa.float64()), 100.0)
    return trips[key]


def _decimals(hundredths: pa.Array) -> pa.Array:
    whole = hundredths.cast(pa.int32())
    return pa.Array.from_buffers(
        pa.decimal32(9, 2), len(whole), whole.buffers(), whole.null_count, whole.offset
    )
