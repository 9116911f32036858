"""What is published arrives in BigQuery: all of it, once, and only what changed."""

from datetime import datetime
from decimal import Decimal

import pytest

from exported import FEBRUARY, HOURLY, JANUARY, MARCH, MONTHLY, TRIPS


@pytest.fixture
def sent(exports):
    """Three months of every mart are published and exported."""
    exports.publish(JANUARY, FEBRUARY, MARCH)
    assert exports.export() == 0, exports.warned
    return exports


def assert_arrived(exports) -> None:
    for name in exports.marts:
        assert exports.held(name) == exports.expected(name)
    assert exports.left_over() == []


def test_every_cell_arrives(exports):
    exports.fill(JANUARY, FEBRUARY)
    exports.rows[MONTHLY] += [
        exports.row(
            MONTHLY,
            MARCH,
            pickup_zone_name='Señor\'s "Zone", |\\\n\x1f',
            pickup_borough=None,
            total_revenue=Decimal("-12345678901234567.89"),
            average_trip_distance_miles=Decimal("0.0001"),
            average_passenger_count=None,
        )
    ]
    exports.rows[HOURLY] += [
        # An hour that the clocks skipped, and a microsecond before a month.
        exports.row(HOURLY, MARCH, 1, revenue_hour_at=datetime(2023, 3, 12, 2, 30)),
        exports.row(
            HOURLY, MARCH, 2, revenue_hour_at=datetime(2023, 3, 31, 23, 59, 59, 999999)
        ),
        exports.row(HOURLY, MARCH, 3, revenue_hour_at=datetime(2023, 3, 1)),
    ]
    nulls = {
        column.name: None
        for column in exports.marts[TRIPS].columns
        if not column.is_required
    }
    exports.rows[TRIPS] += [exports.row(TRIPS, MARCH, 4, **nulls)]
    exports.publish()
    assert exports.export() == 0, exports.warned
    assert_arrived(exports)


def test_a_second_run_sends_nothing(sent):
    names = [f"{sent.dataset}.{name}" for name in sent.marts]
    tables = [sent.client.get_table(name) for name in names]
    assert sent.export() == 0
    assert sent.said.splitlines() == [
        f"{name}: 3 months as published already" for name in sent.marts
    ]
    for table in tables:
        assert sent.client.get_table(table).modified == table.modified
    assert_arrived(sent)


def test_only_the_month_that_changed_is_replaced(sent):
    sent.rows[MONTHLY][4] |= {"tip_revenue": Decimal("9.99")}
    sent.rows[HOURLY].append(sent.row(HOURLY, MARCH, 9))
    sent.publish()
    assert sent.export() == 0
    assert [line.partition(", ")[0] for line in sent.said.splitlines()] == [
        f"{MONTHLY}: sent 1 month (2023-02)",
        f"{HOURLY}: sent 1 month (2023-03)",
        f"{TRIPS}: 3 months as published already",
    ]
    assert_arrived(sent)


def test_a_build_that_changes_no_content_sends_nothing(sent):
    for rows in sent.rows.values():
        rows.reverse()
    sent.publish()
    assert sent.export() == 0
    assert "sent" not in sent.said
    table = sent.client.get_table(f"{sent.dataset}.{TRIPS}")
    assert table.labels["taxi_publication"] == "2"


def test_a_month_that_was_withdrawn_goes(sent):
    sent.publish(JANUARY, MARCH)
    assert sent.export() == 0
    for line in sent.said.splitlines():
        assert "deleted 1 month (2023-02); 2 months as published already" in line
    assert_arrived(sent)


def test_only_the_tables_and_months_that_are_named_are_touched(sent):
    before = [dict(row) for row in sent.expected(TRIPS)]
    for rows in sent.rows.values():
        for row in rows:
            row["pickup_location_id"] += 100
    sent.publish()
    assert sent.export("--tables", TRIPS, "--months", "2023-02:2023-03") == 0
    assert sent.said.startswith(f"{TRIPS}: sent 2 months (2023-02 to 2023-03)")
    held = sent.held(TRIPS)
    assert held == before[:3] + sent.expected(TRIPS)[3:]
    assert sent.held(MONTHLY) != sent.expected(MONTHLY)


def test_all_months_are_sent_if_that_is_asked(sent):
    assert sent.export("--months", "all") == 0
    for line in sent.said.splitlines():
        assert "sent 3 months (2023-01 to 2023-03)" in line
    assert_arrived(sent)


def test_a_dry_run_says_what_then_happens(sent):
    sent.rows[MONTHLY][0] |= {"fare_revenue": Decimal("0.00")}
    sent.rows[TRIPS] = [
        row for row in sent.rows[TRIPS] if row["source_month"] != FEBRUARY
    ]
    sent.publish()
    before = {name: sent.held(name) for name in sent.marts}
    assert sent.export("--dry-run") == 0
    planned = sent.said
    assert {name: sent.held(name) for name in sent.marts} == before
    lines = [line for line in planned.splitlines() if line.startswith("fct_")]
    assert f"delete from `test.{sent.dataset}.{TRIPS}`" in planned
    assert sent.export() == 0
    for would, did in (("would send", "sent"), ("would delete", "deleted")):
        lines = [line.replace(would, did) for line in lines]
    assert sent.said.splitlines() == lines
    assert_arrived(sent)


def test_the_first_dry_run_changes_nothing(exports):
    exports.publish(JANUARY)
    assert exports.export("--dry-run") == 0
    for line in exports.said.splitlines()[: len(exports.marts)]:
        assert "would be created; would send 1 month (2023-01), 3 rows" in line
    assert list(exports.client.list_tables(exports.dataset)) == []


def test_what_is_exported_is_what_is_published(sent):
    published = {name: sent.expected(name) for name in sent.marts}
    sent.fill(JANUARY)
    sent.build(failed="not_empty_fct_trips_")
    assert sent.export() == 0
    assert "build 2" in sent.warned and "failed" in sent.warned
    assert "sent" not in sent.said and "deleted" not in sent.said
    assert {name: sent.held(name) for name in sent.marts} == published


def test_a_mart_that_becomes_empty_leaves_an_empty_table(sent):
    sent.rows[TRIPS] = []
    sent.publish()
    assert sent.export() == 0
    assert "deleted 3 months (2023-01 to 2023-03)" in sent.said
    assert_arrived(sent)
