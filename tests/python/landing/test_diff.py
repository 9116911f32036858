"""What TLC changed in a month is told from the history of its table."""

from datetime import date

import pytest

import ingest
from taxi.landing import diff
from taxi.landing.diff import compare
from tlc_files import PARQUET_ERAS, changed, trips, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
DECEMBER = ("green", date(2020, 12, 1))


def land(landed, rows, month: str = "2020-12") -> None:
    name = f"green_tripdata_{month}.parquet"
    path = write_parquet(landed.folder, GREEN, rows, name)
    assert landed.ingest("--replace") == 0, landed.err
    path.unlink()


def said(landed, code: int = 0) -> str:
    assert ingest.main(["--diff", "green", "2020-12"]) == code
    landed.out, landed.err = landed.capture.readouterr()
    return landed.out


def counts(landed) -> tuple[int, ...]:
    """Rows before and after, added, gone, altered."""
    found = compare(landed.lake, *DECEMBER).counts
    names = ("before", "after", "added", "gone", "altered")
    return tuple(found[name] for name in names)


def test_rows_added_gone_and_altered_are_counted(landed):
    rows = trips(count=6)
    land(landed, rows)
    land(landed, [*changed(rows[1:], 0, tip_amount=9.0), *trips("2020-11", 2)])
    # Row 0 is gone, row 1 was altered, two are new.
    assert counts(landed) == (6, 7, 3, 2, 1)


def test_rows_count_as_often_as_they_occur(landed):
    row, *others = trips(count=3)
    land(landed, [row] * 4 + others)
    land(landed, [row] * 2 + others + others)
    assert counts(landed) == (6, 6, 2, 2, 0)


def test_rows_of_one_key_are_paired_one_by_one(landed):
    """A trip and its reversal agree in vendor, times and zones."""
    row, other = trips(count=2)
    land(landed, [row, row | {"total_amount": -10.3}, other])
    land(landed, [row | {"total_amount": 11.0}, other])
    assert counts(landed) == (3, 2, 1, 2, 1)


def test_nothing_is_changed_by_the_order_of_rows(landed):
    rows = trips(count=5)
    land(landed, rows)
    land(landed, rows[::-1])
    assert counts(landed) == (5, 5, 0, 0, 0)


def test_a_value_that_is_no_longer_null_is_a_change(landed):
    rows = trips(count=3)
    land(landed, changed(rows, 1, payment_type=None))
    land(landed, rows)
    assert counts(landed) == (3, 3, 1, 1, 1)


@pytest.mark.parametrize("rows_at_once", [1, 2, 3])
def test_the_result_does_not_depend_on_the_parts(landed, monkeypatch, rows_at_once):
    rows = trips(count=9)
    land(landed, [*rows, *changed(rows, 0, lpep_pickup_datetime=None)[:1]] * 2)
    land(landed, changed(rows, 4, fare_amount=1.0) * 2)
    whole = compare(landed.lake, *DECEMBER)
    monkeypatch.setattr(diff, "_ROWS_AT_ONCE", rows_at_once)
    parts = compare(landed.lake, *DECEMBER)
    assert (parts.counts, parts.sums) == (whole.counts, whole.sums)
    assert whole.counts["altered"] == 2 and whole.counts["gone"] == 4


def test_sums_of_every_money_column_are_told(landed):
    rows = trips(count=2)
    land(landed, rows)
    land(landed, changed(rows, 1, tip_amount=3.5))
    lines = said(landed).splitlines()
    assert lines[0].startswith("green 2020-12, replaced at ")
    assert "2 rows, green_tripdata_2020-12.parquet, SHA-256 " in lines[1]
    assert lines[3] == (
        "rows    1 added, 1 gone; of these, 1 pairs are one row that was altered"
    )
    sums = {line.split()[0]: line.split()[1:] for line in lines[5:]}
    assert sums["tip_amount"] == ["4.00", "5.50", "+1.50"]
    assert sums["total_amount"] == ["21.60", "21.60", "+0.00"]
    assert len(sums) == 10


def test_the_states_are_those_of_commits_whatever_landed_between(landed):
    rows = trips(count=4)
    land(landed, rows)
    land(landed, trips("2020-11", 3), "2020-11")
    land(landed, rows[:3])
    land(landed, trips("2020-10", 2), "2020-10")
    assert counts(landed) == (4, 3, 0, 1, 0)


def test_a_month_landed_once_has_nothing_to_compare(landed):
    land(landed, trips())
    assert said(landed) == (
        "green 2020-12 was landed once; there is nothing to compare\n"
    )


def test_a_withdrawn_month_lost_all_its_rows(landed):
    land(landed, trips(count=3))
    ingest.main(["--withdraw", "green", "2020-12"])
    assert counts(landed) == (3, 0, 0, 3, 0)
    assert "after   0 rows, none" in said(landed)


def test_a_month_landed_again_is_compared_with_what_was_withdrawn(landed):
    rows = trips(count=3)
    land(landed, rows)
    ingest.main(["--withdraw", "green", "2020-12"])
    land(landed, rows[:2])
    assert counts(landed) == (3, 2, 0, 1, 0)


def test_a_history_that_has_expired_is_said_in_one_line(landed):
    for count in (3, 2):
        land(landed, trips(count=count))
    table = landed.lake.open_catalog().load_table("tlc.green_trips")
    first = table.snapshots()[0].snapshot_id
    table.maintenance.expire_snapshots().by_id(first).commit()
    said(landed, code=1)
    assert "have expired; there is nothing to compare with" in landed.err
    assert len(landed.err.splitlines()) == 1


def test_a_month_that_was_never_landed_is_said_in_one_line(landed):
    said(landed, code=1)
    assert landed.err.startswith("ingest: there is no lake at ")
    land(landed, trips("2020-11"), "2020-11")
    said(landed, code=1)
    assert landed.err == "ingest: green 2020-12 was never landed\n"
