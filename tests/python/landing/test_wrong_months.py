"""A file cannot take the place of a month that it does not hold."""

import itertools
import shutil

import pytest

from tlc_files import CSV_ERAS, PARQUET_ERAS, csv_text, trips, write_csv, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
CSV = CSV_ERAS["green 2019"]
MARCH, FEBRUARY = (f"green_tripdata_2020-{month}.parquet" for month in ("03", "02"))


def write(landed, name: str, *counts: tuple[str, int]) -> None:
    rows = [row for month, count in counts for row in trips(f"2020-{month}", count)]
    write_parquet(landed.folder, GREEN, rows, name)


def put_march_twice(landed) -> None:
    write(landed, MARCH, ("03", 30), ("02", 2))
    shutil.copy(landed.folder / MARCH, landed.folder / FEBRUARY)


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_a_copy_under_another_month_is_refused(landed, jobs, options):
    put_march_twice(landed)
    assert landed.ingest("--jobs", jobs, *options) == 1
    (line,) = landed.err.splitlines()
    assert line.startswith(f"refused     {FEBRUARY}: is named as green 2020-02, but ")
    assert "but 30 of its 32 pickups are of other months, 30 of 2020-03" in line
    if not options:
        assert landed.source_file()["source_file"] == MARCH


@pytest.mark.parametrize("order", [*itertools.permutations([MARCH, FEBRUARY])])
def test_the_order_of_runs_does_not_matter(landed, order):
    put_march_twice(landed)
    codes = [landed.ingest(folder=landed.folder / name) for name in order]
    assert sorted(codes) == [0, 1]
    assert landed.source_file()["source_file"] == MARCH


def test_a_csv_is_held_to_it_too(landed):
    text = csv_text(CSV, trips("2020-03", 8))
    write_csv(landed.folder, CSV, text, "green_tripdata_2020-02.csv.gz")
    assert landed.ingest() == 1
    assert "is named as green 2020-02, but 8 of its 8 pickups" in landed.err


def test_real_months_under_another_name(landed, shared_data):
    source = shared_data / "tlc" / "green_tripdata_2023-03.parquet"
    shutil.copy(source, landed.folder / "green_tripdata_2023-02.parquet")
    assert landed.ingest() == 1
    assert "is named as green 2023-02" in landed.err and "of 2023-03;" in landed.err


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ([("03", 3), ("02", 3)], 0),
        ([("03", 3), ("02", 4)], 1),
        # The first rows of TLC's own file of yellow 2019-01.
        ([("03", 3), ("02", 1), ("01", 4)], 0),
        # A handful may be strays, as the rows of a report are; but not of anywhere.
        ([("02", 4)], 0),
        ([("02", 5)], 1),
        ([("01", 4)], 1),
        ([("03", 10), ("02", 10), ("01", 10)], 1),
        ([("03", 10), ("02", 5), ("01", 5)], 0),
    ],
)
def test_more_than_half_of_the_pickups_decide(landed, counts, code):
    write(landed, MARCH, *counts)
    assert landed.ingest() == code


def test_trips_without_a_time_decide_nothing(landed):
    rows = [row | {"lpep_pickup_datetime": None} for row in trips("2020-02", 5)]
    write_parquet(landed.folder, GREEN, rows, MARCH)
    assert landed.ingest() == 0


@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_bytes_that_another_month_has_are_refused(landed, options):
    """Half of the trips are of either month, so they alone cannot tell."""
    write(landed, MARCH, ("03", 4), ("02", 4))
    shutil.copy(landed.folder / MARCH, landed.folder / FEBRUARY)
    assert landed.ingest(*options) == 1
    (line,) = landed.err.splitlines()
    assert f"{MARCH}: has the same bytes as {FEBRUARY}, which is landed as" in line
    assert landed.ingest(*options) == 1


@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_a_month_does_not_lose_many_rows_unasked(landed, options):
    write(landed, MARCH, ("03", 20))
    landed.ingest()
    write(landed, MARCH, ("03", 17))
    assert landed.ingest(*options) == 1
    (line,) = landed.err.splitlines()
    assert "has 17 trips, and " in line and "which is landed, has 20: more than" in line
    assert landed.table("green_trips").num_rows == 20
    assert not list(landed.lake.root.rglob("staging/*"))
    assert landed.ingest("--replace", *options) == 0
    write(landed, MARCH, ("03", 18))
    assert landed.ingest(*options) == 0


def test_a_dry_run_counts_what_is_to_land_and_refuses_as_a_run_does(landed):
    write(landed, MARCH, ("03", 5))
    write(landed, FEBRUARY, ("02", 5))
    bad = [row | {"extra": 0.001} for row in trips("2020-01")]
    write_parquet(landed.folder, GREEN, bad, "green_tripdata_2020-01.parquet")
    assert landed.ingest("--dry-run") == 1
    assert "a dry run: 2 files to land; nothing was fetched or landed" in landed.out
    assert landed.out.rstrip().endswith("; 1 refused")
    assert "column extra, row 0: '0.001' is not a number" in landed.err
    assert not landed.lake.root.exists()
    assert landed.ingest("--dry-run", "--max-bad-values", "5") == 0
