"""The question as RDD code: Python functions over rows, with nobody to improve on them.

Spark cannot look into a function. It moves every row to Python and back, and computes
what is written, in the order in which it is written. What SQL gets from the optimizer
(few columns, adding up before the shuffle, a broadcast) is here done by hand.
"""

from datetime import date, timedelta
from decimal import Decimal
from operator import add

from pyspark import RDD, Broadcast
from pyspark.sql import DataFrame, Row

from taxi.revenue import rules
from taxi.revenue.answers import Answer, shares
from taxi.revenue.columns import output_schema
from taxi.revenue.shipping import ship_package
from taxi.revenue.zones import Zone, read_zones

# A place and a time, the service, and the reason to set aside; then count and sums.
Key = tuple
Sums = list


def answer(trips: DataFrame, by: str, has_review: bool) -> Answer:
    """Revenue by `month` or `hour`; see `Answer`."""
    spark = trips.sparkSession
    ship_package(spark.sparkContext)
    # A broadcast variable: sent to each executor once, not with every task.
    zones = spark.sparkContext.broadcast({one.location_id: one for one in read_zones()})

    # map and filter look at one row at a time, so a partition needs no other. They and
    # whatever follows up to the next shuffle run in one stage, row by row.
    keyed = trips.rdd.map(lambda trip: _keyed(trip, by, zones, has_review))
    # reduceByKey adds up within each partition before it shuffles. groupByKey would
    # send every trip over the network to be added up there.
    # cache, as both the result and the account are made of the sums.
    sums = keyed.reduceByKey(_added).cache()

    kept = sums.filter(lambda pair: pair[0][3] is None)
    rows = _by_month(kept, zones) if by == "month" else _by_hour(kept, zones)
    revenue = spark.createDataFrame(rows, output_schema(by), verifySchema=False)
    return Answer(revenue, lambda: _account(sums), rows)


def _keyed(trip: Row, by: str, zones: Broadcast, has_review: bool) -> tuple[Key, Sums]:
    """A trip as what it is added up by, and what is added up."""
    service, source_month, pickup_at, *amounts, zone = trip
    reason = None
    if has_review:
        reason = _reason(pickup_at, amounts[-1], source_month, zone in zones.value)
    moment = pickup_at
    if pickup_at is not None and by == "month":
        moment = date(pickup_at.year, pickup_at.month, 1)
    elif pickup_at is not None:
        moment = pickup_at.replace(minute=0, second=0, microsecond=0)
    return (zone, moment, service, reason), [1, *(one or Decimal(0) for one in amounts)]


def _reason(pickup_at, total, source_month: date, is_listed: bool) -> str | None:
    """Why a trip is set aside, if it is; the first rule that holds."""
    if pickup_at is None:
        return rules.MISSING_PICKUP_TIME
    if total is None:
        return rules.MISSING_TOTAL
    days = timedelta(rules.DAYS_BEYOND_SOURCE_MONTH)
    # The 28th and four days is in the next month, whose first day less one is the last.
    after = (source_month.replace(day=28) + timedelta(4)).replace(day=1)
    if not source_month - days <= pickup_at.date() < after + days:
        return rules.FAR_FROM_SOURCE_MONTH
    return None if is_listed else rules.ZONE_NOT_LISTED


def _added(one: Sums, other: Sums) -> Sums:
    return list(map(add, one, other))


def _by_month(kept: RDD, zones: Broadcast) -> RDD:
    def row(pair: tuple[Key, Sums]) -> tuple:
        (zone, month, service, _), sums = pair
        return (zone, *_names(zones, zone), service, month, *sums)

    # Sorted into one partition, hence one file: a partition for each range of keys
    # would make Spark look through the rows for good bounds before.
    return kept.map(row).sortBy(
        lambda row: (_nulls_first(row[4]), row[3], _nulls_first(row[0])),
        numPartitions=1,
    )


def _by_hour(kept: RDD, zones: Broadcast) -> RDD:
    def side(service: str) -> RDD:
        # lambda with a default: else both sides would see the last service.
        of_service = kept.filter(lambda pair, service=service: pair[0][2] == service)
        return of_service.map(lambda pair: (pair[0][:2], pair[1]))

    def row(pair: tuple[Key, tuple[Sums | None, Sums | None]]) -> tuple:
        (zone, hour), both = pair
        green, yellow = (side or [0, Decimal(0)] for side in both)
        counts = (green[0], yellow[0], green[0] + yellow[0])
        revenues = (green[1], yellow[1], green[1] + yellow[1])
        return (zone, *_names(zones, zone), hour, *counts, *revenues)

    # A join shuffles both sides by the key, so that equal keys meet in one partition.
    # That the sums lie by another key (the service is in it) helps nobody.
    joined = side("green").fullOuterJoin(side("yellow"))
    return joined.map(row).sortBy(
        lambda row: (_nulls_first(row[3]), _nulls_first(row[0])), numPartitions=1
    )


def _names(zones: Broadcast, zone: int | None) -> tuple[str | None, str | None]:
    found: Zone | None = zones.value.get(zone)
    return (found.zone_name, found.borough) if found else (None, None)


def _nulls_first(value) -> tuple:
    """A key that sorts null before all values, as SQL does; Python compares neither."""
    return (False,) if value is None else (True, value)


def _account(sums: RDD):
    by_reason = sums.map(lambda pair: (pair[0][3], [pair[1][0], pair[1][-1]]))
    totals = by_reason.reduceByKey(_added).collect()
    return shares((reason, count, total) for reason, (count, total) in totals)
