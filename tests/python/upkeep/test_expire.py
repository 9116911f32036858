"""Old versions go, and nothing goes that a reader of the last days may need."""

import json
import os
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import ingest
from landings import Workshop
from taxi.landing import commits
from taxi.landing.staging import local_path
from taxi.locks import LakeLock
from taxi.upkeep import expire as expiring
from taxi.upkeep.pointers import Version, versions_kept
from tlc_files import trips, write_parquet
from upkeep_tables import GREEN, numbers

REFRESHES = 100


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


def byte_count(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def age(upkeep, days: float) -> None:
    """Let all that is in the lake have happened some days ago."""
    moment = time.time() - days * 86400
    for path in upkeep.files_on_disk():
        os.utime(path, (moment, moment))
    for name in upkeep.files_on_disk():
        if name.name.endswith(".metadata.json"):
            metadata = json.loads(name.read_text())
            for entry in (*metadata["snapshots"], *metadata["snapshot-log"]):
                entry["timestamp-ms"] = min(entry["timestamp-ms"], int(moment * 1000))
            name.write_text(json.dumps(metadata))
            os.utime(name, (moment, moment))


def rows_at(upkeep, name: str, snapshot_id: int) -> int:
    return (
        upkeep.catalog.load_table(name)
        .scan(snapshot_id=snapshot_id)
        .to_arrow()
        .num_rows
    )


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


def test_readers_of_the_last_days_still_read(upkeep):
    """Also the state that was current when those days began."""
    table = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    for count in (2, 3):
        table.overwrite(numbers(count))
    at_cutoff = table.current_snapshot().snapshot_id
    oldest = table.snapshots()[0].snapshot_id
    age(upkeep, days=10)
    table.refresh()
    table.overwrite(numbers(4))
    newer = table.current_snapshot().snapshot_id
    table.overwrite(numbers(5))
    assert upkeep.expire("--older-than", "7", "--yes") == 0
    assert rows_at(upkeep, "marts.numbers", at_cutoff) == 3
    assert rows_at(upkeep, "marts.numbers", newer) == 4
    ids = [
        one.snapshot_id
        for one in upkeep.catalog.load_table("marts.numbers").snapshots()
    ]
    assert oldest not in ids
    assert upkeep.check() == 0, upkeep.out


def test_what_is_published_stays(upkeep):
    table = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    published = table.metadata_location
    upkeep.catalog.create_namespace("published")
    upkeep.catalog.register_table("published.numbers", published)
    for count in (2, 3):
        table.overwrite(numbers(count))
    assert upkeep.expire("--older-than", "0", "--yes") == 0
    shown = upkeep.catalog.load_table("published.numbers")
    assert shown.metadata_location == published
    assert shown.scan().to_arrow().num_rows == 1
    assert upkeep.data_files("marts.numbers") != upkeep.data_files("published.numbers")
    assert upkeep.check() == 0, upkeep.out


@pytest.mark.parametrize(
    ("table", "moment", "versions"),
    [
        ("taxi_publications", "published_at", "tables_json"),
        ("taxi_builds", "finished_at", "marts_json"),
    ],
)
def test_versions_that_publications_and_builds_name_stay(
    upkeep, table, moment, versions
):
    numbered = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    named = []
    for count in (2, 3, 4):
        numbered.overwrite(numbers(count))
        named.append(numbered.metadata_location)
    numbered.overwrite(numbers(5))
    now = datetime.now(UTC)
    days = (20, 10, 1)
    with closing(upkeep.catalog) as catalog, catalog.engine.begin() as connection:
        connection.execute(
            text(f"create table {table} ({moment} text, {versions} text)")
        )
        for location, ago in zip(named, days, strict=True):
            connection.execute(
                text(f"insert into {table} values (:at, :json)"),
                {
                    "at": (now - timedelta(days=ago)).isoformat(),
                    "json": json.dumps({"numbers": location}),
                },
            )
        connection.execute(text(f"insert into {table} values (null, null)"))
    age(upkeep, days=30)
    assert upkeep.expire("--older-than", "7", "--yes") == 0
    assert not local_path(named[0]).exists()
    for location, count in zip(named[1:], (3, 4), strict=True):
        shown = upkeep.catalog.register_table(f"marts.shown_{count}", location)
        assert shown.scan().to_arrow().num_rows == count


def test_of_versions_the_one_at_the_cutoff_and_the_newest_stay():
    now = datetime.now(UTC)
    versions = [
        Version(now - timedelta(days=ago), (f"{ago} days ago",))
        for ago in (30, 20, 10, 1)
    ]
    kept = versions_kept([versions], now - timedelta(days=15))
    assert kept == {"20 days ago", "10 days ago", "1 days ago"}
    assert versions_kept([versions], now) == {"1 days ago"}


def test_a_tag_keeps_its_snapshot(upkeep):
    table = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    tagged = table.current_snapshot().snapshot_id
    table.manage_snapshots().create_tag(tagged, "kept").commit()
    table.overwrite(numbers(2))
    upkeep.expire("--older-than", "0", "--yes")
    assert rows_at(upkeep, "marts.numbers", tagged) == 1


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
    local_path(location).write_bytes(b"{")
    before = upkeep.files_on_disk()
    assert upkeep.expire("--older-than", "0", "--yes") == 1
    assert upkeep.files_on_disk() == before
    assert str(local_path(location)) in upkeep.err
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
