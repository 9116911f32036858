"""Files with a fault in a row or two: broken rows, and what a meter got wrong."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from files_of_people import CSV, assert_refused, land_text, unreadable, whole
from landings import workshop
from old_files import OLD_CSV_ERAS, old_trips
from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    changed,
    csv_text,
    table_of,
    trips,
    write_parquet,
)

GREEN = PARQUET_ERAS["green 2020"]
SURPLUS = CSV_ERAS["green 2016-07"]
POINTS = OLD_CSV_ERAS["yellow 2010"]
PICKUP = "lpep_pickup_datetime"


@pytest.fixture
def shop():
    with workshop() as one:
        yield one


# Rows that are broken.


def test_the_broken_row_of_a_report_is_set_aside(shop, shared_data):
    folder = shared_data / "faults" / "surplus_fields"
    shop.land(folder, max_bad_values=1)
    assert "1 row set aside whole, the first is row 4" in shop.said
    (row,) = shop.table("source_files").to_pylist()
    assert (row["row_count"], row["unreadable_value_count"]) == (5, 1)
    assert row["total_amount_cents"] == 500 + 1630 + 1270 + 1430
    (path,) = folder.iterdir()
    record = path.read_text().splitlines()[-1]
    assert unreadable(shop) == [(4, "(row)", record, "20 fields, not 18")]
    assert_null(shop.table("yellow_trips").to_pylist()[4])


def assert_null(row: dict) -> None:
    of_source = ("source_file", "source_month", "source_row_number", "is_zone_derived")
    assert {name for name, value in row.items() if value is not None} == set(of_source)


def spoilt(*numbers: int, count: int = 60) -> str:
    """A CSV some of whose rows have a field more, or a field less."""
    header, *lines = csv_text(CSV, trips("2019-01", count)).splitlines()
    for number in numbers:
        line = lines[number]
        lines[number] = f"{line},9" if number % 2 else line.rpartition(",")[0]
    return "".join(f"{line}\r\n" for line in [header, *lines])


@pytest.mark.parametrize(
    "numbers", [(0,), (59,), (0, 1, 2), (57, 58, 59), (7, 20, 21, 44)], ids=str
)
@pytest.mark.parametrize("block", [400, 1 << 23])
def test_broken_rows_keep_their_place(shop, monkeypatch, numbers, block):
    monkeypatch.setattr("taxi.landing.csv_records._BLOCK", block)
    text = spoilt(*numbers)
    land_text(shop, text, len(numbers))
    assert [one[:2] for one in unreadable(shop)] == [(n, "(row)") for n in numbers]
    rows = shop.table("green_trips").to_pylist()
    assert [row["source_row_number"] for row in rows] == list(range(60))
    for number, row in enumerate(rows):
        if number in numbers:
            assert_null(row)
        else:
            assert row["total_amount"] == Decimal("10.30") + number
            assert row[PICKUP] == datetime(2019, 1, 1 + number // 24, number % 24)
    (line,) = shop.table("source_files").to_pylist()
    kept = sum(row["total_amount"] or 0 for row in rows)
    assert (line["row_count"], line["total_amount_cents"]) == (60, kept * 100)


def test_broken_rows_beyond_what_may_be_borne_refuse_the_file(shop):
    land_text(shop, spoilt(7, 20, 21), 2)
    assert_refused(
        shop,
        "3 rows do not fit, 2 may be borne; first row 7 has 21 fields, not 20; "
        "--max-bad-values 3 sets such rows aside",
    )


def test_broken_rows_and_values_count_together(shop):
    text = spoilt(3).replace("15.3,1,1", "much,1,1")
    land_text(shop, text, 1)
    assert_refused(
        shop, "2 values do not fit, 1 may be borne; first row 3 has 21 fields"
    )
    land_text(shop, text, 2)
    assert [one[:3] for one in unreadable(shop)][1] == (5, "total_amount", "much")


def test_a_row_that_fills_fields_without_a_name_is_set_aside(shop):
    lines = csv_text(SURPLUS, trips("2016-07"), surplus=2).split("\r\n")
    lines[4] += "7"
    land_text(shop, "\r\n".join(lines), 1, SURPLUS)
    reason = "more fields than the header's 19: '7'"
    assert unreadable(shop) == [(3, "(row)", lines[4], reason)]
    assert_null(shop.table("green_trips").to_pylist()[3])
    (row,) = shop.table("source_files").to_pylist()
    assert row["total_amount_cents"] == 6150 - 1330


def test_a_row_that_is_broken_has_no_zone(shop):
    header, *lines = csv_text(POINTS, old_trips(POINTS)).splitlines(keepends=True)
    of_others = "".join([header, *lines[:2], *lines[3:]])
    lines[2] = f"{lines[2].strip()},0,0\r\n"
    said = land_text(shop, "".join([header, *lines]), 1, POINTS)
    assert_null(shop.table("yellow_trips").to_pylist()[2])
    with workshop() as other:
        land_text(other, of_others, 0, POINTS)
        for line in other.said.splitlines():
            assert "without a zone" not in line or line in said


def test_commas_within_quotes_part_no_fields(shop):
    text = spoilt(7).replace(",N,", ',"N,Y",')
    land_text(shop, text, 1)
    assert shop.table("green_trips")["store_and_fwd_flag"].to_pylist()[0] == "N,Y"
    assert [one[0] for one in unreadable(shop)] == [7]


def test_an_open_quote_is_never_borne(shop):
    text = whole().replace("1,2019-01-01 02", '1,"2019-01-01 02')
    land_text(shop, text, 100)
    assert_refused(shop, "row 2 has 2 fields, not 20: a quote in it is not closed")
    with workshop() as other:
        rows = csv_text(CSV, trips("2019-01", 3_000))
        land_text(other, rows.replace("1,2019-01-01 02", '1,"2019-01-01 02'), 100)
        assert_refused(other, "row 2 cannot be read: a quote in it is not closed")


def test_bytes_that_are_no_text_in_a_broken_row_are_told(shop, capfd):
    data = spoilt(155, count=200).encode().replace(b",9\r\n", b",\xc4\r\n")
    (shop.files / f"{CSV.stem}.csv").write_bytes(data)
    shop.land(max_bad_values=100)
    assert_refused(shop, "row 155 holds bytes that are no text in UTF-8")
    assert capfd.readouterr().err == ""


# Distances beyond what a meter can show.


@pytest.mark.parametrize("value", [15420004.5, -1e7, 1e300, float("inf")])
def test_a_meter_error_bars_no_trip(shop, value):
    write_parquet(shop.files, GREEN, changed(trips(), 3, trip_distance=value))
    shop.land()
    assert "1 trip_distance of more miles than a meter can show, as null" in shop.said
    rows = shop.table("green_trips").to_pylist()
    assert [row["trip_distance"] for row in rows][2:4] == [Decimal("1.50"), None]
    assert rows[3]["total_amount"] == Decimal("13.30")
    ((row, column, text, reason),) = unreadable(shop)
    assert (row, column, float(text)) == (3, "trip_distance", value)
    assert reason == "more miles than a meter can show"
    (line,) = shop.table("source_files").to_pylist()
    assert line["unreadable_value_count"] == 1
    assert line["total_amount_cents"] == 6150


@pytest.mark.parametrize("physical", [pa.float32(), pa.int64(), pa.decimal128(20, 2)])
def test_a_meter_error_of_any_type_bars_no_trip(shop, physical):
    table = table_of(GREEN, changed(trips(), 3, trip_distance=15420004))
    table = table.set_column(
        table.schema.get_field_index("trip_distance"),
        "trip_distance",
        pa.array([1, 2, 3, 15420004, None]).cast(pa.float64()).cast(physical),
    )
    write_parquet(shop.files, GREEN, table)
    shop.land()
    landed = shop.table("green_trips")["trip_distance"].to_pylist()
    assert landed == [1, 2, 3, None, None]


def test_meter_errors_leave_what_may_be_borne_to_others(shop):
    rows = changed(trips("2019-01"), 0, trip_distance="15420004.5")
    rows = changed(rows, 1, trip_distance="-9E9")
    rows = changed(rows, 2, trip_distance="abc")
    land_text(shop, csv_text(CSV, rows))
    assert_refused(shop, "column trip_distance, row 2: 'abc' is not a number")
    land_text(shop, csv_text(CSV, rows), 1)
    assert [one[2] for one in unreadable(shop)] == ["15420004.5", "-9E9", "abc"]
    (line,) = shop.table("source_files").to_pylist()
    assert line["unreadable_value_count"] == 3


def test_a_file_whose_distances_are_all_beyond_is_refused(shop, monkeypatch):
    monkeypatch.setattr("taxi.landing.ledger._MOST_DISTANCES", 4)
    rows = [row | {"trip_distance": 2e7} for row in trips()]
    write_parquet(shop.files, GREEN, rows)
    shop.land()
    assert_refused(shop, "more than 4 distances are more miles than a meter can show")
