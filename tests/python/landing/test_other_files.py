"""What a folder holds besides files named as TLC names them."""

import json
import shutil
import zipfile

import pytest

import ingest
from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    csv_text,
    trips,
    write_csv,
    write_parquet,
)

GREEN = PARQUET_ERAS["green 2020"]
CSV = CSV_ERAS["green 2019"]
NAME = "green_tripdata_2020-12.parquet"
FORMS = [(), ("--dry-run",), ("--json",), ("--json", "--dry-run")]


def put(landed, path: str, month: str = "2020-12", count: int = 5) -> None:
    """Write a month under any path in the folder."""
    target = landed.folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if ".zip" in target.name:
        with zipfile.ZipFile(target, "w") as archive:
            text = csv_text(CSV, trips(month, count))
            archive.writestr(f"green_tripdata_{month}.csv", text)
            archive.writestr("__MACOSX/._x.csv", "no trips")
    elif ".csv" in target.name.lower():
        write_csv(target.parent, CSV, trips(month, count), "x.csv.gz")
        (target.parent / "x.csv.gz").rename(target)
    else:
        write_parquet(target.parent, GREEN, trips(month, count), target.name)


def landed_months(landed) -> list[str]:
    return sorted(
        f"{month:%Y-%m}" for month in landed.column("source_files", "source_month")
    )


def test_names_that_are_unambiguous_land(landed):
    put(landed, "green_tripdata_2020_09.parquet", "2020-09")
    put(landed, "green_tripdata_2020-10.csv.zip", "2020-10")
    put(landed, "Green_TripData_2020-11.PARQUET", "2020-11")
    put(landed, "deeper/and/deeper/green_tripdata_2020-12.CSV.GZ", "2020-12")
    put(landed, "green/year=2021/month=01/part-0.parquet", "2021-01")
    assert landed.ingest() == 0, landed.err
    months = ["2020-09", "2020-10", "2020-11", "2020-12", "2021-01"]
    assert landed_months(landed) == months
    assert landed.table("green_trips").num_rows == 25
    assert "month told by its folders: green/year=2021/month=01" in landed.out
    assert "unpacked from a zip archive" in landed.out
    assert landed.ingest() == 0
    assert "files: 0 landed, 5 unchanged, 0 refused" in landed.out
    assert landed.ingest("--dry-run") == 0
    assert "a dry run: nothing to fetch or land; " in landed.out
    anew = ["--reland", "--months", "2020-09:2021-01", "--services", "green"]
    assert ingest.main(anew) == 0
    assert "files: 5 landed, 0 unchanged, 0 refused" in landed.capture.readouterr().out


@pytest.mark.parametrize("options", FORMS, ids=" ".join)
def test_names_that_cannot_be_read_are_named(landed, options):
    put(landed, NAME)
    for name in ("weather.csv", "deeper/trips.parquet", "more.zip"):
        put(landed, name)
    for name in ("README.md", "taxi_zone_lookup.csv", ".DS_Store", "_SUCCESS"):
        (landed.folder / name).write_text("no trips")
    assert landed.ingest(*options) == 1
    assert "weather.csv" in landed.err and "deeper/trips.parquet" in landed.err
    assert "more.zip" in landed.err and "README" not in landed.err
    assert len(landed.err.splitlines()) == 1
    if "--json" in options:
        told = [json.loads(line) for line in landed.out.splitlines()]
        refused = [one["file"] for one in told if one["event"] == "refused"]
        assert sorted(refused) == ["deeper/trips.parquet", "more.zip", "weather.csv"]
        assert told[-1]["refused"] == 3
    assert landed.ingest(*options, "--ignore-other-files") == 0
    assert landed.err == "" and "weather.csv" in landed.out


@pytest.mark.parametrize("options", FORMS, ids=" ".join)
def test_services_that_are_not_read_are_named_once_beside_others(landed, options):
    put(landed, NAME)
    for month in range(1, 8):
        for service in ("fhv", "fhvhv"):
            (landed.folder / f"{service}_tripdata_2020-0{month}.parquet").touch()
    assert landed.ingest(*options) == 0
    assert landed.err == ""
    lines = [line for line in landed.out.splitlines() if "fhv_tripdata" in line]
    if "--json" in options:
        assert {json.loads(line)["event"] for line in lines} == {"ignored"}
        assert json.loads(landed.out.splitlines()[-1])["ignored"] == 14
    else:
        (line,) = lines
        assert "and 9 more: fhv and fhvhv: this project reads green and yellow" in line


def test_a_folder_without_wanted_files_says_what_it_saw(landed):
    put(landed, NAME)
    (landed.folder / "README.md").touch()
    assert landed.ingest("--months", "2023-01") == 1
    (line,) = landed.err.splitlines()
    assert "holds no wanted file of trips" in line
    assert f"it holds README.md, {NAME}" in line


