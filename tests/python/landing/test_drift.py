"""The report of drift: per file what differs from today's, and what was done."""

import json

import pyarrow as pa
import pytest

import ingest
from old_files import OLD_CSV_ERAS, OLD_PARQUET_ERAS, old_trips
from taxi.generate.eras import parquet_era
from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    csv_text,
    table_of,
    trips,
    write_csv,
    write_parquet,
)

NONE = {
    "missing": [],
    "renamed": [],
    "other_case": [],
    "other_type": [],
    "null_typed": [],
    "derived": [],
    "left_out": [],
    "unknown": [],
}


def reported(landed, *options: str, code: int = 0, folder=None) -> dict[str, dict]:
    """Entries by file, in the report's order."""
    path = landed.lake.root.parent / "drift.json"
    assert landed.ingest("--report", str(path), *options, folder=folder) == code
    assert not list(path.parent.glob(".drift*"))
    return {entry["file"]: entry for entry in json.loads(path.read_text())}


@pytest.mark.parametrize("service", ["green", "yellow"])
def test_files_of_today_do_not_differ(landed, service):
    era = parquet_era(service, "2025-12")
    write_parquet(landed.folder, era, trips(era.month))
    (entry,) = reported(landed).values()
    assert entry["differences"] == NONE
    assert entry["done"] == []
    assert (entry["layout"], entry["outcome"]) == ("zone ids", "landed")
    assert {"name": "VendorID", "type": "int32"} in entry["columns"]


def test_the_real_file_of_2025_does_not_differ(landed, shared_data):
    entries = reported(landed, folder=shared_data / "yellow_sample")
    entry = entries["yellow_tripdata_2025-01.parquet"]
    assert entry["differences"] == NONE


def test_what_differs_in_a_parquet_of_2020(landed):
    era = PARQUET_ERAS["yellow 2018-07"]
    table = table_of(era, trips(era.month))
    table = table.append_column("mood", pa.array(["sad"] * 5))
    write_parquet(landed.folder, era, table)
    (entry,) = reported(landed).values()
    found = entry["differences"]
    assert found["missing"] == ["cbd_congestion_fee"]
    assert found["null_typed"] == ["congestion_surcharge", "Airport_fee"]
    assert found["unknown"] == ["mood"]
    pair = {"column": "Airport_fee", "in_file": "airport_fee"}
    assert found["other_case"] == [pair]
    types = {
        one["column"]: (one["in_file"], one["today"]) for one in found["other_type"]
    }
    assert types["RatecodeID"] == ("double", "int64")
    assert types["PULocationID"] == ("int64", "int32")
    assert "whole numbers from double: passenger_count, RatecodeID" in entry["done"]


def test_what_differs_in_a_csv_of_2009(landed):
    era = OLD_CSV_ERAS["yellow 2009"]
    write_csv(landed.folder, era, old_trips(era))
    (entry,) = reported(landed).values()
    assert (entry["service"], entry["month"]) == ("yellow", "2009-01")
    assert (entry["form"], entry["layout"]) == ("csv", "2009")
    found = entry["differences"]
    assert {"column": "VendorID", "in_file": "vendor_name"} in found["renamed"]
    assert {"column": "extra", "in_file": "surcharge"} in found["renamed"]
    assert found["derived"] == [
        {"column": "PULocationID", "from": ["start_lon", "start_lat"]},
        {"column": "DOLocationID", "from": ["end_lon", "end_lat"]},
    ]
    assert found["other_type"] == found["unknown"] == []
    (derived,) = (text for text in entry["done"] if "zones derived" in text)
    assert derived.endswith("Start_Lon, Start_Lat, End_Lon, End_Lat")


def test_an_index_that_was_left_out_is_told(landed):
    era = OLD_PARQUET_ERAS["yellow 2010-02"]
    write_parquet(landed.folder, era, old_trips(era))
    (entry,) = reported(landed).values()
    assert entry["layout"] == "2010 to 2014"
    assert entry["differences"]["left_out"] == ["__index_level_0__"]
    assert entry["differences"]["unknown"] == []
    assert "left out, as it is of no trip: __index_level_0__" in entry["done"]


