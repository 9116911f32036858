"""Every file that a table reaches has its size and SHA-256 recorded at the commit."""

import hashlib
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

import ingest
from taxi.upkeep import checksums
from taxi.upkeep.checksums import record_files


def recorded(upkeep) -> dict[Path, tuple[int, str]]:
    with closing(upkeep.catalog) as catalog, catalog.engine.connect() as connection:
        rows = connection.execute(
            text("select path, byte_count, sha256 from taxi_files")
        )
        return {upkeep.lake.root / path: (size, sha256) for path, size, sha256 in rows}


def test_a_landing_records_the_bytes_of_its_files(upkeep):
    upkeep.land_green()
    (path,) = upkeep.data_files("tlc.green_trips")
    data = path.read_bytes()
    assert recorded(upkeep)[path] == (len(data), hashlib.sha256(data).hexdigest())


def test_the_files_about_data_files_are_recorded_too(upkeep):
    upkeep.land_green()
    table = upkeep.catalog.load_table("tlc.green_trips")
    snapshot = table.current_snapshot()
    manifests = [one.manifest_path for one in snapshot.manifests(table.io)]
    for address in (table.metadata_location, snapshot.manifest_list, *manifests):
        assert Path(address.removeprefix("file://")) in recorded(upkeep)


def test_a_withdrawal_records_what_it_wrote(upkeep):
    upkeep.land_green("2020-11")
    upkeep.land_green("2020-12")
    assert ingest.main(["--withdraw", "green", "2020-12"]) == 0
    location = upkeep.catalog.load_table("tlc.green_trips").metadata_location
    assert Path(location.removeprefix("file://")) in recorded(upkeep)


def test_only_what_is_new_is_read(upkeep, monkeypatch):
    for month in ("2020-10", "2020-11"):
        upkeep.land_green(month)
    read = []
    real = checksums.checksum
    monkeypatch.setattr(checksums, "checksum", lambda p: read.append(p) or real(p))
    assert record_files(upkeep.lake) == 0
    upkeep.land_green("2020-12")
    assert len([path for path in read if "source_month=" in str(path)]) == 1


def test_a_damaged_table_does_not_keep_others_from_being_recorded(upkeep):
    upkeep.land_green("2020-11")
    location = upkeep.catalog.load_table("tlc.unreadable_values").metadata_location
    Path(location.removeprefix("file://")).write_bytes(b"{")
    with closing(upkeep.catalog) as catalog, catalog.engine.begin() as connection:
        connection.execute(text("delete from taxi_files"))
        connection.execute(text("delete from taxi_recorded_tables"))
    assert record_files(upkeep.lake) > 0
    assert upkeep.data_files("tlc.green_trips")[0] in recorded(upkeep)
