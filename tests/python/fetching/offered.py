"""The files that the tests' servers and buckets hold."""

import io

import pyarrow.parquet as pq

from tlc_files import PARQUET_ERAS, table_of, trips

GREEN = PARQUET_ERAS["green 2020"]


def parquet(count: int = 5, month: str = "2020-12", padding: int = 60_000) -> bytes:
    """A green month of so many trips, as large as a file that can be cut."""
    table = table_of(GREEN, trips(month, count))
    table = table.replace_schema_metadata({"padding": "x" * padding})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def name(month: str = "2020-12") -> str:
    return f"green_tripdata_{month}.parquet"
