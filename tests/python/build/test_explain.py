"""The account of a number, against the marts and against TLC's files themselves."""

import csv
import gzip
import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog import Catalog

from project import Project
from taxi.catalog import MARTS
from taxi.errors import TaxiError
from taxi.explain.account import explain
from taxi.explain.reading import Cell
from taxi.explain.text import lines
from taxi.generate.eras import parquet_era
from taxi.publishing.reading import Marts, read_published
from tlc_files import trips, write_parquet

FEBRUARY = ("--zone", "74", "--month", "2023-02", "--service", "green")
# A zone at random, the largest, one of few trips, and the unknown one.
ZONES = (41, 74, 1, 264)


@pytest.fixture(scope="module")
def catalog(sample) -> Catalog:
    return sample.lake.open_catalog()


@pytest.fixture(scope="module")
def marts(sample) -> Marts:
    return read_published(sample.lake)


@pytest.fixture(scope="module")
def cells(sample) -> list[dict]:
    return sample.rows("marts", "fct_monthly_zone_revenue")


def cell_of(row: dict) -> Cell:
    return Cell(row["pickup_location_id"], row["revenue_month"], row["service_type"])


def records(origin: str) -> list[dict[str, str]]:
    """The data records of a file of TLC's, as texts under names in lower case."""
    path = Path(origin)
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        with gzip.open(path, "rt", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row]
    return [{name.lower(): str(value) for name, value in row.items()} for row in rows]


def assert_rows_are_of_the_file(document: dict) -> None:
    """Each listed trip is the record of its number, in the file as TLC has it."""
    cell = document["cell"]
    files = {file["source_file"]: records(file["origin"]) for file in document["files"]}
    for row in document["rows"]:
        record = files[row["source_file"]][row["source_row_number"]]
        (pickup,) = (
            value
            for name, value in record.items()
            if name.endswith("pep_pickup_datetime")
        )
        assert datetime.fromisoformat(pickup) == datetime.fromisoformat(
            row["pickup_at"]
        )
        assert int(record["pulocationid"]) == cell["zone"]
        total = Decimal(record["total_amount"]).quantize(Decimal("0.01"))
        assert total == Decimal(row["total_amount"])


def test_cells_of_a_few_zones_add_up(catalog, marts, cells):
    chosen = [row for row in cells if row["pickup_location_id"] in ZONES]
    assert {row["service_type"] for row in chosen} == {"green", "yellow"}
    for row in chosen:
        account = explain(catalog, marts, cell_of(row))
        assert account.faults == []
        assert account.trips.count == row["trip_count"]
        assert account.trips.amount == row["total_revenue"]
        assert sum(account.parts.values()) + account.difference == row["total_revenue"]
        shares = [file.in_cell for file in account.files]
        assert sum(share.count for share in shares) == row["trip_count"]
        assert sum(share.amount for share in shares) == row["total_revenue"]
        if account.patterns:
            assert account.difference == sum(
                tally.amount for tally in account.patterns.values()
            )


def test_flags_are_counted_as_the_trips_have_them(catalog, marts, sample):
    account = explain(catalog, marts, Cell(74, date(2023, 2, 1), "green"))
    names = ["service_type", "pickup_location_id", "pickup_at", "total_amount"]
    trips = [
        row
        for row in sample.rows("marts", "fct_trips", *names, *account.flags)
        if row["service_type"] == "green"
        and row["pickup_location_id"] == 74
        and f"{row['pickup_at']:%Y-%m}" == "2023-02"
    ]
    assert "is_stored_and_forwarded" not in account.flags
    assert "has_zero_distance" in account.flags
    counted = Counter(name for row in trips for name in account.flags if row[name])
    assert account.flags == {name: counted[name] for name in account.flags}
    below = [row["total_amount"] for row in trips if row["total_amount"] < 0]
    assert (account.negative.count, account.negative.amount) == (len(below), sum(below))


def test_a_cell_of_two_files_names_both_in_their_order(catalog, marts, cells, sample):
    names = ["service_type", "pickup_location_id", "pickup_at"]
    strays = {
        (row["pickup_location_id"], row["pickup_at"].date().replace(day=1))
        for row in sample.rows("marts", "fct_trips", *names, "is_outside_source_month")
        if row["service_type"] == "green" and row["is_outside_source_month"]
    }
    found = 0
    for row in cells:
        cell = cell_of(row)
        if cell.service != "green" or (cell.zone, cell.month) not in strays:
            continue
        account = explain(catalog, marts, cell, row_count=row["trip_count"])
        assert account.faults == []
        months = [file.source_month for file in account.files]
        assert months == sorted(months)
        assert any(month != cell.month for month in months)
        in_rows = Counter(row.source_file for row in account.rows)
        assert in_rows == {f.source_file: f.in_cell.count for f in account.files}
        found += len(months) > 1
    assert found > 0


