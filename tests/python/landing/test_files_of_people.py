"""Files that other tools wrote."""

import gzip
from datetime import datetime
from decimal import Decimal

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from files_of_people import CSV, assert_refused, land_text, whole
from landings import workshop
from old_files import OLD_CSV_ERAS, old_trips
from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    csv_text,
    table_of,
    trips,
    write_parquet,
)

GREEN = PARQUET_ERAS["green 2020"]
PICKUP = "lpep_pickup_datetime"


@pytest.fixture
def shop():
    with workshop() as one:
        yield one


def retyped(column: str, physical: pa.DataType, table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index(column)
    return table.set_column(place, column, table[column].cast(physical))


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
