"""What Spark does with the models, read from its physical plans."""

import re

import pytest

TRIP_TABLES = ("green_trips", "yellow_trips")


@pytest.fixture(scope="module", autouse=True)
def compiled(sample):
    """SQL of all months: a build that finds none to load compiles that of none."""
    sample.dbt("compile")


def physical_plan(spark, sql: str) -> str:
    """Spark's plan of a query, before any stage has run."""
    (row,) = spark.sql(f"explain {sql}").collect()
    assert "== Physical Plan ==" in row.plan
    return row.plan


def shuffles(plan: str) -> list[str]:
    """The exchanges that move rows between tasks, broadcasts not among them."""
    return re.findall(r"(?<!Broadcast)Exchange .*", plan)


@pytest.mark.parametrize(
    ("model", "other_joins"),
    [
        ("fct_trips", 0),
        ("fct_monthly_zone_revenue", 0),
        # That of green and yellow hours.
        ("fct_hourly_zone_revenue", 1),
    ],
)
def test_zones_are_joined_by_broadcast(spark, sample, model, other_joins):
    plan = physical_plan(spark, sample.compiled(model))
    assert "BroadcastHashJoin" in plan
    assert len(re.findall(r"(SortMerge|ShuffledHash)Join", plan)) == other_joins
    # What is read of the zones goes to a broadcast, and to no shuffle, next.
    before_zones = re.split(r"BatchScan lake\.\w+\.(?:dim|taxi)_zones", plan)[:-1]
    assert before_zones
    for above in before_zones:
        exchanges = re.findall(r"\w*Exchange", above)
        assert exchanges[-1] == "BroadcastExchange"


def test_monthly_revenue_shuffles_for_its_aggregation_only(spark, sample):
    plan = physical_plan(spark, sample.compiled("fct_monthly_zone_revenue"))
    (shuffle,) = shuffles(plan)
    # By zone, service and month; Spark names the month's expression itself.
    keys = re.search(r"hashpartitioning\((.*), \d+\)", shuffle)[1].split(", ")
    assert [key.split("#")[0] for key in keys[:2]] == [
        "pickup_location_id",
        "service_type",
    ]
    assert len(keys) == 3


def test_trips_are_written_without_a_shuffle(spark, sample):
    plan = physical_plan(spark, sample.compiled("fct_trips"))
    # What is left gathers the few unreadable rows, and every trip stays where it is.
    assert all("source_row_number" in shuffle for shuffle in shuffles(plan))


@pytest.mark.parametrize("view", ["int_trips__unioned", "int_trips__reviewed"])
def test_a_filter_on_month_reaches_the_scan(spark, view):
    plan = physical_plan(
        spark,
        f"select * from intermediate.{view} where source_month = date'2020-12-01'",
    )
    for table in TRIP_TABLES:
        (scan,) = re.findall(rf"BatchScan lake\.tlc\.{table}.*", plan)
        (filters,) = re.findall(r"filters=([^\]]*)", scan)
        assert "source_month =" in filters
