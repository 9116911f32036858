"""Files that people have: written by other tools, or with a fault in a row or two."""

import gzip
from datetime import datetime
from decimal import Decimal

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landings import Workshop, workshop
from old_files import OLD_CSV_ERAS, old_trips
from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    changed,
    csv_text,
    table_of,
    trips,
    write_csv,
    write_parquet,
)

GREEN, CSV = PARQUET_ERAS["green 2020"], CSV_ERAS["green 2019"]
SURPLUS = CSV_ERAS["green 2016-07"]
POINTS = OLD_CSV_ERAS["yellow 2010"]
PICKUP = "lpep_pickup_datetime"


@pytest.fixture
def shop():
    with workshop() as one:
        yield one


def land_text(shop: Workshop, text: str, bad: int = 0, era=CSV) -> str:
    """Land a CSV of this text; return what was said."""
    write_csv(shop.files, era, text)
    shop.land(max_bad_values=bad)
    return shop.said


def whole(**kwargs) -> str:
    return csv_text(CSV, trips("2019-01"), **kwargs)


def retyped(column: str, physical: pa.DataType, table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index(column)
    return table.set_column(place, column, table[column].cast(physical))


def assert_refused(shop: Workshop, *texts: str) -> None:
    """The only file was refused in one line with these texts, and nothing landed."""
    line, summary = shop.said.splitlines()
    assert line.startswith("refused ")
    assert summary.startswith("files: 0 landed, 0 unchanged, 1 refused")
    for text in texts:
        assert text in line
    for name in ("green_trips", "yellow_trips", "source_files", "unreadable_values"):
        assert shop.table(name).num_rows == 0


def unreadable(shop: Workshop) -> list[tuple]:
    return [
        (one["source_row_number"], one["column_name"], one["value_text"], one["reason"])
        for one in shop.table("unreadable_values").to_pylist()
    ]


# What another tool wrote.


@pytest.mark.parametrize(
    "name",
    ["unsigned", "fractions_of_a_second", "index_column", "semicolon", "meter_error"],
)
def test_a_file_of_a_report_lands_whole(shop, shared_data, name):
    folder = shared_data / "faults" / name
    (path,) = folder.iterdir()
    report = shop.land(folder)
    assert report.refused_count == 0
    (row,) = shop.table("source_files").to_pylist()
    if path.suffix == ".parquet":
        given = pq.read_table(path)["total_amount"].to_pandas()
    else:
        given = pd.read_csv(path, sep=None, engine="python")["total_amount"]
    assert row["row_count"] == len(given)
    assert row["total_amount_cents"] == round(given.sum() * 100)
    landed = shop.table(f"{row['service_type']}_trips")["total_amount"].to_pylist()
    assert landed == [Decimal(f"{one:.2f}") for one in given]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("int96_from_spark", f"column {PICKUP} is INT96, and a timestamp without zone"),
        ("no_header", "has no header line, but begins with '1,2019-01-15 03:36:12,"),
        ("surplus_fields", "row 4 has 20 fields, not 18; --max-bad-values 1 sets"),
    ],
)
def test_a_file_of_a_report_is_refused(shop, shared_data, name, text):
    shop.land(shared_data / "faults" / name)
    assert_refused(shop, text)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "+05:00"])
def test_an_instant_of_any_unit_is_refused(shop, unit, zone):
    instant = pa.timestamp(unit, zone)
    write_parquet(shop.files, GREEN, retyped(PICKUP, instant, table_of(GREEN, trips())))
    shop.land(max_bad_values=100)
    assert_refused(shop, f"column {PICKUP} is timestamp[{unit}, tz=", "without zone")


def test_int96_is_refused_whoever_wrote_it(shop):
    path = shop.files / f"{GREEN.stem}.parquet"
    pq.write_table(table_of(GREEN, trips()), path, use_deprecated_int96_timestamps=True)
    shop.land(max_bad_values=100)
    assert_refused(shop, "is INT96", "write it without zone")


