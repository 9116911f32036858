"""Which file stands for a month, in one run or in several."""

import itertools
import shutil
from decimal import Decimal

import pytest

from tlc_files import CSV_ERAS, PARQUET_ERAS, changed, trips, write_csv, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
CSV = CSV_ERAS["green 2019"]
PARQUET_NAME = "green_tripdata_2020-12.parquet"
CSV_NAME = "green_tripdata_2020-12.csv.gz"


def totals(landed) -> list[Decimal]:
    return landed.column("green_trips", "total_amount")


def write_both(folder) -> None:
    """The same month as parquet with five trips and as CSV with two."""
    write_parquet(folder, GREEN, trips())
    write_csv(folder, CSV, trips(count=2), CSV_NAME)


def test_landing_again_changes_nothing(landed):
    write_parquet(landed.folder, GREEN, trips())
    landed.ingest()
    names = ("green_trips", "source_files", "landings", "unreadable_values")
    before = [landed.snapshot_ids(name) for name in names]
    assert landed.ingest() == 0
    assert "unchanged   green_tripdata_2020-12.parquet" in landed.out
    assert [landed.snapshot_ids(name) for name in names] == before


def test_a_restated_file_replaces_its_month_only(landed):
    write_parquet(landed.folder, GREEN, trips())
    write_parquet(
        landed.folder, GREEN, trips("2020-11"), "green_tripdata_2020-11.parquet"
    )
    landed.ingest()
    write_parquet(landed.folder, GREEN, trips(count=2))
    assert landed.ingest("--replace") == 0
    assert "replaced    green_tripdata_2020-12.parquet: 2 trips" in landed.out
    assert landed.table("green_trips").num_rows == 7
    assert landed.table("source_files").num_rows == 2
    events = landed.column("landings", "event")
    assert events == ["landed", "landed", "replaced"]


def test_new_rules_land_the_same_file_anew(landed, monkeypatch):
    write_parquet(landed.folder, GREEN, trips())
    landed.ingest()
    monkeypatch.setattr("taxi.landing.land.LANDING_RULES_VERSION", 999)
    landed.ingest()
    assert "replaced" in landed.out
    assert landed.source_file()["landing_rules_version"] == 999


def test_parquet_goes_before_csv_in_one_run(landed):
    write_both(landed.folder)
    assert landed.ingest() == 0
    assert len(totals(landed)) == 5
    assert f"passed over {CSV_NAME}: {PARQUET_NAME} has the month" in landed.out


def test_parquet_replaces_csv_of_an_earlier_run(landed):
    write_csv(landed.folder, CSV, trips(count=2), CSV_NAME)
    landed.ingest()
    write_both(landed.folder)
    assert landed.ingest() == 0
    assert len(totals(landed)) == 5
    assert landed.source_file()["source_format"] == "parquet"


def test_csv_displaces_landed_parquet_only_when_told(landed):
    write_both(landed.folder)
    landed.ingest()
    (landed.folder / PARQUET_NAME).unlink()
    assert landed.ingest() == 0
    assert f"passed over {CSV_NAME}: {PARQUET_NAME} is landed" in landed.out
    assert len(totals(landed)) == 5
    assert landed.ingest("--replace") == 0
    assert len(totals(landed)) == 2


def test_csv_lands_when_its_parquet_is_refused(landed):
    write_both(landed.folder)
    path = landed.folder / PARQUET_NAME
    path.write_bytes(path.read_bytes()[:-10])
    assert landed.ingest() == 1
    assert len(totals(landed)) == 2
    assert f"refused     {PARQUET_NAME}" in landed.err


def test_a_refused_file_leaves_its_landed_month_alone(landed):
    path = write_parquet(landed.folder, GREEN, trips())
    landed.ingest()
    path.write_bytes(path.read_bytes()[:-10])
    assert landed.ingest() == 1
    assert len(totals(landed)) == 5


def test_the_name_that_tlc_gives_goes_before_others(landed):
    other = "green_tripdata_2020-12.copy.parquet"
    write_parquet(landed.folder, GREEN, trips())
    write_parquet(landed.folder, GREEN, trips(count=2), other)
    assert landed.ingest() == 0
    assert len(totals(landed)) == 5
    assert f"passed over {other}: {PARQUET_NAME} has the month" in landed.out


def test_a_second_parquet_is_refused_if_it_could_not_land(landed):
    write_parquet(landed.folder, GREEN, trips())
    bad = "green_tripdata_2020-12.bad.parquet"
    (landed.folder / bad).write_bytes(b"PAR1 and no more")
    assert landed.ingest() == 1
    assert f"refused     {bad}: no parquet footer" in landed.err
    (landed.folder / PARQUET_NAME).unlink()
    assert landed.ingest() == 1
    assert f"refused     {bad}: no parquet footer" in landed.err
    assert len(totals(landed)) == 5


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
def test_any_order_of_runs_gives_the_same_rows(landed, tmp_path, order):
    names = [PARQUET_NAME, "green_tripdata_2020-12.copy.parquet", CSV_NAME]
    source = tmp_path / "all"
    source.mkdir()
    write_parquet(source, GREEN, trips())
    write_parquet(source, GREEN, trips(count=3), names[1])
    write_csv(source, CSV, trips(count=2), CSV_NAME)
    for number in order:
        shutil.copy(source / names[number], landed.folder)
        assert landed.ingest() == 0
        (landed.folder / names[number]).unlink()
    assert len(totals(landed)) == 5
    assert landed.source_file()["source_file"] == PARQUET_NAME


def test_cents_of_the_file_are_those_of_the_rows(landed):
    write_parquet(landed.folder, GREEN, changed(trips(), 1, total_amount=-3.33))
    landed.ingest()
    row = landed.source_file()
    assert (
        row["total_amount_cents"] == 6150 - 1130 - 333 == int(sum(totals(landed)) * 100)
    )
    assert row["ehail_fee_cents"] is None
    assert row["airport_fee_cents"] is None
    assert row["congestion_surcharge_cents"] == 0
