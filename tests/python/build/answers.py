"""The questions of analyses/, answered from TLC's files and by another engine.

As in `recomputed`, nothing of the project takes part but its files. The answers are for
the analyses' own defaults.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import recomputed

# Name in the answers, TLC's name in lower case, type.
COLUMNS = {
    "pickup_location_id": ("pulocationid", "int"),
    "dropoff_location_id": ("dolocationid", "int"),
    "payment_type_id": ("payment_type", "double"),
    "miles": ("trip_distance", "decimal(9, 2)"),
    "fare": ("fare_amount", "decimal(9, 2)"),
    "total": ("total_amount", "decimal(9, 2)"),
    "pickup_at": ("{letter}pep_pickup_datetime", "timestamp"),
    "dropoff_at": ("{letter}pep_dropoff_datetime", "timestamp"),
}

ANSWERS = {
    "trips_on_a_day": """
        select service_type, count(*) as trip_count, sum(total) as total_revenue
        from kept_trips
        where pickup_at::date = date '2020-11-18'
        group by service_type
        order by service_type
    """,
    "longest_trip_of_each_day": """
        select distinct on (service_type, pickup_date)
            pickup_at::date as pickup_date,
            service_type,
            format(
                '{}-{}-{}', service_type, strftime(file_month, '%Y-%m'), row_number
            ) as trip_id,
            pickup_location_id,
            dropoff_location_id,
            miles as trip_distance_miles,
            total as total_amount
        from kept_trips
        where miles <= 100
        order by service_type, pickup_date, miles desc, file_month, row_number
    """,
    "short_trips": """
        select
            pickup_month,
            service_type,
            count(*) as trip_count,
            count(*) filter (miles <= 1) as short_trip_count,
            count(*) filter (miles = 0) as zero_distance_trip_count
        from kept_trips
        group by all
        order by all
    """,
    "best_pickup_zone_of_a_day": """
        select
            pickup_location_id,
            any_value(Zone) as pickup_zone_name,
            count(*) as trip_count,
            sum(total) as total_revenue
        from kept_trips inner join zones on pickup_location_id = LocationID
        where pickup_at::date = date '2020-11-18'
        group by pickup_location_id
        order by total_revenue desc, pickup_location_id
        limit 1
    """,
    "least_frequent_pickup_zones": """
        with cells as (
            select
                pickup_month as revenue_month,
                service_type,
                pickup_location_id,
                count(*) as trip_count
            from kept_trips
            group by all
        ),
        fewest as (
            select revenue_month, service_type, min(trip_count) as trip_count
            from cells
            group by all
        )
        select
            revenue_month,
            service_type,
            min(pickup_location_id) as pickup_location_id,
            arg_min(Zone, pickup_location_id) as pickup_zone_name,
            trip_count,
            count(*) as equally_rare_zone_count
        from cells natural join fewest
        inner join zones on pickup_location_id = LocationID
        group by revenue_month, service_type, trip_count
        order by revenue_month, service_type
    """,
    "best_zone_of_a_year": """
        select distinct on (service_type)
            service_type,
            pickup_location_id,
            Zone as pickup_zone_name,
            count(*) as trip_count,
            sum(total) as total_revenue
        from kept_trips inner join zones on pickup_location_id = LocationID
        where pickup_at >= '2020-01-01' and pickup_at < '2021-01-01'
        group by all
        order by service_type, total_revenue desc, pickup_location_id
    """,
    "quarterly_revenue_growth": """
        with quarters as (
            select
                service_type,
                date_trunc('quarter', pickup_at)::date as quarter,
                count(*) as trip_count,
                sum(total) as revenue,
                (
                    select count(distinct file_month) from all_trips
                    where all_trips.service_type = kept_trips.service_type
                        and date_trunc('quarter', file_month) = quarter
                ) as files
            from kept_trips
            group by service_type, quarter
        )
        select
            now.quarter as revenue_quarter,
            now.service_type,
            now.files as loaded_month_count,
            now.trip_count,
            now.revenue as total_revenue,
            before.files as year_before_loaded_month_count,
            before.revenue as year_before_total_revenue,
            (100 * (now.revenue / before.revenue - 1))::decimal(19, 2)
                as change_percent
        from quarters as now left join quarters as before
            on now.service_type = before.service_type
            and now.quarter = before.quarter + interval 1 year
        order by now.quarter, now.service_type
    """,
    "fare_percentiles": """
        select
            pickup_month,
            service_type,
            count(*) as paid_trip_count,
            quantile_cont(fare::double, 0.90)::decimal(11, 4) as fare_percentile_90,
            quantile_cont(fare::double, 0.95)::decimal(11, 4) as fare_percentile_95,
            quantile_cont(fare::double, 0.97)::decimal(11, 4) as fare_percentile_97
        from kept_trips
        where fare > 0 and miles > 0 and payment_type_id in (1, 2)
        group by all
        order by pickup_month, service_type
    """,
    "travel_time_between_two_zones": """
        select
            pickup_month,
            service_type,
            count(*) as timed_trip_count,
            quantile_cont(seconds, 0.9)::decimal(11, 1)
                as trip_duration_seconds_percentile_90
        from timed_trips
        where pickup_location_id = 74 and dropoff_location_id = 75 and seconds > 0
            and date_trunc('hour', pickup_at) not in (from unclear_hours)
            and date_trunc('hour', dropoff_at) not in (from unclear_hours)
        group by all
        order by pickup_month, service_type
    """,
}


def select_trips(engine: duckdb.DuckDBPyConnection, file: Path) -> str:
    """SQL for the trips of one file, typed, with the file's month and row numbers."""
    service, _, month = file.name.split(".")[0].split("_")
    scan = recomputed.scan(file)
    names = engine.sql(f"select * from {scan} limit 0").columns
    names = {name.strip().lower(): name for name in names}
    letter = {"green": "l", "yellow": "t"}[service]
    columns = [
        f'"{names[tlc.format(letter=letter)]}"::{kind} as {name}'
        for name, (tlc, kind) in COLUMNS.items()
    ]
    return f"""
        select
            '{service}' as service_type,
            date '{month}-01' as file_month,
            row_number() over () - 1 as row_number,
            {", ".join(columns)}
        from {scan}
    """


