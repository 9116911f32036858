"""The marts once more, from TLC's files and by another engine.

Nothing of the project takes part but its files: DuckDB reads them, types them and adds
them up. What it yields must equal the marts cell by cell.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

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


def scan(file: Path) -> str:
    """The table function that reads a file; every CSV column as text."""
    if file.suffix == ".parquet":
        return f"read_parquet('{file}')"
    return f"read_csv('{file}', all_varchar = true, header = true)"


def select_trips(engine: duckdb.DuckDBPyConnection, file: Path) -> str:
    """SQL for the trips of one file, typed, with the file's service and month."""
    service, _, month = file.name.split(".")[0].split("_")
    names = engine.sql(f"select * from {scan(file)} limit 0").columns
    names = {name.strip().lower(): name for name in names}

    def column(name: str, kind: str) -> str:
        if name not in names:
            return f"null::{kind}"
        return f'"{names[name]}"::{kind}'

    letter = {"green": "l", "yellow": "t"}[service]
    columns = [
        f"'{service}' as service_type",
        f"date '{month}-01' as source_month",
        f"{column('pulocationid', 'int')} as location_id",
        f"{column(f'{letter}pep_pickup_datetime', 'timestamp')} as pickup_at",
        *(f"{column(name, kind)} as {name}" for name, kind in MEASURES.items()),
        *(f"{column(tlc, 'decimal(9, 2)')} as {name}" for name, tlc in FEES.items()),
    ]
    return f"select {', '.join(columns)} from {scan(file)}"


def open_engine(files: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """DuckDB with the views `trips`, of all rows of the files, and `kept`."""
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
        where pickup_at is not null and total_revenue is not null
            and pickup_at::date >= source_month - interval 31 day
            and pickup_at::date < source_month + interval 1 month + interval 31 day
            and location_id in (select LocationID from zones)
        """
    )
    return engine


def as_dicts(answer: duckdb.DuckDBPyRelation) -> list[dict]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]


def monthly(engine: duckdb.DuckDBPyConnection) -> list[dict]:
    """The cells of fct_monthly_zone_revenue."""
    sums = ", ".join(f"coalesce(sum({name}), 0) as {name}" for name in FEES)
    return as_dicts(
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
    return as_dicts(
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
