"""Small tables and files for the tests of upkeep."""

from datetime import date
from decimal import Decimal

import pyarrow as pa

from tlc_files import PARQUET_ERAS

GREEN = PARQUET_ERAS["green 2020"]


def numbers(count: int) -> pa.Table:
    """A table of the numbers from 0."""
    return pa.table({"number": list(range(count))})


DECEMBER = {"service_type": "green", "source_month": date(2020, 12, 1)}


def trips_of(count: int) -> pa.Table:
    return pa.Table.from_pylist([DECEMBER | {"number": n} for n in range(count)])


def months_of(**changed) -> pa.Table:
    row = DECEMBER | {
        "kept_trip_count": 4,
        "set_aside_row_count": 1,
        "row_difference": 0,
        "total_amount_difference": Decimal("0.00"),
    }
    return pa.Table.from_pylist([row | changed])


def amounts_of(**changed) -> pa.Table:
    sides = ("in_file_amount", "landed_amount", "kept_amount", "set_aside_amount")
    values = dict(
        zip(sides, map(Decimal, ("5.00", "5.00", "4.00", "1.00")), strict=True)
    )
    row = DECEMBER | {"amount_name": "tip_amount"} | values
    return pa.Table.from_pylist([row | changed])
