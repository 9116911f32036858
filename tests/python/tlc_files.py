"""Files as TLC writes them, made up: every era with its names and physical types.

The eras follow the drift tables of TLC's files. Trips are plain dictionaries under the
names of 2025; an era takes from them what it has.
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Trip = dict

_MONEY = ["fare_amount", "extra", "mta_tax", "tip_amount", "tolls_amount"]
_GREEN_2017 = [
    "VendorID",
    "lpep_pickup_datetime",
    "lpep_dropoff_datetime",
    "store_and_fwd_flag",
    "RatecodeID",
    "PULocationID",
    "DOLocationID",
    "passenger_count",
    "trip_distance",
    *_MONEY,
    "ehail_fee",
    "improvement_surcharge",
    "total_amount",
    "payment_type",
    "trip_type",
]
_GREEN_2019 = [*_GREEN_2017, "congestion_surcharge"]
_YELLOW_2017 = [
    "VendorID",
    "tpep_pickup_datetime",
    "tpep_dropoff_datetime",
    "passenger_count",
    "trip_distance",
    "RatecodeID",
    "store_and_fwd_flag",
    "PULocationID",
    "DOLocationID",
    "payment_type",
    *_MONEY,
    "improvement_surcharge",
    "total_amount",
]
_YELLOW_2019 = [*_YELLOW_2017, "congestion_surcharge"]
_YELLOW_PARQUET = [*_YELLOW_2019, "airport_fee"]

_IDS = ("VendorID", "PULocationID", "DOLocationID")
_COUNTS = ("RatecodeID", "passenger_count", "payment_type", "trip_type")


@dataclass(frozen=True)
class Era:
    """How TLC wrote one service at one time.

    Attributes:
        month: a month of that time, YYYY-MM.
        types: names in the file's order, with physical types; None in a CSV.
    """

    service: str
    month: str
    types: dict[str, pa.DataType | None]

    @property
    def stem(self) -> str:
        return f"{self.service}_tripdata_{self.month}"


def _parquet(
    service: str,
    month: str,
    names: list[str],
    ids: pa.DataType,
    counts: pa.DataType,
    text: pa.DataType,
    **exceptions: pa.DataType,
) -> Era:
    """An era of parquet; money and distance are always doubles."""

    def type_of(name: str) -> pa.DataType:
        if name.endswith("_datetime"):
            return pa.timestamp("us")
        if name == "store_and_fwd_flag":
            return text
        return ids if name in _IDS else counts if name in _COUNTS else pa.float64()

    return Era(service, month, {name: type_of(name) for name in names} | exceptions)


_OLD = {"ids": pa.int64(), "text": pa.string()}
_NEW = {"ids": pa.int32(), "counts": pa.int64(), "text": pa.large_string()}
_NULL = pa.null()

PARQUET_ERAS: dict[str, Era] = {
    "yellow 2011": _parquet(
        "yellow",
        "2011-03",
        _YELLOW_PARQUET,
        counts=pa.int64(),
        **_OLD,
        congestion_surcharge=_NULL,
        airport_fee=_NULL,
    ),
    "yellow 2018-07": _parquet(
        "yellow",
        "2018-07",
        _YELLOW_PARQUET,
        counts=pa.float64(),
        **_OLD,
        payment_type=pa.int64(),
        airport_fee=_NULL,
    ),
    "yellow 2020": _parquet(
        "yellow",
        "2020-12",
        _YELLOW_PARQUET,
        counts=pa.float64(),
        **_OLD,
        payment_type=pa.int64(),
    ),
    "yellow 2023-02": _parquet(
        "yellow", "2023-02", [*_YELLOW_2019, "Airport_fee"], **_NEW
    ),
    "yellow 2025": _parquet(
        "yellow",
        "2025-01",
        [*_YELLOW_2019, "Airport_fee", "cbd_congestion_fee"],
        **_NEW,
    ),
    "green 2020": _parquet(
        "green",
        "2020-12",
        _GREEN_2019,
        counts=pa.float64(),
        **_OLD,
        ehail_fee=_NULL,
    ),
    "green 2023-02": _parquet("green", "2023-02", _GREEN_2019, **_NEW),
    "green 2025": _parquet(
        "green", "2025-01", [*_GREEN_2019, "cbd_congestion_fee"], **_NEW
    ),
}

CSV_ERAS: dict[str, Era] = {
    "yellow 2016-07": Era("yellow", "2016-07", dict.fromkeys(_YELLOW_2017)),
    "yellow 2017": Era("yellow", "2017-01", dict.fromkeys(_YELLOW_2017)),
    "yellow 2019": Era("yellow", "2019-01", dict.fromkeys(_YELLOW_2019)),
    "green 2016-07": Era("green", "2016-07", dict.fromkeys(_GREEN_2017)),
    "green 2019": Era("green", "2019-01", dict.fromkeys(_GREEN_2019)),
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
