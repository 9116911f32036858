"""The job as courses on Spark teach it: doubles, no review, one report by month."""

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit

_COLUMNS = (
    *("VendorID", "pickup_datetime", "dropoff_datetime", "store_and_fwd_flag"),
    *("RatecodeID", "PULocationID", "DOLocationID", "passenger_count"),
    *("trip_distance", "fare_amount", "extra", "mta_tax", "tip_amount"),
    *("tolls_amount", "improvement_surcharge", "total_amount", "payment_type"),
    "congestion_surcharge",
)
_MONEY = (
    *("fare_amount", "extra", "mta_tax", "tip_amount", "tolls_amount"),
    *("improvement_surcharge", "total_amount", "congestion_surcharge"),
)


def _trips(spark: SparkSession, folder: str, prefix: str, service: str) -> DataFrame:
    trips = spark.read.parquet(folder)
    for moment in ("pickup_datetime", "dropoff_datetime"):
        trips = trips.withColumnRenamed(f"{prefix}_{moment}", moment)
    return trips.select(*_COLUMNS).withColumn("service_type", lit(service))


def main(green: str, yellow: str, report: str) -> None:
    """Write the report of a folder of green and one of yellow parquet files."""
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    trips = _trips(spark, green, "lpep", "green").unionAll(
        _trips(spark, yellow, "tpep", "yellow")
    )
    trips.createOrReplaceTempView("trips")
    sums = ", ".join(f"sum({name}) as revenue_monthly_{name}" for name in _MONEY)
    monthly = spark.sql(f"""
        select
            PULocationID as revenue_zone,
            date_trunc('month', pickup_datetime) as revenue_month,
            service_type,
            {sums},
            avg(passenger_count) as average_passenger_count,
            avg(trip_distance) as average_trip_distance
        from trips
        group by 1, 2, 3
    """)
    monthly.coalesce(1).write.parquet(report, mode="overwrite")


if __name__ == "__main__":
    main(*sys.argv[1:])