def test_files_that_did_not_land_are_told_with_the_reason(landed):
    green = PARQUET_ERAS["green 2020"]
    write_parquet(landed.folder, green, trips())
    cut = landed.folder / "green_tripdata_2020-11.parquet"
    cut.write_bytes(b"PAR1 and no more")
    table = table_of(green, trips()).drop_columns(["total_amount"])
    write_parquet(landed.folder, green, table, "green_tripdata_2020-10.parquet")
    csv = CSV_ERAS["green 2019"]
    text = csv_text(csv, trips("2020-12"))
    write_csv(landed.folder, csv, text, "green_tripdata_2020-12.csv")
    (landed.folder / "green_tripdata_2020-13.parquet").touch()
    (landed.folder / "fhv_tripdata_2020-01.csv").write_text("a,b\r\n1,2\r\n")
    (landed.folder / "yellow_tripdata_2020-01.parquet").mkdir()
    entries = reported(landed, code=1)
    assert list(entries) == [
        "green_tripdata_2020-13.parquet",
        "fhv_tripdata_2020-01.csv",
        "green_tripdata_2020-10.parquet",
        "green_tripdata_2020-11.parquet",
        "green_tripdata_2020-12.csv",
        "green_tripdata_2020-12.parquet",
        "yellow_tripdata_2020-01.parquet",
    ]
    assert {name: entry["outcome"] for name, entry in entries.items()} == {
        name: {
            "green_tripdata_2020-12.csv": "passed over",
            "green_tripdata_2020-12.parquet": "landed",
            "fhv_tripdata_2020-01.csv": "ignored",
        }.get(name, "refused")
        for name in entries
    }
    lacking = entries["green_tripdata_2020-10.parquet"]
    assert lacking["reason"] == "required column total_amount is missing"
    assert lacking["differences"]["missing"] == ["total_amount", "cbd_congestion_fee"]
    assert "download was cut short" in entries[cut.name]["reason"]
    assert entries[cut.name]["columns"] is entries[cut.name]["differences"] is None
    assert entries["fhv_tripdata_2020-01.csv"]["columns"] is None
    assert entries["green_tripdata_2020-13.parquet"]["service"] is None


def test_a_file_that_is_landed_already_is_told_as_before(landed):
    era = PARQUET_ERAS["green 2020"]
    write_parquet(landed.folder, era, trips())
    first, again = reported(landed), reported(landed)
    name = f"{era.stem}.parquet"
    assert again[name] == first[name] | {"outcome": "unchanged"}


def test_a_column_nobody_knows_is_warned_of(landed):
    era = PARQUET_ERAS["green 2020"]
    table = table_of(era, trips()).append_column("mood", pa.array(["sad"] * 5))
    write_parquet(landed.folder, era, table)
    assert landed.ingest() == 0
    assert landed.err == (
        f"warning     {era.stem}.parquet: nobody knows column mood, which was not "
        "landed; keep the file to land it later\n"
    )


@pytest.mark.parametrize(
    "options", [["--dry-run"], ["--withdraw", "green", "2020-12"], ["--clean-cache"]]
)
def test_a_run_that_lands_nothing_has_nothing_to_report(landed, tmp_path, options):
    source = ["--from", str(tmp_path)] if options == ["--dry-run"] else []
    with pytest.raises(SystemExit) as stop:
        ingest.main([*source, *options, "--report", str(tmp_path / "drift.json")])
    assert stop.value.code == 2
    (line,) = landed.capture.readouterr().err.splitlines()
    assert "--report: only a run that lands files has something to report" in line
    assert not (tmp_path / "drift.json").exists()


def test_a_report_that_cannot_be_written(landed, tmp_path):
    write_parquet(landed.folder, PARQUET_ERAS["green 2020"], trips())
    for place in (tmp_path / "nowhere" / "drift.json", tmp_path):
        with pytest.raises(SystemExit) as stop:
            landed.ingest("--report", str(place))
        assert stop.value.code == 2
        (line,) = landed.capture.readouterr().err.splitlines()
        assert f"--report: {place} is no file in a folder that exists" in line
    # The name that it is written under is taken.
    (tmp_path / ".drift.json.unfinished").mkdir()
    assert landed.ingest("--report", str(tmp_path / "drift.json")) == 1
    assert "drift.json cannot be written: Is a directory" in landed.err
    assert "1 landed" in landed.out
