"""Landed, built and published are told apart, month by month."""

import re
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from landings import Workshop
from taxi.building.conditions import ServiceMonth
from taxi.building.held import LOADED_MONTHS
from taxi.lake import PROJECT
from taxi.publishing.waiting import (
    REACH_DAYS,
    Waiting,
    read_waiting,
    waiting_lines,
)
from tlc_files import trips, write_parquet
from upkeep_tables import GREEN

MONTHS = ("2020-10", "2020-11", "2020-12")


@pytest.fixture
def landed(tmp_path) -> Workshop:
    """A lake of three months."""
    made = Workshop(tmp_path)
    for month in MONTHS:
        land(made, month)
    return made


def land(workshop: Workshop, month: str, count: int = 5) -> None:
    name = f"green_tripdata_{month}.parquet"
    path = write_parquet(workshop.files, GREEN, trips(month, count), name)
    workshop.land()
    path.unlink()


def put(workshop: Workshop, table: tuple[str, str], rows: pa.Table) -> None:
    catalog = workshop.lake.open_catalog()
    catalog.create_namespace_if_not_exists(table[0])
    catalog.create_table_if_not_exists(table, rows.schema).overwrite(rows)


def source_files(workshop: Workshop) -> pa.Table:
    return workshop.lake.open_catalog().load_table("tlc.source_files").scan().to_arrow()


def build(workshop: Workshop) -> None:
    """Let the tables that tell of a build be as one leaves them."""
    files = source_files(workshop)
    logic = pa.array(["some logic"] * len(files))
    put(workshop, LOADED_MONTHS, files.append_column("logic_hash", logic))
    put(workshop, ("marts", "fct_source_months"), files)


def publish(workshop: Workshop) -> None:
    put(workshop, ("published", "fct_source_months"), source_files(workshop))


def lines(workshop: Workshop) -> list[str]:
    return waiting_lines(read_waiting(workshop.lake))


def test_what_is_landed_waits_for_a_build(landed):
    assert lines(landed) == [
        "green 2020-10, green 2020-11 and green 2020-12 are landed but not built: "
        "run dbt build"
    ]


def test_what_is_built_waits_for_its_publication(landed):
    build(landed)
    assert lines(landed) == [
        "green 2020-10, green 2020-11 and green 2020-12 are built but not published: "
        "run python scripts/publish.py"
    ]
    publish(landed)
    assert lines(landed) == []


def test_a_month_that_came_later_is_told_alone(landed):
    build(landed)
    publish(landed)
    land(landed, "2021-01")
    assert lines(landed) == ["green 2021-01 is landed but not built: run dbt build"]
    build(landed)
    assert lines(landed) == [
        "green 2021-01 is built but not published: run python scripts/publish.py"
    ]


def test_a_month_that_was_landed_anew_or_withdrawn_is_told(landed):
    build(landed)
    publish(landed)
    land(landed, "2020-12", count=6)
    held = source_files(landed)
    is_kept = pc.not_equal(held["source_month"], date(2020, 10, 1))
    put(landed, ("tlc", "source_files"), held.filter(is_kept))
    assert lines(landed) == [
        "green 2020-10 is withdrawn but still in the marts: run dbt build",
        "green 2020-12 is landed anew but not built since: run dbt build",
    ]


def test_many_months_are_counted():
    months = [ServiceMonth("green", date(2020, month, 1)) for month in range(1, 13)]
    state = "landed but not built: run dbt build"
    assert waiting_lines(Waiting(month, state) for month in months) == [
        f"12 months, green 2020-01 to green 2020-12, are {state}"
    ]


@pytest.mark.parametrize(
    ("revenue_month", "can"),
    [("2020-11", False), ("2020-12", True), ("2021-03", True), ("2021-04", False)],
)
def test_a_file_may_bring_trips_of_the_months_around_it(revenue_month, can):
    waiting = Waiting(ServiceMonth("green", date(2021, 1, 1)), "landed")
    month = date.fromisoformat(f"{revenue_month}-01")
    assert waiting.can_bring("green", month) is can
    assert not waiting.can_bring("yellow", month)


def test_the_reach_is_that_of_the_sql():
    macro = (PROJECT / "macros" / "days_beyond_source_month.sql").read_text()
    assert re.search(r"\b(\d+)\b", macro.split("%}", 1)[1])[1] == str(REACH_DAYS)
