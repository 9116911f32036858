"""Trips of files without zones reach the marts with the zones of their points."""

from decimal import Decimal

import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from plain_zones import plain_zones
from project import Project
from taxi.generate.writing import era_of, write_file

FILES = [
    ("yellow", "2009-01", "parquet"),
    ("yellow", "2010-02", "parquet"),
    ("yellow", "2014-01", "csv.gz"),
    ("green", "2015-01", "csv"),
]
# Longitude and latitude of both ends, and the total, in the file's names.
NAMES_OF_2009 = ("start_lon", "start_lat", "end_lon", "end_lat", "total_amt")
NAMES = (
    *("pickup_longitude", "pickup_latitude", "dropoff_longitude", "dropoff_latitude"),
    "total_amount",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    for service, month, form in FILES:
        write_file(folder, era_of(service, month, form), form, 400, seed=1)
    return folder


@pytest.fixture(scope="module")
def old(tmp_path_factory, folder) -> Project:
    project = Project(tmp_path_factory.mktemp("old eras"))
    project.script("ingest.py", "--from", folder)
    project.dbt("build", "--exclude", "test_type:unit")
    return project


def values_of(folder, service: str, month: str, form: str) -> list[list]:
    """The columns of `NAMES` of a file."""
    path = folder / f"{service}_tripdata_{month}.{form}"
    era = era_of(service, month, form)
    if form == "parquet":
        table = pq.read_table(path)
    else:
        surplus = [f"surplus {number}" for number in range(era.surplus_fields)]
        options = arrow_csv.ReadOptions(
            column_names=[*era.types, *surplus], skip_rows=1
        )
        table = arrow_csv.read_csv(path, options)
    table = table.rename_columns([name.strip().lower() for name in table.column_names])
    names = NAMES_OF_2009 if month == "2009-01" else NAMES
    return [table[name].to_pylist() for name in names]


@pytest.mark.parametrize("key", FILES, ids="-".join)
def test_trips_have_the_zones_of_their_points(old, folder, key):
    start_x, start_y, end_x, end_y, totals = values_of(folder, *key)
    expected = list(
        zip(
            plain_zones(list(zip(start_x, start_y, strict=True))).tolist(),
            plain_zones(list(zip(end_x, end_y, strict=True))).tolist(),
            [Decimal(str(round(total, 2))) for total in totals],
            [True] * len(totals),
            strict=True,
        )
    )
    service, month, _ = key
    shown = ("pickup_location_id", "dropoff_location_id", "total_amount")
    shown += ("is_zone_derived",)
    names = ("service_type", "source_month", "source_row_number", *shown)
    rows = {
        row["source_row_number"]: tuple(row[name] for name in shown)
        for table in ("fct_trips", "fct_quarantined_trips")
        for row in old.rows("marts", table, *names)
        if (row["service_type"], f"{row['source_month']:%Y-%m}") == (service, month)
    }
    assert [rows[number] for number in sorted(rows)] == expected


def test_a_trip_from_an_unknown_zone_is_kept_and_flagged(old):
    names = ("pickup_location_id", "dropoff_location_id", "has_unknown_zone")
    trips = old.rows("marts", "fct_trips", *names)
    unknown = [row for row in trips if 264 in (row[names[0]], row[names[1]])]
    assert len(unknown) > 100
    assert all(row["has_unknown_zone"] for row in unknown)