def test_whole_numbers_for_moments_are_refused(shop):
    table = retyped(PICKUP, pa.int64(), table_of(GREEN, trips()))
    write_parquet(shop.files, GREEN, table)
    shop.land(max_bad_values=100)
    assert_refused(shop, "is int64, and a timestamp without zone is wanted")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_timestamp_without_zone_of_any_unit_lands(shop, unit):
    table = retyped(PICKUP, pa.timestamp(unit), table_of(GREEN, trips()))
    write_parquet(shop.files, GREEN, table)
    shop.land()
    landed = shop.table("green_trips")[PICKUP].to_pylist()
    assert landed == [datetime(2020, 12, 1, hour) for hour in range(5)]


@pytest.mark.parametrize(
    "zone", ["Z", "+01:00", "-0500", "-05", " UTC", " EST", "[America/New_York]"]
)
@pytest.mark.parametrize("fraction", ["", ".123"])
def test_a_moment_with_a_zone_is_refused(shop, zone, fraction):
    text = whole().replace(
        "2019-01-01 02:00:00", f"2019-01-01T02:00:00{fraction}{zone}"
    )
    land_text(shop, text)
    assert_refused(shop, f"column {PICKUP}, row 2: ", "is a moment with a zone")


def test_moments_of_several_forms_land_in_one_column(shop):
    forms = [
        "2019-01-01T00:00",
        "2019-01-01 01:00:00.5",
        "2019-01-01T02:00:00.000000001",
    ]
    text = whole()
    for hour, form in enumerate(forms):
        text = text.replace(f"2019-01-01 0{hour}:00:00", form)
    assert "'2019-01-01T02:00:00.000000001' is finer than a micro" in land_text(
        shop, text
    )
    land_text(shop, text.replace("0000001", "0000"))
    landed = shop.table("green_trips")[PICKUP].to_pylist()
    assert landed[:3] == [
        datetime(2019, 1, 1),
        datetime(2019, 1, 1, 1, 0, 0, 500_000),
        datetime(2019, 1, 1, 2),
    ]


@pytest.mark.parametrize(
    ("column", "physical"),
    [
        ("passenger_count", pa.uint8()),
        ("PULocationID", pa.uint16()),
        ("VendorID", pa.uint32()),
        ("VendorID", pa.uint64()),
        ("RatecodeID", pa.float32()),
        ("payment_type", pa.decimal128(12, 0)),
        ("total_amount", pa.decimal128(9, 2)),
        ("total_amount", pa.decimal64(12, 4)),
        ("tip_amount", pa.float32()),
        ("store_and_fwd_flag", pa.large_string()),
        ("store_and_fwd_flag", pa.string_view()),
        ("store_and_fwd_flag", pa.binary()),
        ("store_and_fwd_flag", pa.dictionary(pa.int8(), pa.string())),
    ],
    ids=str,
)
def test_a_column_of_a_type_that_holds_it_lands(shop, column, physical):
    write_parquet(
        shop.files, GREEN, retyped(column, physical, table_of(GREEN, trips()))
    )
    with workshop() as plain:
        write_parquet(plain.files, GREEN, trips())
        plain.land()
        expected = plain.table("green_trips")
    shop.land()
    assert shop.table("green_trips").equals(expected), shop.said
    (row,) = shop.table("source_files").to_pylist()
    assert row["total_amount_cents"] == 6150


def test_a_flag_that_is_true_or_false_lands(shop):
    flags = pa.array([True, False, None, True, False])
    table = table_of(GREEN, trips())
    place = table.schema.get_field_index("store_and_fwd_flag")
    write_parquet(
        shop.files, GREEN, table.set_column(place, "store_and_fwd_flag", flags)
    )
    shop.land()
    landed = shop.table("green_trips")["store_and_fwd_flag"].to_pylist()
    assert landed == ["Y", "N", None, "Y", "N"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_duckdb_makes_of_a_month_lands(shop, form):
    text = shop.root / "plain.csv"
    text.write_text(whole())
    with duckdb.connect() as engine:
        path = shop.files / f"{CSV.stem}.{form}"
        engine.sql(f"copy (from read_csv('{text}')) to '{path}' (format {form})")
    assert shop.land().refused_count == 0, shop.said
    with workshop() as plain:
        land_text(plain, whole())
        of_source = ["source_file"]
        landed, expected = (one.table("green_trips") for one in (shop, plain))
        assert landed.drop(of_source).equals(expected.drop(of_source))


# The index of a table of pandas.


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "__index_level_0__", "index"])
def test_an_index_is_left_out_in_words_that_a_person_understands(shop, name):
    lines = whole().splitlines()
    text = "".join(
        f"{name if number == 0 else number - 1},{line}\n"
        for number, line in enumerate(lines)
    )
    said = land_text(shop, text)
    told = name or "column 1 without a name"
    assert f"left out, as pandas writes its index so: {told}" in said
    assert "warning" not in said
    assert shop.table("green_trips")["total_amount"].to_pylist()[0] == Decimal("10.30")


