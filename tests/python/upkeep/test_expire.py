"""Old versions go, and nothing goes that a reader of the last days may need."""

from pathlib import Path

import pytest

import ingest
from landings import Workshop
from taxi.file_access import path_of
from taxi.landing import commits
from taxi.locks import LakeLock
from taxi.upkeep import expire as expiring
from tlc_files import trips, write_parquet
from upkeep_tables import GREEN, numbers

REFRESHES = 100


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


def byte_count(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_without_yes_nothing_goes_and_what_would_is_said(upkeep):
    for count in (5, 4, 3):
        upkeep.land_green(count=count)
    before = upkeep.files_on_disk()
    assert upkeep.expire("--older-than", "0") == 0
    assert upkeep.files_on_disk() == before
    lines = upkeep.out.splitlines()
    # Three landings were a commit of one, of two and of two snapshots.
    assert any(line.startswith("tlc.green_trips: 4 snapshots, ") for line in lines)
    assert lines[-1].startswith("would remove ") and "--yes" in lines[-1]


def test_the_dry_run_tells_what_then_goes(upkeep):
    for count in (5, 4, 3):
        upkeep.land_green(count=count)
    upkeep.expire("--older-than", "0")
    said = upkeep.out.splitlines()[-1].split(" snapshots")[0].split()[-1]
    upkeep.expire("--older-than", "0", "--yes")
    assert upkeep.out.splitlines()[-1].startswith(f"removed {said} snapshots")


def test_the_newest_state_stays_readable_and_whole(upkeep):
    for count in (5, 4, 3):
        upkeep.land_green(count=count)
    assert upkeep.expire("--older-than", "0", "--yes") == 0
    table = upkeep.catalog.load_table("tlc.green_trips")
    assert table.scan().to_arrow().num_rows == 3
    assert len(table.snapshots()) == 1
    assert upkeep.check() == 0, upkeep.out
    assert "note" not in upkeep.out


def test_a_second_run_finds_nothing(upkeep):
    for count in (5, 4):
        upkeep.land_green(count=count)
    upkeep.expire("--older-than", "0", "--yes")
    after = upkeep.files_on_disk()
    assert upkeep.expire("--older-than", "0", "--yes") == 0
    assert upkeep.out == "removed 0 snapshots, 0 files, 0 B\n"
    assert upkeep.files_on_disk() == after


def test_a_kill_between_snapshots_and_files_is_made_good_by_the_next_run(
    upkeep, monkeypatch
):
    for count in (5, 4, 3):
        upkeep.land_green(count=count)

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(expiring, "remove_files", die)
        upkeep.expire("--older-than", "0", "--yes")
    assert upkeep.check() == 0
    assert upkeep.expire("--older-than", "0", "--yes") == 0
    assert upkeep.check() == 0
    assert "note" not in upkeep.out


def test_a_kill_among_the_files_leaves_every_version_whole(upkeep, monkeypatch):
    for count in (5, 4, 3):
        upkeep.land_green(count=count)
    real = expiring.remove_files

    def die_after_one(paths, warehouse):
        real(paths[:1], warehouse)
        raise Killed

    monkeypatch.setattr(expiring, "_FILES_AT_ONCE", 1)
    for _ in range(4):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(expiring, "remove_files", die_after_one)
            upkeep.expire("--older-than", "0", "--yes")
        assert upkeep.check() == 0, upkeep.out


def test_a_landing_that_was_cut_off_is_finished_first(upkeep, monkeypatch):
    def die(*_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(commits, "finish", die)
        upkeep.land_green(count=5)
    assert upkeep.table("landings").num_rows == 0
    assert upkeep.expire("--older-than", "0", "--yes") == 0
    assert upkeep.table("landings")["event"].to_pylist() == ["landed"]


def test_a_month_can_be_landed_and_withdrawn_as_before(upkeep):
    for count in (5, 4):
        upkeep.land_green(count=count)
    upkeep.expire("--older-than", "0", "--yes")
    upkeep.land_green(count=4)
    assert "unchanged" in upkeep.said
    upkeep.land_green(count=3)
    events = upkeep.table("landings")["event"].to_pylist()
    assert sorted(events) == ["landed", "replaced", "replaced"]
    assert ingest.main(["--withdraw", "green", "2020-12"]) == 0
    assert upkeep.check() == 0


def test_a_lake_with_a_damaged_table_keeps_all_it_has(upkeep):
    for count in (5, 4):
        upkeep.land_green(count=count)
    location = upkeep.catalog.load_table("tlc.source_files").metadata_location
    path_of(location).write_bytes(b"{")
    before = upkeep.files_on_disk()
    assert upkeep.expire("--older-than", "0", "--yes") == 1
    assert upkeep.files_on_disk() == before
    assert str(path_of(location)) in upkeep.err
    assert len(upkeep.err.splitlines()) == 1


def test_a_busy_lake_is_said_in_one_line(upkeep):
    upkeep.land_green()
    with LakeLock(upkeep.lake, "dbt build"):
        assert upkeep.expire("--yes") == 1
    assert "is busy: dbt build" in upkeep.err and len(upkeep.err.splitlines()) == 1


def test_no_lake_is_said_and_none_is_made(upkeep):
    assert upkeep.expire("--yes") == 1
    assert "there is no lake" in upkeep.err and not upkeep.lake.root.exists()


@pytest.mark.parametrize("days", ["-1", "x", "1.5"])
def test_a_wrong_age_is_said_in_one_line(upkeep, days):
    with pytest.raises(SystemExit) as end:
        upkeep.expire(f"--older-than={days}")
    assert end.value.code == 2
    assert "is no number of days" in upkeep.capture.readouterr().err


def test_after_many_refreshes_a_lake_is_at_most_twice_a_fresh_one(upkeep, tmp_path):
    fresh = Workshop(tmp_path / "fresh")
    fresh.root.mkdir()
    write_parquet(fresh.files, GREEN, trips(count=2000))
    fresh.land()
    table = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    write_parquet(upkeep.files, GREEN, trips(count=2000))
    upkeep.land()
    for number in range(REFRESHES):
        # Most bring a file; some replace what is there, in two snapshots.
        change = table.append if (number + 1) % 10 else table.overwrite
        change(numbers(1))
    for number in range(3):
        upkeep.land_green(count=1999 + number % 2)
    assert upkeep.expire("--older-than", "0", "--yes") == 0
    tables = upkeep.lake.warehouse
    assert byte_count(tables / "tlc") < 2 * byte_count(fresh.lake.warehouse / "tlc")
    # A data file, a manifest of it and one of what it replaced, a list, the metadata.
    assert len(list((tables / "marts").rglob("*.*"))) <= 5
    assert table.refresh().scan().to_arrow().num_rows == 1