def test_rows_set_aside_are_named_with_their_money(catalog, marts, sample):
    set_aside = sample.rows("marts", "fct_quarantined_trips")
    (first, *_) = set_aside
    service = first["service_type"]
    cell = Cell(first["pickup_location_id"], first["source_month"], service)
    expected = [
        row
        for row in set_aside
        if row["service_type"] == service
        and row["pickup_location_id"] == cell.zone
        and row["source_month"] == cell.month
        and row["set_aside_reason"] == first["set_aside_reason"]
    ]
    account = explain(catalog, marts, cell, row_count=len(expected))
    (group,) = account.not_in_it
    amount = sum(row["total_amount"] for row in expected)
    assert group.reason == first["set_aside_reason"]
    assert (group.rows.count, group.rows.amount) == (len(expected), amount)
    assert [row.source_row_number for row in account.rows_not_in_it] == sorted(
        row["source_row_number"] for row in expected
    )
    (file,) = account.files
    assert file.kept_count + sum(file.set_aside.values()) == file.row_count
    (line,) = (line for line in lines(account) if line.startswith(f"  {group.reason} "))
    assert f"{amount:,} USD" in line and file.source_file in line


def test_the_text_ends_with_the_verdict_and_is_stable(sample):
    ended = sample.script("explain.py", *FEBRUARY, "--rows", "3")
    *_, last = ended.stdout.splitlines()
    assert last.startswith("The sum over ")
    assert "equals the mart's cell to the cent" in last
    assert "East Harlem North (zone 74, Manhattan), green, 2023-02" in ended.stdout
    assert "green_tripdata_2023-02.parquet" in ended.stdout
    assert ended.stderr == ""
    again = sample.script("explain.py", *FEBRUARY, "--rows", "3")
    assert again.stdout == ended.stdout


@pytest.mark.parametrize(
    "cell",
    [FEBRUARY, ("--zone", "236", "--month", "2020-11", "--service", "yellow")],
    ids=["parquet", "csv"],
)
def test_rows_are_those_of_tlc_s_file(sample, cell):
    ended = sample.script("explain.py", *cell, "--rows", "200", "--json")
    document = json.loads(ended.stdout)
    assert document["agrees"] is True
    assert len(document["rows"]) == 200
    order = [(row["source_file"], row["source_row_number"]) for row in document["rows"]]
    assert order == sorted(order)
    assert_rows_are_of_the_file(document)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--zone", "Corona"], 2, "--zone: 'Corona' is no number"),
        (["--zone", "0"], 1, "--zone: 0 is none of TLC's zones"),
        (["--zone", "999"], 1, "--zone: 999 is none of TLC's zones"),
        (["--zone", "2"], 1, "--zone: no green trip of 2023-02 started in zone 2 "),
        (["--month", "2023-2"], 2, "--month: '2023-2' is no month"),
        (["--month", "2023-13"], 2, "--month: '2023-13' is no month"),
        (
            ["--month", "2019-07"],
            1,
            "--month: the marts hold no green trips of 2019-07",
        ),
        (["--service", "blue"], 2, "--service: invalid choice: 'blue'"),
        (["--rows", "-1"], 2, "--rows: "),
    ],
)
def test_a_wrong_option_is_named_in_one_line(sample, arguments, code, said):
    ended = sample.script("explain.py", *FEBRUARY, *arguments, check=False)
    assert ended.returncode == code
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing is published yet; run dbt build, then python scripts/publish.py"),
        (["--working"], "nothing was built yet; run dbt build."),
    ],
)
def test_a_lake_without_marts_says_what_to_do(tmp_path, arguments, said):
    project = Project(tmp_path)
    land_march(project, tmp_path)
    ended = project.script("explain.py", *FEBRUARY, *arguments, "--json", check=False)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert said in line
    document = json.loads(ended.stdout)
    assert said in document["error"] and document["agrees"] is None
    assert document["waiting"] == [MARCH]


MARCH = {
    "service_type": "green",
    "source_month": "2023-03",
    "state": "landed but not built",
    "run": "dbt build",
}


def land_march(project: Project, folder: Path) -> None:
    files = folder / "files"
    files.mkdir()
    write_parquet(files, parquet_era("green", "2023-03"), trips("2023-03"))
    project.script("ingest.py", "--from", files)


