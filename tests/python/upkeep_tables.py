"""Small tables and files for the tests of upkeep."""

import pyarrow as pa

from tlc_files import PARQUET_ERAS

GREEN = PARQUET_ERAS["green 2020"]


def numbers(count: int) -> pa.Table:
    """A table of the numbers from 0."""
    return pa.table({"number": list(range(count))})
