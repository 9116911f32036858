"""The columns of the job: of a trip as it is read, and of what comes out."""

from taxi.landing.columns import SERVICES, Column, Kind

# The money of a trip under the names that the models give it.
AMOUNTS = (
    "fare_amount",
    "extra_amount",
    "mta_tax_amount",
    "tip_amount",
    "tolls_amount",
    "ehail_fee_amount",
    "improvement_surcharge_amount",
    "congestion_surcharge_amount",
    "airport_fee_amount",
    "cbd_congestion_fee_amount",
    "total_amount",
)
# What each way to add up needs of them.
AMOUNTS_BY = {"month": AMOUNTS, "hour": ("total_amount",)}

AMOUNT_TYPE = "decimal(9,2)"
REVENUE_TYPE = "decimal(19,2)"

# New York's wall clock, as it stands in the file.
TIME_TYPE = "timestamp_ntz"
# The same in a type of parquet that Spark reads as whole numbers.
NANOSECONDS = "timestamp_ntz in nanoseconds"


def revenue_name(amount: str) -> str:
    """The name of the sum of an amount."""
    return amount.removesuffix("_amount") + "_revenue"


def amount_columns(service: str) -> dict[str, Column]:
    """The landed column that holds each amount; a service has not all of them."""
    columns = {}
    for column in SERVICES[service]:
        if column.kind is Kind.MONEY:
            name = column.name.lower().removesuffix("_amount")
            columns[f"{name}_amount"] = column
    return columns


def pickup_columns(service: str) -> tuple[Column, Column]:
    """The landed columns of the time and the zone of the pickup."""
    by_name = {column.name: column for column in SERVICES[service]}
    prefix = {"green": "lpep", "yellow": "tpep"}[service]
    return by_name[f"{prefix}_pickup_datetime"], by_name["PULocationID"]


def output_schema(by: str) -> str:
    """The columns of the result, as Spark writes a schema."""
    place = "pickup_location_id int, pickup_zone_name string, pickup_borough string"
    if by == "month":
        sums = [f"{revenue_name(one)} {REVENUE_TYPE}" for one in AMOUNTS]
        parts = ["service_type string", "revenue_month date", "trip_count bigint"]
        return ", ".join([place, *parts, *sums])
    counts = [f"{name}trip_count bigint" for name in ("green_", "yellow_", "")]
    revenues = [f"{name}_revenue {REVENUE_TYPE}" for name in ("green", "yellow")]
    total = f"total_revenue {REVENUE_TYPE}"
    parts = [f"revenue_hour_at {TIME_TYPE}", *counts, *revenues, total]
    return ", ".join([place, *parts])
