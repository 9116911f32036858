"""The job as someone would write it who has a laptop and DuckDB.

Reads TLC's parquet files of 2020's layout, writes typed trips, the rows set aside,
hourly sums and both revenue marts, and tests what it wrote twice.
"""

import sys

import duckdb

_MONEY = (
    *("fare_amount", "extra", "mta_tax", "tip_amount", "tolls_amount"),
    *("improvement_surcharge", "total_amount", "congestion_surcharge"),
)
_TYPED = ", ".join(f"cast({name} as decimal(9, 2)) as {name}" for name in _MONEY)
_SUMS = ", ".join(f"sum({name}) as {name}" for name in _MONEY)


def _trips(folder: str, prefix: str, service: str) -> str:
    return f"""
        select
            '{service}' as service_type,
            cast(regexp_extract(filename, '(\\d{{4}}-\\d{{2}})', 1) || '-01' as date)
                as source_month,
            file_row_number as row_number,
            cast(VendorID as int) as vendor_id,
            {prefix}_pickup_datetime as pickup_at,
            {prefix}_dropoff_datetime as dropoff_at,
            cast(passenger_count as int) as passenger_count,
            cast(trip_distance as decimal(9, 2)) as trip_distance,
            cast(RatecodeID as int) as rate_code_id,
            store_and_fwd_flag = 'Y' as stored,
            cast(PULocationID as int) as pickup_zone,
            cast(DOLocationID as int) as dropoff_zone,
            cast(payment_type as int) as payment_type,
            {_TYPED}
        from read_parquet(
            '{folder}/{service}_tripdata_*.parquet',
            union_by_name = true, filename = true, file_row_number = true
        )
    """


def main(folder: str, database: str) -> None:
    """Do the job on the files of a folder, in a database that is not there yet."""
    folder = folder.replace("'", "''")
    connection = duckdb.connect(database)
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"""
        create view reviewed as
        select
            *,
            total_amount < 0 as is_negative,
            trip_distance = 0 as is_zero,
            pickup_zone in (264, 265) as is_unknown,
            datediff('second', pickup_at, dropoff_at) as seconds,
            case
                when pickup_at is null or total_amount is null then 'missing'
                when abs(datediff('day', source_month, pickup_at)) > 62 then 'month'
                when pickup_zone not between 1 and 265 then 'zone'
            end as reason
        from (
            {_trips(folder, "tpep", "yellow")}
            union all by name
            {_trips(folder, "lpep", "green")}
        )
    """)
    connection.execute("""
        create table trips as
        select
            * exclude (reason),
            service_type || '-' || strftime(source_month, '%Y-%m') || '-' || row_number
                as trip_id
        from reviewed
        where reason is null
    """)
    connection.execute(
        "create table set_aside as select * from reviewed where reason is not null"
    )
    connection.execute(f"""
        create table sums as
        select
            service_type, source_month, date_trunc('hour', pickup_at) as hour,
            pickup_zone, count(*) as trips, {_SUMS},
            sum(passenger_count) as passengers,
            count(passenger_count) as counted,
            sum(trip_distance) as miles
        from trips
        group by all
    """)
    connection.execute(f"""
        create table monthly as
        select
            pickup_zone, date_trunc('month', hour) as month, service_type,
            sum(trips) as trips, {_SUMS}, sum(passengers) / sum(counted) as passengers
        from sums
        group by all
    """)
    connection.execute("""
        create table hourly as
        select * from (
            select hour, pickup_zone, sum(total_amount) as green from sums
            where service_type = 'green' group by all
        )
        full join (
            select hour, pickup_zone, sum(total_amount) as yellow from sums
            where service_type = 'yellow' group by all
        ) using (hour, pickup_zone)
    """)
    tested = connection.execute("""
        select
            count(distinct trip_id) = count(*),
            count(*) filter (pickup_at is null) = 0
        from trips
    """).fetchone()
    assert tested == (True, True)
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
