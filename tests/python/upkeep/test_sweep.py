"""What a killed command left goes, and nothing that a table can reach."""

import os
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from taxi.errors import TaxiError
from taxi.file_access import path_of
from taxi.publishing.tables import add_publication, create_tables
from taxi.upkeep.sweep import sweep_orphans
from upkeep_tables import numbers


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def table(upkeep):
    made = upkeep.make_table("marts.numbers", numbers(1), is_partitioned=False)
    made.overwrite(numbers(2))
    return made


def die_before_the_pointer_moves(monkeypatch):
    """A commit writes all its files, and the catalog never hears of it."""
    real = SqlCatalog._write_metadata

    def write_and_die(*arguments, **options):
        real(*arguments, **options)
        raise Killed

    monkeypatch.setattr(SqlCatalog, "_write_metadata", staticmethod(write_and_die))


def test_a_commit_that_was_cut_off_leaves_nothing(upkeep, table, monkeypatch):
    before = upkeep.files_on_disk()
    began = datetime.now(UTC)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        die_before_the_pointer_moves(patch)
        table.overwrite(numbers(3))
    left = upkeep.files_on_disk() - before
    kinds = {path.suffix for path in left}
    assert kinds == {".parquet", ".avro", ".json"}
    assert set(sweep_orphans(upkeep.lake, began)) == left
    assert upkeep.files_on_disk() == before
    assert sweep_orphans(upkeep.lake, began) == []
    assert upkeep.catalog.load_table("marts.numbers").scan().to_arrow().num_rows == 2


def test_all_that_versions_reach_stays_whenever_it_was_written(upkeep, table):
    published = table.metadata_location
    upkeep.catalog.create_namespace("published")
    upkeep.catalog.register_table("published.numbers", published)
    table.overwrite(numbers(3))
    before = upkeep.files_on_disk()
    assert sweep_orphans(upkeep.lake, datetime.now(UTC) - timedelta(days=9)) == []
    assert upkeep.files_on_disk() == before


def test_what_a_publication_alone_names_stays(upkeep, table):
    named = table.metadata_location
    table.overwrite(numbers(3))
    with closing(upkeep.catalog) as catalog:
        create_tables(catalog.engine)
        with catalog.engine.begin() as connection:
            add_publication(connection, 1, {"numbers": named}, None)
    upkeep.catalog.drop_table("marts.numbers")
    sweep_orphans(upkeep.lake, datetime.now(UTC) - timedelta(days=9))
    shown = upkeep.catalog.register_table("marts.numbers", named)
    assert shown.scan().to_arrow().num_rows == 2


def test_what_was_there_before_stays(upkeep, table):
    stray = upkeep.lake.warehouse / "marts" / "numbers" / "data" / "stray.parquet"
    stray.write_bytes(b"x")
    moment = time.time() - 3600
    os.utime(stray, (moment, moment))
    began = datetime.now(UTC) - timedelta(minutes=30)
    assert stray not in sweep_orphans(upkeep.lake, began)
    assert sweep_orphans(upkeep.lake, began - timedelta(hours=1)) == [stray]


def test_landed_tables_are_left_to_landing(upkeep, table):
    upkeep.land_green()
    stray = upkeep.lake.warehouse / "tlc" / "green_trips" / "data" / "stray.parquet"
    stray.write_bytes(b"x")
    sweep_orphans(upkeep.lake, datetime.now(UTC) - timedelta(days=1))
    assert stray.exists()


def test_sums_that_hadoop_keeps_beside_a_file_share_its_fate(upkeep, table):
    (data,) = upkeep.data_files("marts.numbers")
    kept, orphan = (data.with_name(f".{name}.crc") for name in (data.name, "gone"))
    for path in (kept, orphan):
        path.write_bytes(b"crc")
    began = datetime.now(UTC) - timedelta(minutes=1)
    assert sweep_orphans(upkeep.lake, began) == [orphan]


def test_a_damaged_lake_is_left_as_it_is(upkeep, table):
    stray = upkeep.lake.warehouse / "marts" / "numbers" / "data" / "stray.parquet"
    stray.write_bytes(b"x")
    path_of(table.metadata_location).write_bytes(b"{")
    with pytest.raises(TaxiError, match="cannot be read"):
        sweep_orphans(upkeep.lake, datetime.now(UTC) - timedelta(minutes=1))
    assert stray.exists()


def test_folders_that_hold_nothing_any_more_go(upkeep, table):
    folder = upkeep.lake.warehouse / "marts" / "never_made" / "metadata"
    folder.mkdir(parents=True)
    Path(folder / "00000-x.metadata.json").write_bytes(b"{}")
    sweep_orphans(upkeep.lake, datetime.now(UTC) - timedelta(minutes=1))
    assert not folder.parent.exists()
