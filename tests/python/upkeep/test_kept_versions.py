"""What a reader of the last days may need, or was published or tagged, stays."""

import json
import os
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from taxi.file_access import path_of
from taxi.publishing.tables import create_tables, start_build
from taxi.upkeep.versions import Version, versions_kept
from upkeep_tables import numbers


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


def name_in_build(connection, moment: str, locations: str) -> None:
    connection.execute(
        text(
            "insert into taxi_builds (started_at, finished_at, command, marts_json) "
            "values (:at, :at, 'build', :json)"
        ),
        {"at": moment, "json": locations},
    )


def name_in_publication(connection, moment: str, locations: str) -> None:
    connection.execute(
        text(
            "insert into taxi_publications (published_at, build_id, tables_json) "
            "values (:at, 1, :json)"
        ),
        {"at": moment, "json": locations},
    )


@pytest.mark.parametrize("record", [name_in_build, name_in_publication])
def test_versions_that_publications_and_builds_name_stay(upkeep, record):
    numbered = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    named = []
    for count in (2, 3, 4):
        numbered.overwrite(numbers(count))
        named.append(numbered.metadata_location)
    numbered.overwrite(numbers(5))
    now = datetime.now(UTC)
    days = (20, 10, 1)
    with closing(upkeep.catalog) as catalog:
        create_tables(catalog.engine)
        with catalog.engine.begin() as connection:
            start_build(connection, "a build that never ended", None, None)
            for location, ago in zip(named, days, strict=True):
                moment = (now - timedelta(days=ago)).isoformat()
                record(connection, moment, json.dumps({"numbers": location}))
    age(upkeep, days=30)
    assert upkeep.expire("--older-than", "7", "--yes") == 0
    assert not path_of(named[0]).exists()
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
