"""The revenue job yields what the marts hold, of all real files, to the cent."""

from collections import defaultdict
from decimal import Decimal

import pytest
from test_marts import HOUR_KEY, MONTH_KEY, by_key

from plain_revenue import ZONES
from revenue_jobs import running_jobs

AMOUNTS = ("fare", "extra", "mta_tax", "tip", "tolls", "ehail_fee")
AMOUNTS += ("improvement_surcharge", "congestion_surcharge", "airport_fee")
AMOUNTS += ("cbd_congestion_fee", "total")
MONTH = ("pickup_location_id", "pickup_zone_name", "pickup_borough", "service_type")
MONTH += ("revenue_month", "trip_count", *(f"{amount}_revenue" for amount in AMOUNTS))
HOUR = ("pickup_location_id", "pickup_zone_name", "pickup_borough", "revenue_hour_at")
HOUR += ("green_trip_count", "yellow_trip_count", "trip_count")
HOUR += ("green_revenue", "yellow_revenue", "total_revenue")


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    with running_jobs(tmp_path_factory.mktemp("revenue jobs of shared")) as jobs:
        yield jobs


@pytest.fixture(scope="module")
def files(shared_data):
    return [shared_data / folder for folder in ("tlc", "yellow_sample")]


def set_aside(shared) -> dict[tuple, dict]:
    """What the marts set aside, as cells of the monthly mart."""
    cells = defaultdict(lambda: defaultdict(Decimal))
    for row in shared.rows("marts", "fct_quarantined_trips"):
        month = row["pickup_at"] and row["pickup_at"].date().replace(day=1)
        cell = cells[row["pickup_location_id"], row["service_type"], month]
        cell["trip_count"] += 1
        for amount in AMOUNTS:
            cell[f"{amount}_revenue"] += row[f"{amount}_amount"] or 0
    return cells


@pytest.mark.parametrize("engine", ["sql", "dataframe", "rdd"])
def test_revenue_is_that_of_the_marts(shared, jobs, files, engine):
    rows, account = jobs.run(*files, engine=engine)
    mart = shared.rows("marts", "fct_monthly_zone_revenue", *MONTH)
    assert by_key(rows, MONTH_KEY) == by_key(mart, MONTH_KEY)
    assert len(rows) > 3_000

    rows, hourly_account = jobs.run(*files, engine=engine, by="hour")
    mart = shared.rows("marts", "fct_hourly_zone_revenue", *HOUR)
    assert by_key(rows, HOUR_KEY) == by_key(mart, HOUR_KEY)
    assert account == hourly_account

    expected = defaultdict(lambda: (0, Decimal(0)))
    for row in shared.rows("marts", "fct_quarantined_trips"):
        count, total = expected[row["set_aside_reason"]]
        total += row["total_amount"] or 0
        expected[row["set_aside_reason"]] = (count + 1, total)
    assert expected
    assert {reason: one for reason, one in account.items() if reason} == expected


@pytest.mark.parametrize("engine", ["sql", "dataframe", "rdd"])
def test_without_review_revenue_is_what_was_kept_and_set_aside(
    shared, jobs, files, engine
):
    rows, account = jobs.run(*files, engine=engine, has_review=False)
    mart = shared.rows("marts", "fct_monthly_zone_revenue", *MONTH)
    expected = by_key(mart, MONTH_KEY)
    for key, cell in set_aside(shared).items():
        name, borough = ZONES.get(key[0], (None, None))
        empty = dict(zip(MONTH_KEY, key, strict=True))
        empty |= {"pickup_zone_name": name, "pickup_borough": borough}
        empty |= dict.fromkeys((*cell,), 0)
        kept = expected.setdefault(key, empty)
        for column, value in cell.items():
            kept[column] += value
    assert by_key(rows, MONTH_KEY) == expected
    assert account.keys() == {None}
    assert account[None][0] == sum(cell["trip_count"] for cell in expected.values())
