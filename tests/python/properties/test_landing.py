"""Whatever a folder holds, a file lands to the value and the cent, or not at all."""

import os
from collections import Counter
from datetime import date

import pyarrow.compute as pc
import pytest
from faulty_files import FaultyFile, Outcome, faulty_files, outcome
from hypothesis import given, settings
from hypothesis import strategies as st

from landings import Workshop, workshop
from taxi.landing.columns import SERVICES, Kind


def examples(count: int):
    return settings(max_examples=int(os.environ.get("TAXI_EXAMPLES") or count))


def month_of(file: FaultyFile) -> date:
    return date.fromisoformat(f"{file.month}-01")


def landed_rows(shop: Workshop, file: FaultyFile) -> list[dict]:
    return [
        row
        for row in shop.table(f"{file.service}_trips").to_pylist()
        if row["source_month"] == month_of(file)
    ]


def is_of_another_month(file: FaultyFile, expected: Outcome) -> bool:
    """Whether most pickups lie elsewhere: of few of them, in one other month."""
    service = {"green": "lpep", "yellow": "tpep"}[file.service]
    pickups = [row[f"{service}_pickup_datetime"] for row in expected.rows]
    months = Counter(f"{time:%Y-%m}" for time in pickups if time)
    outside = [months[month] for month in months if month != file.month]
    decisive = max(outside, default=0) if months.total() < 20 else sum(outside)
    return 2 * decisive > months.total()


def line_of(shop: Workshop, file: FaultyFile) -> dict | None:
    """The file's line in `tlc.source_files`."""
    lines = [
        line
        for line in shop.table("source_files").to_pylist()
        if (line["service_type"], line["source_month"])
        == (file.service, month_of(file))
    ]
    assert len(lines) <= 1
    return lines[0] if lines else None


def assert_landed(shop: Workshop, file: FaultyFile, expected: Outcome) -> None:
    rows = landed_rows(shop, file)
    names = [column.name for column in SERVICES[file.service]]
    assert [{name: row[name] for name in names} for row in rows] == expected.rows
    assert [row["source_row_number"] for row in rows] == list(range(file.rows))
    assert {row["source_file"] for row in rows} == {file.name}
    line = line_of(shop, file)
    assert line["row_count"] == file.rows
    assert line["unreadable_value_count"] == expected.unreadable_count
    for column in SERVICES[file.service]:
        if column.kind is Kind.MONEY:
            cents = expected.cents[column.name]
            assert line[column.cents_name] == cents
            total = sum(row[column.name] or 0 for row in rows)
            assert total * 100 == (cents or 0)


def assert_invisible(shop: Workshop, file: FaultyFile) -> None:
    assert f"refused     {file.name}" in shop.said
    assert landed_rows(shop, file) == []
    assert line_of(shop, file) is None
    data = shop.lake.warehouse
    assert not list(data.rglob(f"{file.service}_trips/**/source_month={file.month}*/*"))


@examples(25)
@given(files=faulty_files(), max_bad_values=st.sampled_from([0, 1, 3, 100]))
def test_a_file_lands_to_the_cent_or_not_at_all(files, max_bad_values):
    with workshop() as shop:
        paths = [file.write(shop.files) for file in files]
        shop.land(max_bad_values=max_bad_values)
        unreadable = 0
        for file, path in zip(files, paths, strict=True):
            expected = None if file.spoil else outcome(file, path)
            if (
                expected is None
                or expected.fault_count > max_bad_values
                or is_of_another_month(file, expected)
            ):
                assert_invisible(shop, file)
            else:
                assert_landed(shop, file, expected)
                unreadable += expected.unreadable_count
        assert shop.table("unreadable_values").num_rows == unreadable
        assert not list((shop.lake.root / "staging").glob("*"))


def contents(shop: Workshop) -> dict[str, list[dict]]:
    """All that the landed tables hold, but for what tells one landing from another."""
    names = ("green_trips", "yellow_trips", "source_files", "unreadable_values")
    tables = {name: shop.table(name) for name in names}
    return {
        name: table.drop_columns(
            {"landing_id", "landed_at", "origin"} & set(table.column_names)
        ).to_pylist()
        for name, table in tables.items()
    }


@examples(8)
@given(files=faulty_files())
def test_the_order_of_files_does_not_matter(files):
    with workshop() as together, workshop() as apart:
        for file in files:
            file.write(together.files)
        together.land(max_bad_values=3)
        for number, file in enumerate(reversed(files)):
            folder = apart.root / str(number)
            folder.mkdir()
            file.write(folder)
            apart.land(folder, max_bad_values=3)
        assert contents(apart) == contents(together)


@examples(8)
@given(files=faulty_files())
def test_landing_again_changes_nothing(files):
    with workshop() as shop:
        for file in files:
            file.write(shop.files)
        first = shop.land(max_bad_values=3)
        before, snapshots = contents(shop), shop.snapshot_ids()
        again = shop.land(max_bad_values=3)
        assert (again.unchanged_count, again.landed) == (len(first.landed), [])
        assert again.refused_count == first.refused_count
        assert contents(shop) == before
        assert shop.snapshot_ids() == snapshots


@examples(8)
@given(files=faulty_files(spoilt=False))
def test_another_file_of_the_month_takes_its_place_whole(files):
    with workshop() as fresh, workshop() as shop:
        for file in files:
            other = FaultyFile(file.service, file.month, file.form, 40, file.seed + 1)
            other.write(shop.files)
        shop.land()
        for file in files:
            file.write(shop.files)
            file.write(fresh.files)
        shop.land(max_bad_values=100, may_displace=True)
        fresh.land(max_bad_values=100)
        assert contents(shop) == contents(fresh)


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_faults_count_wherever_they_lie_in_a_file_of_many_batches(place):
    """Larger than the batches in which files are read, with one fault."""
    rows = 140_000
    row = {"first": 0, "middle": 131_072, "last": rows - 1}[place]
    # Column 10 is fare_amount, value 13 is 1.005.
    file = FaultyFile("yellow", "2023-02", "parquet", rows, 1, ((row, 10, 13),))
    with workshop() as shop:
        file.write(shop.files)
        assert shop.land().refused_count == 1
        assert_invisible(shop, file)
        assert f"column fare_amount, row {row}: '1.005'" in shop.said
        shop.land(max_bad_values=1)
        line = line_of(shop, file)
        trips = shop.table("yellow_trips")
        assert line["row_count"] == trips.num_rows == rows
        total = pc.sum(trips["fare_amount"]).as_py()
        assert line["fare_amount_cents"] == total * 100
        assert trips["fare_amount"].null_count == 1
