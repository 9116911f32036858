"""What BigQuery holds is compared cell by cell, and mended by the next export."""

import pytest

from exported import FEBRUARY, HOURLY, JANUARY, MONTHLY, TRIPS


@pytest.fixture
def sent(exports):
    exports.publish(JANUARY, FEBRUARY)
    assert exports.export() == 0, exports.warned
    return exports


def test_what_arrived_is_found_equal(sent):
    assert sent.export("--verify") == 0
    assert sent.said.splitlines() == [
        f"{name}: 2023-01 to 2023-02 as published" for name in sent.marts
    ]


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (
            f"update DATASET.{MONTHLY} set tip_revenue = tip_revenue + 0.01 "
            "where pickup_location_id = 2 and revenue_month = date '2023-02-01'",
            f"{MONTHLY} pickup_location_id=2 service_type=Jamaica "
            "revenue_month=2023-02-01: tip_revenue is 1.25 as published, 1.26 in "
            "BigQuery",
        ),
        (
            f"update DATASET.{HOURLY} set pickup_zone_name = 'jamaica' "
            "where pickup_location_id = 1 and revenue_hour_at < datetime '2023-02-01'",
            f"{HOURLY} pickup_location_id=1 revenue_hour_at=2023-01-15 "
            "12:30:00.123456: pickup_zone_name is Jamaica as published, jamaica in "
            "BigQuery",
        ),
        (
            f"update DATASET.{TRIPS} set vendor_id = null where "
            "trip_id = 'green-2023-01-3'",
            f"{TRIPS} trip_id=green-2023-01-3: vendor_id is 1 as published, null in "
            "BigQuery",
        ),
        (
            f"delete from DATASET.{TRIPS} where trip_id = 'green-2023-02-1'",
            f"{TRIPS} trip_id=green-2023-02-1: rows as published: 1, in BigQuery: 0",
        ),
        (
            f"insert into DATASET.{TRIPS} select * from DATASET.{TRIPS} "
            "where trip_id = 'green-2023-01-1'",
            f"{TRIPS} trip_id=green-2023-01-1: rows as published: 1, in BigQuery: 2",
        ),
        *(
            (
                f"insert into DATASET.{TRIPS} (trip_id, source_month) "
                f"values ('stray', {month})",
                f"{TRIPS} trip_id=stray: rows as published: 0, in BigQuery: 1",
            )
            for month in (
                "date '2019-05-01'",
                "date '0001-01-01'",
                "date '9999-12-31'",
                "null",
            )
        ),
    ],
)
def test_a_planted_difference_is_named_and_then_mended(sent, statement, line):
    sent.query(statement.replace("DATASET", sent.dataset))
    assert sent.export("--verify") == 1
    assert sent.said.splitlines() == [line]
    assert sent.export("--verify", "--months", "2020-01") == 0
    assert sent.export() == 0
    assert sent.export("--verify") == 0
    for name in sent.marts:
        assert sent.held(name) == sent.expected(name)


def test_sums_that_cancel_out_are_found(sent):
    """Two cells swapped: the count and every sum stay as they were."""
    for zone, sign in ((1, "+"), (2, "-")):
        sent.query(
            f"update {sent.dataset}.{MONTHLY} set fare_revenue = fare_revenue {sign} 1 "
            f"where pickup_location_id = {zone}"
        )
    assert sent.export("--verify", "--tables", MONTHLY) == 1
    assert len(sent.said.splitlines()) == 4


def test_many_differences_are_counted(exports):
    exports.publish(JANUARY, count=150)
    assert exports.export("--tables", TRIPS) == 0
    exports.query(f"update {exports.dataset}.{TRIPS} set trip_type_id = 2 where true")
    assert exports.export("--verify", "--tables", TRIPS) == 1
    *lines, last = exports.said.splitlines()
    assert len(lines) == 100
    assert last == "... and 50 more"


def test_a_missing_table_is_a_difference(exports):
    exports.publish(JANUARY)
    assert exports.export("--verify") == 1
    assert exports.said.splitlines() == [
        f"{name}: BigQuery has no such table" for name in exports.marts
    ]