def open_engine(files: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """DuckDB with `all_trips` of the files, `kept_trips` and `zones`."""
    engine = duckdb.connect()
    selects = [select_trips(engine, file) for file in files]
    engine.sql(f"create table all_trips as {' union all '.join(selects)}")
    engine.sql(
        f"""
        create table zones as
        select * from read_csv('{recomputed.PROJECT}/seeds/taxi_zones.csv')
        """
    )
    engine.sql(
        """
        create view kept_trips as
        select *, date_trunc('month', pickup_at)::date as pickup_month
        from all_trips
        where total is not null
            and pickup_at::date
            between file_month - interval 31 day
            and last_day(file_month) + interval 31 day
            and pickup_location_id in (select LocationID from zones)
        """
    )
    engine.sql(
        """
        create view timed_trips as
        select
            *,
            epoch(dropoff_at at time zone 'America/New_York')
            - epoch(pickup_at at time zone 'America/New_York') as seconds
        from kept_trips
        """
    )
    ((first, last),) = engine.sql(
        "select min(pickup_at), max(dropoff_at) from kept_trips"
    ).fetchall()
    engine.execute("create table unclear_hours (hour timestamp)")
    engine.executemany(
        "insert into unclear_hours values (?)",
        [[hour] for hour in unclear_hours(first, last)],
    )
    return engine


def unclear_hours(first: datetime, last: datetime) -> list[datetime]:
    """The hours that New York's wall clock shows twice or never."""
    new_york = ZoneInfo("America/New_York")
    start = first.replace(minute=0, second=0, microsecond=0, tzinfo=new_york)
    count = (last - first) // timedelta(hours=1) + 2
    # Hours are added to the wall clock, as Python does within one zone.
    hours = (start + timedelta(hours=number) for number in range(count))
    return [
        hour.replace(tzinfo=None)
        for hour in hours
        if hour.replace(fold=0).utcoffset() != hour.replace(fold=1).utcoffset()
    ]


def answer(engine: duckdb.DuckDBPyConnection, name: str) -> list[dict]:
    """The answer to the question of an analysis, in its order."""
    return recomputed.as_dicts(engine.sql(ANSWERS[name]))