def test_columns_without_a_name_are_not_one_column_twice(shop):
    lines = whole().splitlines()
    text = "".join(
        f"{number},{line},{number}\n" if number else f",{line},\n"
        for number, line in enumerate(lines)
    )
    said = land_text(shop, text)
    assert "index so: column 1 without a name, column 22 without a name" in said
    assert shop.table("green_trips").num_rows == 5


def test_an_index_in_a_parquet_is_left_out(shop):
    table = table_of(GREEN, trips())
    index = pa.array(range(5))
    for name in ("__index_level_0__", "", "Unnamed: 0"):
        table = table.append_column(name, index)
    write_parquet(shop.files, GREEN, table)
    shop.land()
    names = "__index_level_0__, column 22 without a name, Unnamed: 0"
    assert f"left out, as pandas writes its index so: {names}" in shop.said
    (row,) = shop.table("source_files").to_pylist()
    assert row["unknown_columns"] == "[]"


# Headers, delimiters and encodings.


def test_a_file_without_its_header_is_refused(shop):
    for era in (*CSV_ERAS.values(), *OLD_CSV_ERAS.values()):
        with workshop() as one:
            rows = old_trips(era) if era in OLD_CSV_ERAS.values() else trips(era.month)
            records = csv_text(era, rows).partition("\r\n")[2]
            land_text(one, records, 100, era)
            assert_refused(one, "has no header line, but begins with '", "TLC's column")


def test_a_header_of_numbers_is_none(shop):
    header = ",".join(str(number) for number in range(20))
    land_text(shop, f"{header}\r\n{whole().partition(chr(10))[2]}")
    assert_refused(shop, "has no header line")


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
@pytest.mark.parametrize("is_zipped", [False, True])
def test_fields_that_others_than_commas_part_land(shop, delimiter, name, is_zipped):
    data = whole().replace(",", delimiter).encode()
    path = shop.files / f"{CSV.stem}.csv{'.gz' if is_zipped else ''}"
    path.write_bytes(gzip.compress(data) if is_zipped else data)
    shop.land()
    assert f"{name} between fields instead of commas" in shop.said
    assert shop.table("source_files")["total_amount_cents"].to_pylist() == [6150]


def test_a_decimal_comma_is_refused_and_named(shop):
    text = whole().replace(",", ";").replace("10.3", "10,3")
    land_text(shop, text)
    assert_refused(shop, "column total_amount, row 0: '10,3' is written with a comma")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", "is a text in UTF-16; save it as CSV in UTF-8"),
        ("utf-16-le", "no text"),
    ],
)
def test_another_encoding_is_named(shop, encoding, text):
    (shop.files / f"{CSV.stem}.csv").write_bytes(whole().encode(encoding))
    shop.land()
    assert_refused(shop, text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_end_of_line_and_a_byte_order_mark_land(shop, end, mark):
    path = shop.files / f"{CSV.stem}.csv"
    path.write_bytes((mark + whole().replace("\r\n", end)).encode())
    shop.land()
    assert shop.table("source_files")["total_amount_cents"].to_pylist() == [6150]


# Rows that are broken.


def test_the_broken_row_of_a_report_is_set_aside(shop, shared_data):
    folder = shared_data / "faults" / "surplus_fields"
    shop.land(folder, max_bad_values=1)
    assert "1 rows set aside whole, the first is row 4" in shop.said
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
