"""The marts once more, from TLC's files and by another engine.

Nothing of the project takes part but its files: DuckDB reads them, types them and adds
them up. What it yields must equal the marts cell by cell.
"""

import csv
import gzip
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from taxi.lake import PROJECT

# Name in the mart, TLC's name. A service that lacks a fee has none of its revenue.
FEES = {
    "fare_revenue": "fare_amount",
    "extra_revenue": "extra",
    "mta_tax_revenue": "mta_tax",
    "tip_revenue": "tip_amount",
    "tolls_revenue": "tolls_amount",
    "ehail_fee_revenue": "ehail_fee",
    "improvement_surcharge_revenue": "improvement_surcharge",
    "congestion_surcharge_revenue": "congestion_surcharge",
    "airport_fee_revenue": "airport_fee",
    "cbd_congestion_fee_revenue": "cbd_congestion_fee",
    "total_revenue": "total_amount",
}
MEASURES = {"passenger_count": "bigint", "trip_distance": "decimal(9, 2)"}

# TLC's columns by what they hold; a flag may hold any text.
CODES = ("vendorid", "ratecodeid", "pulocationid", "dolocationid", "passenger_count")
CODES += ("payment_type", "trip_type")
TIMES = ("pickup_datetime", "dropoff_datetime")
DECIMALS = ("trip_distance", *FEES.values())

NUMERAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2}(\.[0-9]{1,6}0{0,3})?)?"
)


def scan(file: Path) -> str:
    """The table function that reads a file; every CSV column as text."""
    if file.suffix == ".parquet":
        return f"read_parquet('{file}')"
    return f"read_csv('{file}', all_varchar = true, header = true)"