@pytest.mark.parametrize(
    "names",
    [
        ["_part1", "_part2"],
        ["-part-00000", "-part-00001"],
        ["_1", "_2"],
        [".0001", ".0002"],
        [" part 1 of 2", " part 2 of 2"],
        ["_part2"],
        ["_north", "_south"],
    ],
    ids=" and ".join,
)
@pytest.mark.parametrize("options", FORMS[:2], ids=" ".join)
def test_a_part_is_never_taken_for_the_month(landed, names, options):
    for number, name in enumerate(names):
        put(landed, f"green_tripdata_2020-12{name}.parquet", count=3 + number)
    assert landed.ingest(*options) == 1
    (line,) = landed.err.splitlines()
    assert all(f"2020-12{name}.parquet" in line for name in names)
    if not options:
        assert landed.table("green_trips").num_rows == 0


def test_parts_in_one_partition_folder_are_refused_together(landed):
    put(landed, "green/year=2020/month=12/a.parquet", count=3)
    put(landed, "green/year=2020/month=12/b.parquet", count=4)
    assert landed.ingest() == 1
    (line,) = landed.err.splitlines()
    assert "month=12/a.parquet, green/year=2020/month=12/b.parquet" in line
    assert landed.table("green_trips").num_rows == 0


def test_real_parts_are_refused(landed, shared_data):
    assert landed.ingest(folder=shared_data / "faults" / "two_parts") == 1
    (line,) = landed.err.splitlines()
    assert "_part1.parquet" in line and "_part2.parquet" in line
    assert landed.table("green_trips").num_rows == 0


def test_a_browsers_copies_land_alone_or_if_they_are_the_same(landed):
    put(landed, "green_tripdata_2020-12 (1).parquet")
    assert landed.ingest() == 0
    shutil.copy(
        landed.folder / "green_tripdata_2020-12 (1).parquet",
        landed.folder / "green_tripdata_2020-12 (2).parquet",
    )
    assert landed.ingest() == 0, landed.err
    assert landed.table("green_trips").num_rows == 5


def test_two_files_of_one_name_are_told_apart(landed):
    put(landed, f"a/{NAME}", count=5)
    put(landed, f"b/{NAME}", count=4)
    assert landed.ingest() == 0
    held = landed.folder / "a" / NAME
    assert f"passed over {NAME}: {held} has the month" in landed.out
    assert landed.table("green_trips").num_rows == 5


def test_the_lake_within_the_folder_is_not_looked_into(landed):
    put(landed, NAME)
    parent = landed.folder.parent
    for _ in range(2):
        assert landed.ingest(folder=parent) == 0, landed.err
    shutil.copy(landed.folder / NAME, landed.lake.root)
    assert landed.ingest(folder=landed.lake.root) == 0, landed.err
    assert "files: 0 landed, 1 unchanged, 0 refused" in landed.out


def test_a_folder_that_leads_into_itself_ends(landed):
    put(landed, NAME)
    (landed.folder / "again").symlink_to(landed.folder)
    assert landed.ingest() == 0
    assert "files: 1 landed, 0 unchanged, 0 refused" in landed.out


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({}, "is a zip archive of 0 files (none)"),
        ({"a.csv": "", "b.csv": ""}, "is a zip archive of 2 files (a.csv, b.csv)"),
        ({"a.txt": ""}, "is a zip archive of 1 files (a.txt)"),
        (None, "is no whole zip archive"),
    ],
)
def test_a_zip_that_is_not_of_one_file_is_refused(landed, members, text):
    path = landed.folder / "green_tripdata_2020-12.csv.zip"
    if members is None:
        put(landed, path.name)
        path.write_bytes(path.read_bytes()[:-30])
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    for options in ((), ("--dry-run",)):
        assert landed.ingest(*options) == 1
        (line,) = landed.err.splitlines()
        assert f"refused     {path.name}: {text}" in line


def test_a_zip_may_hold_a_parquet(landed):
    put(landed, NAME)
    with zipfile.ZipFile(landed.folder / "green_tripdata_2020-12.zip", "w") as archive:
        archive.write(landed.folder / NAME, NAME)
    (landed.folder / NAME).unlink()
    assert landed.ingest() == 0, landed.err
    assert landed.table("green_trips").num_rows == 5


def test_a_single_file_and_a_file_address_land(landed):
    put(landed, NAME)
    put(landed, "green_tripdata_2020-11.parquet", "2020-11")
    assert landed.ingest(folder=landed.folder / NAME) == 0
    assert landed_months(landed) == ["2020-12"]
    assert landed.ingest(folder=landed.folder.as_uri()) == 0
    assert landed_months(landed) == ["2020-11", "2020-12"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("s3://bucket/folder", "s3:// cannot be read; name a folder of this machine"),
        ("hdfs://host/folder", "hdfs:// cannot be read"),
        ("{}/*.parquet", "is a pattern; name the folder"),
        ("{}/weather.csv", "weather.csv: the name tells no service and month"),
        ("{}/green_tripdata_2020-12_part1.parquet", "is of a part of a month"),
        ("", "an empty name is no folder"),
        ("https://host/weather.csv", "weather.csv: the name tells no service and"),
    ],
)
def test_a_place_that_cannot_be_read_is_said_in_one_line(landed, source, text):
    for name in ("weather.csv", "green_tripdata_2020-12_part1.parquet"):
        (landed.folder / name).touch()
    with pytest.raises(SystemExit) as stop:
        landed.ingest("--from", source.format(landed.folder))
    assert stop.value.code == 2
    (line,) = landed.capture.readouterr().err.splitlines()
    assert text in line