@pytest.fixture(scope="module")
def ahead(sample, tmp_path_factory) -> Project:
    """The sample's lake by a catalog of its own, in which a month more is landed."""
    folder = tmp_path_factory.mktemp("ahead")
    copy = folder / "catalog.db"
    shutil.copy(sample.lake.catalog_file, copy)
    project = replace(sample, catalog=f"sqlite:{copy}")
    land_march(project, folder)
    return project


@pytest.mark.parametrize("arguments", [(), ("--working",)])
def test_a_month_that_is_landed_and_not_built_is_not_said_to_be_empty(ahead, arguments):
    asked = (*FEBRUARY, "--month", "2023-03", *arguments)
    ended = ahead.script("explain.py", *asked, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert "green 2023-03 is landed but not built: run dbt build" in line
    assert "no green trip of 2023-03 started" not in line
    assert f"the schema {'marts' if arguments else 'published'} holds" in line


def test_a_file_that_may_bring_more_trips_is_named_beside_the_account(ahead):
    ended = ahead.script("explain.py", *FEBRUARY)
    *_, heading, waiting, _, last = ended.stdout.splitlines()
    assert heading == "Not in it yet: files that may bring trips of its month"
    assert waiting == "  green 2023-03 is landed but not built: run dbt build"
    assert "equals the mart's cell to the cent" in last
    document = json.loads(ahead.script("explain.py", *FEBRUARY, "--json").stdout)
    assert document["waiting"] == [MARCH] and document["agrees"] is True


def test_a_month_far_from_what_waits_is_explained_as_ever(ahead, sample):
    far = ("--zone", "236", "--month", "2020-11", "--service", "yellow")
    assert (
        ahead.script("explain.py", *far).stdout
        == sample.script("explain.py", *far).stdout
    )
    ended = ahead.script("explain.py", *FEBRUARY, "--zone", "999", check=False)
    assert "--zone: 999 is none of TLC's zones" in ended.stderr


def test_the_summary_and_the_history_say_what_waits(ahead):
    waits = "green 2023-03 is landed but not built: run dbt build"
    said = ahead.script("summary.py").stdout.splitlines()
    assert said[0].startswith("Publication 1 of 20") and "is build 1 of 20" in said[0]
    assert f"Not in it: {waits}" in said
    assert ahead.script("history.py").stderr == f"history: {waits}\n"


def test_where_nothing_waits_nothing_is_said_of_it(sample):
    assert "landed but not built" not in sample.script("summary.py").stdout
    assert sample.script("history.py").stderr == ""
    document = json.loads(sample.script("explain.py", *FEBRUARY, "--json").stdout)
    assert document["waiting"] == []


def copy_of(catalog: Catalog, lake, altered: dict | None) -> Catalog:
    """The marts of a lake in another one, values of the asked cell altered.

    Args:
        altered: new values of the mart's cell; None leaves the cell out.
    """
    copy = lake.open_catalog()
    copy.create_namespace(MARTS)
    for name in (
        "dim_zones",
        "fct_source_months",
        "fct_quarantined_trips",
        "fct_trips",
    ):
        rows = catalog.load_table((MARTS, name)).scan().to_arrow()
        copy.create_table((MARTS, name), schema=rows.schema).append(rows)
    mart = catalog.load_table((MARTS, "fct_monthly_zone_revenue")).scan().to_arrow()
    asked = (74, date(2023, 2, 1), "green")
    rows = []
    for row in mart.to_pylist():
        cell = cell_of(row)
        if (cell.zone, cell.month, cell.service) != asked:
            rows.append(row)
        elif altered is not None:
            rows.append(row | altered)
    table = copy.create_table((MARTS, "fct_monthly_zone_revenue"), schema=mart.schema)
    table.append(mart.from_pylist(rows, schema=mart.schema))
    return copy


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        ({"total_revenue": Decimal("0.01")}, "total_amount is 0.01 in the mart"),
        ({"trip_count": 7}, "trip_count is 7 in the mart"),
        ({"tolls_revenue": None}, "tolls_amount is None in the mart"),
        (None, "the mart has no such cell"),
    ],
)
def test_a_mart_that_disagrees_fails(catalog, tmp_path, altered, said):
    project = Project(tmp_path)
    copy_of(catalog, project.lake, altered)
    ended = project.script("explain.py", *FEBRUARY, "--working", check=False)
    assert ended.returncode == 1
    assert "to the cent" not in ended.stdout
    assert "East Harlem North" in ended.stdout
    (line,) = ended.stderr.splitlines()
    assert "the mart and its trips disagree, run dbt build" in line and said in line


def test_no_such_cell_is_an_expected_failure(catalog, marts):
    with pytest.raises(TaxiError, match="they have 20"):
        explain(catalog, marts, Cell(74, date(1999, 1, 1), "yellow"))