def load(engine: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Load a file as it is, a CSV as texts, and return the table's name.

    Python reads CSV, as DuckDB takes neither two sorts of line ends nor rows that are
    longer than the header. Parquet is not typed while it is read: DuckDB believes its
    statistics, which do not tell of NaN.
    """
    if file.suffix == ".parquet":
        engine.sql(f'create table "{file.name}" as select * from {scan(file)}')
        return f'"{file.name}"'
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as stream:
        names, *records = filter(None, csv.reader(stream))
    columns = dict(zip(names, zip(*records, strict=True), strict=False))
    engine.register(file.name, pa.table({n: pa.array(c) for n, c in columns.items()}))
    return f'"{file.name}"'


def select_trips(engine: duckdb.DuckDBPyConnection, file: Path) -> str:
    """SQL for the trips of one file, typed, with the file's service and month."""
    service, _, month = file.name.split(".")[0].split("_")
    source = load(engine, file)
    described = engine.sql(f"describe select * from {source}").fetchall()
    letter = {"green": "l", "yellow": "t"}[service]
    times = tuple(f"{letter}pep_{name}" for name in TIMES)
    values, faults = {}, ["false"]
    for name, kind, *_ in described:
        key = name.strip().lower()
        if key in (*CODES, *times, *DECIMALS):
            values[key], fits = typed(f'"{name}"', kind, key, key in times)
            faults.append(f"not coalesce({fits}, true)")

    def column(name: str, kind: str) -> str:
        return f"({values.get(name, 'null')})::{kind}"

    columns = [
        f"'{service}' as service_type",
        f"date '{month}-01' as source_month",
        f"{column('pulocationid', 'int')} as location_id",
        f"{column('dolocationid', 'int')} as dropoff_location_id",
        f"{column(times[0], 'timestamp')} as pickup_at",
        *(f"{column(name, kind)} as {name}" for name, kind in MEASURES.items()),
        *(f"{column(tlc, 'decimal(9, 2)')} as {name}" for name, tlc in FEES.items()),
        f"{' or '.join(faults)} as is_unreadable",
    ]
    return f"select {', '.join(columns)} from {source}"


def typed(name: str, kind: str, key: str, is_time: bool) -> tuple[str, str]:
    """SQL for a column's value, null if it does not fit, and for whether it fits.

    Of a null, and of NaN, which is one, nothing is asked, and any distance fits.
    """
    is_text = kind == "VARCHAR"
    plain = f"nullif(trim({name}), '')" if is_text else name
    if is_time:
        moment = f"try_cast({plain} as timestamp)" if is_text else plain
        fits = f"year({moment}) between 1 and 9999"
        if is_text:
            fits = f"regexp_full_match({plain}, '{MOMENT}') and {moment} is not null"
        return f"case when {fits} then {moment} end", f"{plain} is null or ({fits})"
    number = f"try_cast({plain} as double)"
    if not is_text:
        number = f"case when not isnan({number}) then {number} end"
    fits = (
        f"{number} = floor({number}) and abs({number} + 0.5) < 2147483648"
        if key in CODES
        else f"abs({number}) < 9999999.995"
        f" and abs({number} * 100 - round({number} * 100)) <= 0.0001"
    )
    fits = f"isfinite({number}) and {fits}"
    if is_text:
        fits = f"regexp_full_match({plain}, '{NUMERAL}') and {fits}"
    value = f"case when {fits} then {number} end"
    # Money does not depend on it.
    return value, "true" if key == "trip_distance" else fits


def open_engine(files: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """DuckDB with `trips`, of all rows, `kept`, and `pairs` of reversal and trip."""
    engine = duckdb.connect()
    selects = [select_trips(engine, file) for file in files]
    engine.sql(f"create table trips as {' union all '.join(selects)}")
    engine.sql(
        f"""
        create table zones as
        select * from read_csv('{PROJECT}/seeds/taxi_zones.csv', header = true)
        """
    )
    engine.sql(
        """
        create view kept as
        select * from trips
        where not is_unreadable
            and pickup_at is not null and total_revenue is not null
            and pickup_at::date >= source_month - interval 31 day
            and pickup_at::date < source_month + interval 1 month + interval 31 day
            and location_id in (select LocationID from zones)
        """
    )
    engine.sql(
        """
        create view pairs as
        select
            service_type,
            location_id,
            pickup_at,
            least(
                count(*) filter (total_revenue < 0), count(*) filter (total_revenue > 0)
            ) as pair_count
        from kept
        group by
            service_type, source_month, pickup_at, location_id, dropoff_location_id,
            abs(total_revenue)
        """
    )
    return engine


def as_dicts(answer: duckdb.DuckDBPyRelation) -> list[dict]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]


def monthly(engine: duckdb.DuckDBPyConnection) -> list[dict]:
    """The cells of fct_monthly_zone_revenue."""
    sums = ", ".join(f"coalesce(sum({name}), 0) as {name}" for name in FEES)
    cells = as_dicts(
        engine.sql(
            f"""
            select
                location_id as pickup_location_id,
                Zone as pickup_zone_name,
                Borough as pickup_borough,
                service_type,
                date_trunc('month', pickup_at)::date as revenue_month,
                count(*) as trip_count,
                {sums},
                sum(passenger_count)::bigint as passengers,
                count(passenger_count) as trips_with_passengers,
                sum(trip_distance) as miles,
                count(trip_distance) as trips_with_miles
            from kept inner join zones on location_id = LocationID
            group by all
            """
        )
    )
    reversals = pairs_by(
        engine, "location_id, service_type, date_trunc('month', pickup_at)::date"
    )
    for cell in cells:
        key = (cell["pickup_location_id"], cell["service_type"], cell["revenue_month"])
        cell["reversal_count"] = reversals.get(key, 0)
        cell["unreversed_trip_count"] = cell["trip_count"] - 2 * cell["reversal_count"]
    return cells


def pairs_by(engine: duckdb.DuckDBPyConnection, key: str) -> dict[tuple, int]:
    """How many reversals have a partner, by the columns of a key."""
    answer = engine.sql(
        f"select {key}, sum(pair_count)::bigint from pairs group by all"
    )
    return {tuple(row[:-1]): row[-1] for row in answer.fetchall()}


def hourly(engine: duckdb.DuckDBPyConnection) -> list[dict]:
    """The cells of fct_hourly_zone_revenue."""
    sides = ", ".join(
        f"""
        count(*) filter (service_type = '{service}') as {service}_trip_count,
        coalesce(sum(total_revenue) filter (service_type = '{service}'), 0)
            as {service}_revenue
        """
        for service in ("green", "yellow")
    )
    cells = as_dicts(
        engine.sql(
            f"""
            select
                location_id as pickup_location_id,
                Zone as pickup_zone_name,
                Borough as pickup_borough,
                date_trunc('hour', pickup_at) as revenue_hour_at,
                count(*) as trip_count,
                {sides},
                sum(total_revenue) as total_revenue
            from kept inner join zones on location_id = LocationID
            group by all
            """
        )
    )
    reversals = pairs_by(engine, "location_id, date_trunc('hour', pickup_at)")
    for cell in cells:
        key = (cell["pickup_location_id"], cell["revenue_hour_at"])
        cell["reversal_count"] = reversals.get(key, 0)
    return cells
