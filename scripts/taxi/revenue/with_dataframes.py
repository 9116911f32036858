"""The question as DataFrame code. It makes the same plan as the SQL: compare --explain.

Each step below only adds to a plan. The one who writes the result starts the work.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from taxi.revenue import rules
from taxi.revenue.answers import Answer, shares
from taxi.revenue.columns import AMOUNTS_BY, REVENUE_TYPE, TIME_TYPE, revenue_name
from taxi.revenue.zones import zone_lookup


def answer(trips: DataFrame, by: str, has_review: bool) -> Answer:
    """Revenue by `month` or `hour`; see `Answer`."""
    # broadcast: the lookup is sent whole to every executor, so the trips stay where
    # they are. Else both sides would be shuffled by the zone: every trip would move.
    zones = F.broadcast(zone_lookup(trips.sparkSession))
    reviewed = trips.withColumn("set_aside_reason", F.lit(None).cast("string"))
    if has_review:
        reviewed = _reviewed(trips, zones)
    # Asked twice, for the result and for the account. Kept, the files are read once.
    sums = _sums(reviewed, by).cache()
    kept = sums.where(F.col("set_aside_reason").isNull())
    revenue = _by_month(kept, zones) if by == "month" else _by_hour(kept, zones)
    account = sums.groupBy("set_aside_reason").agg(
        F.sum("trip_count"), F.sum("total_revenue")
    )
    return Answer(revenue, lambda: shares(account.collect()))


def _reviewed(trips: DataFrame, zones: DataFrame) -> DataFrame:
    """Trips with the reason to set them aside, where there is one."""
    days = rules.DAYS_BEYOND_SOURCE_MONTH
    pickup_date = F.to_date("pickup_at")
    is_far = (pickup_date < F.date_sub("source_month", days)) | (
        pickup_date > F.date_add(F.last_day("source_month"), days)
    )
    # The first that holds is the reason.
    reason = (
        F.when(F.col("pickup_at").isNull(), rules.MISSING_PICKUP_TIME)
        .when(F.col("total_amount").isNull(), rules.MISSING_TOTAL)
        .when(is_far, rules.FAR_FROM_SOURCE_MONTH)
        .when(F.col("location_id").isNull(), rules.ZONE_NOT_LISTED)
    )
    listed = zones.select("location_id")
    is_pickup = F.col("pickup_location_id") == F.col("location_id")
    # left: an inner join would lose trips without a word.
    looked_up = trips.join(listed, is_pickup, "left")
    return looked_up.withColumn("set_aside_reason", reason).drop("location_id")


def _sums(reviewed: DataFrame, by: str) -> DataFrame:
    """One row per zone, service, month or hour, and reason.

    Spark adds up twice: within each partition, where the trips lie, and after a shuffle
    by the keys across partitions. What travels are sums, not trips.
    """
    pickup_at = F.col("pickup_at")
    if by == "month":
        moment = F.trunc(F.to_date(pickup_at), "month").alias("revenue_month")
    else:
        # The session's zone is UTC, which has every hour once, as no wall clock has.
        hour = F.date_trunc("hour", pickup_at).cast(TIME_TYPE)
        moment = hour.alias("revenue_hour_at")
    return reviewed.groupBy(
        "pickup_location_id", "service_type", moment, "set_aside_reason"
    ).agg(
        F.count("*").alias("trip_count"),
        *(_sum_of(amount) for amount in AMOUNTS_BY[by]),
    )


def _sum_of(amount: str) -> Column:
    """A sum of decimals, which is exact; that of doubles hangs on the rows' order."""
    total = F.coalesce(F.sum(amount), F.lit(0)).cast(REVENUE_TYPE)
    return total.alias(revenue_name(amount))


def _by_month(kept: DataFrame, zones: DataFrame) -> DataFrame:
    # orderBy shuffles once more, by ranges of the keys, so that the files are in order.
    return _named(kept, zones, "service_type", "revenue_month").orderBy(
        "revenue_month", "service_type", "pickup_location_id"
    )


def _by_hour(kept: DataFrame, zones: DataFrame) -> DataFrame:
    """Green and yellow side by side."""
    key = ("pickup_location_id", "revenue_hour_at")
    sides = {
        service: kept.where(F.col("service_type") == service).select(
            *(F.col(name).alias(f"{service}_{name}") for name in key),
            F.col("trip_count").alias(f"{service}_trip_count"),
            F.col("total_revenue").alias(f"{service}_revenue"),
        )
        for service in ("green", "yellow")
    }
    # eqNullSafe, as without the review a zone or an hour may be null on both sides.
    is_same = [
        F.col(f"green_{name}").eqNullSafe(F.col(f"yellow_{name}")) for name in key
    ]
    # full: most zones see one service in an hour. Neither side may be broadcast here:
    # each would bring forth the rows that found nobody. So both are shuffled by zone
    # and hour, sorted and merged.
    joined = sides["green"].join(sides["yellow"], is_same, "full")
    counts, revenues = (
        {s: F.coalesce(f"{s}_{name}", F.lit(0)) for s in sides}
        for name in ("trip_count", "revenue")
    )
    side_by_side = joined.select(
        *(F.coalesce(f"green_{name}", f"yellow_{name}").alias(name) for name in key),
        *(counts[s].alias(f"{s}_trip_count") for s in sides),
        (counts["green"] + counts["yellow"]).alias("trip_count"),
        *(revenues[s].cast(REVENUE_TYPE).alias(f"{s}_revenue") for s in sides),
        (revenues["green"] + revenues["yellow"])
        .cast(REVENUE_TYPE)
        .alias("total_revenue"),
    )
    named = _named(side_by_side, zones, "revenue_hour_at")
    return named.orderBy("revenue_hour_at", "pickup_location_id")


def _named(sums: DataFrame, zones: DataFrame, *keys: str) -> DataFrame:
    """Sums with the names of their zones, in the columns' order of the result."""
    place = F.col("pickup_location_id")
    others = [name for name in sums.columns if name not in (*keys, "set_aside_reason")]
    # left: without the review a zone may be one that the lookup lacks.
    return sums.join(zones, place == F.col("location_id"), "left").select(
        place,
        F.col("zone_name").alias("pickup_zone_name"),
        F.col("borough").alias("pickup_borough"),
        *keys,
        *others[1:],
    )
