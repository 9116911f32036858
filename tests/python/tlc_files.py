"""Files as TLC writes them, made up: every era with its names and physical types.

Trips are plain dictionaries under the names of 2025; an era takes from them what it
has. Files of many trips that look like real ones are made by `taxi.generate`.
"""

import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from taxi.generate.eras import Era, csv_era, parquet_era

Trip = dict

PARQUET_ERAS: dict[str, Era] = {
    "yellow 2011": parquet_era("yellow", "2011-03"),
    "yellow 2018-07": parquet_era("yellow", "2018-07"),
    "yellow 2020": parquet_era("yellow", "2020-12"),
    "yellow 2023-02": parquet_era("yellow", "2023-02"),
    "yellow 2025": parquet_era("yellow", "2025-01"),
    "green 2013": parquet_era("green", "2013-08"),
    "green 2020": parquet_era("green", "2020-12"),
    "green 2023-02": parquet_era("green", "2023-02"),
    "green 2025": parquet_era("green", "2025-01"),
}

CSV_ERAS: dict[str, Era] = {
    "yellow 2016-07": csv_era("yellow", "2016-07"),
    "yellow 2017": csv_era("yellow", "2017-01"),
    "yellow 2019": csv_era("yellow", "2019-01"),
    "green 2016-07": csv_era("green", "2016-07"),
    "green 2017": csv_era("green", "2017-01"),
    "green 2019": csv_era("green", "2019-01"),
}


def trips(month: str = "2020-12", count: int = 5) -> list[Trip]:
    """Made-up trips of a month, for either service; totals are 10.30, 11.30, ..."""
    first = datetime.fromisoformat(f"{month}-01")
    return [_trip(first + timedelta(hours=number), number) for number in range(count)]


def _trip(start: datetime, number: int) -> Trip:
    times = {"pickup": start, "dropoff": start + timedelta(minutes=10, seconds=5)}
    return {
        "VendorID": 1 + number % 2,
        **{f"lpep_{name}_datetime": moment for name, moment in times.items()},
        **{f"tpep_{name}_datetime": moment for name, moment in times.items()},
        "store_and_fwd_flag": "N",
        "RatecodeID": 1,
        "PULocationID": 1 + number % 265,
        "DOLocationID": 265 - number % 265,
        "passenger_count": 1,
        "trip_distance": 1.5,
        "fare_amount": 7.0 + number,
        "extra": 0.5,
        "mta_tax": 0.5,
        "tip_amount": 2.0,
        "tolls_amount": 0.0,
        "ehail_fee": None,
        "improvement_surcharge": 0.3,
        "total_amount": round(10.3 + number, 2),
        "payment_type": 1,
        "trip_type": 1,
        "congestion_surcharge": 0.0,
        "airport_fee": 1.25,
        "Airport_fee": 1.25,
        "cbd_congestion_fee": 0.75,
    }


def table_of(era: Era, rows: Iterable[Trip]) -> pa.Table:
    """Trips with the names and physical types of an era of parquet."""
    rows = list(rows)
    return pa.table(
        {name: _column(rows, name, physical) for name, physical in era.types.items()}
    )


def _column(rows: list[Trip], name: str, physical: pa.DataType) -> pa.Array:
    if pa.types.is_null(physical):
        return pa.nulls(len(rows))
    values = [row.get(name) for row in rows]
    if pa.types.is_float64(physical):
        values = [None if value is None else float(value) for value in values]
    if pa.types.is_string(physical):
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, physical)


def write_parquet(
    folder: Path, era: Era, rows: Iterable[Trip] | pa.Table, name: str | None = None
) -> Path:
    """Write a parquet file as of an era; a table is written as it is."""
    table = rows if isinstance(rows, pa.Table) else table_of(era, rows)
    path = folder / (name or f"{era.stem}.parquet")
    pq.write_table(table, path)
    return path


def csv_text(era: Era, rows: Iterable[Trip], surplus: int = 0) -> str:
    """Trips as TLC wrote them as CSV: no quotes, CRLF, seconds, null as nothing.

    Args:
        surplus: empty fields at the end of every record that the header lacks.
    """
    lines = [",".join(era.types)]
    for row in rows:
        fields = [_text(row.get(name)) for name in era.types]
        lines.append(",".join(fields + [""] * surplus))
    return "".join(f"{line}\r\n" for line in lines)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def write_csv(
    folder: Path, era: Era, rows: Iterable[Trip] | str, name: str | None = None
) -> Path:
    """Write a CSV as of an era, gzipped if its name says so; a text as it is."""
    text = rows if isinstance(rows, str) else csv_text(era, rows)
    path = folder / (name or f"{era.stem}.csv")
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def changed(rows: list[Trip], number: int, **values: object) -> list[Trip]:
    """The trips with some values of one of them replaced."""
    return [row | values if n == number else row for n, row in enumerate(rows)]
