"""A file that cannot be trusted is refused in one line that says why."""

import gzip
import os

import pyarrow as pa
import pytest

from taxi.landing.layouts import match
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

GREEN = PARQUET_ERAS["green 2020"]
CSV = CSV_ERAS["green 2019"]
NAME = "green_tripdata_2020-12.parquet"
CSV_NAME = "green_tripdata_2019-01.csv"


def assert_refused(landed, text: str, *options: str) -> None:
    """The run refuses its only file in one line with this text, and lands nothing."""
    assert landed.ingest(*options) == 1
    lines = landed.err.splitlines()
    assert len(lines) == 1, landed.err
    assert lines[0].startswith("refused ")
    assert text in lines[0]
    assert "1 refused" in landed.out
    for table in ("green_trips", "yellow_trips", "source_files", "landings"):
        assert landed.table(table).num_rows == 0
        assert landed.snapshot_ids(table) == []
    left = [p for p in landed.lake.root.rglob("*.parquet") if p.is_file()]
    assert left == []
    assert list((landed.lake.root / "staging").glob("*")) == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("total_amount", 1.005, "'1.005' is not a number of two decimals"),
        ("fare_amount", 1e7, "'10000000' is not a number of two decimals"),
        ("tip_amount", float("inf"), "'inf' is not a number of two decimals"),
        ("trip_distance", 0.123, "'0.123' is not a number of two decimals"),
        ("passenger_count", 1.5, "'1.5' is not a whole number"),
        ("VendorID", 2**40, f"'{2**40}' is not a whole number"),
    ],
)
def test_value_of_a_parquet_that_does_not_fit(landed, column, value, text):
    write_parquet(landed.folder, GREEN, changed(trips(), 3, **{column: value}))
    assert_refused(landed, f"{NAME}: column {column}, row 3: {text}")


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("total_amount", "much", "'much' is not a number of two decimals"),
        ("extra", "nan", "'nan' is not a number of two decimals"),
        ("PULocationID", "1.5", "'1.5' is not a whole number"),
        ("lpep_pickup_datetime", "2019-02-30 00:00:00", "is not a moment written"),
    ],
)
def test_value_of_a_csv_that_does_not_fit(landed, column, value, text):
    rows = changed(trips("2019-01"), 2, **{column: value})
    write_csv(landed.folder, CSV, csv_text(CSV, rows).replace("\r\n", "\r\n\r\n"))
    assert_refused(landed, f"{CSV_NAME}: column {column}, row 2: {value!r} ")
    assert text in landed.err


def test_row_is_the_files_own_also_in_a_later_batch(landed, monkeypatch):
    monkeypatch.setattr("taxi.landing.parquet_source.BATCH_ROWS", 2)
    rows = changed(trips(count=7), 5, extra=0.001)
    write_parquet(landed.folder, GREEN, changed(rows, 6, VendorID=2**40))
    assert_refused(landed, "2 values do not fit; first column extra, row 5: '0.001'")


@pytest.mark.parametrize("column", ["total_amount", "PULocationID", "VendorID"])
def test_required_column_is_missing(landed, column):
    table = table_of(GREEN, trips()).drop_columns([column])
    write_parquet(landed.folder, GREEN, table)
    assert_refused(landed, f"required column {column} is missing")


def test_file_of_the_other_service(landed):
    write_parquet(landed.folder, PARQUET_ERAS["yellow 2020"], trips(), NAME)
    assert_refused(
        landed, "required column lpep_pickup_datetime, lpep_dropoff_datetime"
    )


def test_column_that_occurs_twice(landed):
    table = table_of(GREEN, trips())
    table = table.append_column("vendorid ", table["VendorID"])
    write_parquet(landed.folder, GREEN, table)
    assert_refused(landed, "column vendorid occurs 2 times")


@pytest.mark.parametrize(
    ("column", "physical", "text"),
    [
        (
            "lpep_pickup_datetime",
            pa.string(),
            "is string, and a timestamp without zone",
        ),
        (
            "lpep_dropoff_datetime",
            pa.timestamp("us", "UTC"),
            "is timestamp[us, tz=UTC]",
        ),
        ("total_amount", pa.string(), "is string, and an amount in US dollars"),
        ("VendorID", pa.string(), "is string, and a whole number"),
        ("store_and_fwd_flag", pa.int64(), "is int64, and a text"),
    ],
)
def test_column_of_another_type(landed, column, physical, text):
    table = table_of(GREEN, trips())
    place = table.schema.get_field_index(column)
    table = table.set_column(place, column, pa.nulls(5, physical))
    write_parquet(landed.folder, GREEN, table)
    assert_refused(landed, f"column {column} {text}")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (",1,1,0.0\r\n", ",1,1\r\n", "row 0 has 19 fields, not 20"),
        ("2,2019-01-01 01", "2,0,2019-01-01 01", "row 1 has 21 fields, not 20"),
        ("1,2019-01-01 02", "1,\xff2019-01-01 02", "row 2: "),
        ("1,2019-01-01 02", '1,"2019-01-01 02', "row 2 has 2 fields, not 20"),
    ],
    ids=["too few fields", "too many fields", "odd character", "open quote"],
)
def test_csv_record_that_is_not_one(landed, old, new, text):
    whole = csv_text(CSV, trips("2019-01"))
    assert old in whole
    write_csv(landed.folder, CSV, whole.replace(old, new, 1))
    assert_refused(landed, text)


def test_surplus_fields_must_be_empty(landed):
    text = csv_text(CSV, trips("2019-01"), surplus=2)
    lines = text.split("\r\n")
    lines[4] += "7"
    write_csv(landed.folder, CSV, "\r\n".join(lines))
    assert_refused(landed, "row 3 has more fields than the header's 20: '7'")


def test_csv_in_another_encoding(landed):
    data = csv_text(CSV, trips("2019-01")).replace(",N,", ",\xc4,").encode("latin-1")
    (landed.folder / CSV_NAME).write_bytes(data)
    assert_refused(landed, "is no CSV: its first lines are no text")


def test_bytes_that_are_no_text_far_into_a_csv(landed, monkeypatch):
    monkeypatch.setattr("taxi.landing.csv_source._HEAD", 400)
    data = csv_text(CSV, trips("2019-01", 20)).encode()
    cut = data.rfind(b",N,")
    (landed.folder / CSV_NAME).write_bytes(data[:cut] + b",\xc4," + data[cut + 3 :])
    assert_refused(landed, "row 19 holds bytes that are no text in UTF-8")


@pytest.mark.parametrize("name", [CSV_NAME, f"{CSV_NAME}.gz"])
@pytest.mark.parametrize("records", ["", "\r\n", "\r\n\r\n\n"])
def test_csv_without_records(landed, name, records):
    header = csv_text(CSV, []).strip()
    write_csv(landed.folder, CSV, f"{header}\r\n{records}", name)
    assert_refused(landed, "holds no trips")


def test_parquet_without_rows(landed):
    write_parquet(landed.folder, GREEN, [])
    assert_refused(landed, "holds no trips")


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.99])
def test_gzip_that_was_cut_short(landed, kept):
    data = gzip.compress(csv_text(CSV, trips("2019-01", 2_000)).encode())
    (landed.folder / f"{CSV_NAME}.gz").write_bytes(data[: int(len(data) * kept)])
    assert_refused(landed, "the gzip stream ends early: the download was cut short")


def test_csv_that_only_claims_to_be_gzip(landed):
    text = csv_text(CSV, trips("2019-01"))
    (landed.folder / f"{CSV_NAME}.gz").write_text(text)
    assert_refused(landed, "is not gzip")


def test_gzip_that_claims_to_be_plain(landed):
    text = csv_text(CSV, trips("2019-01"))
    (landed.folder / CSV_NAME).write_bytes(gzip.compress(text.encode()))
    assert_refused(landed, "is no CSV: its first lines are no text")


@pytest.mark.parametrize("kept", [3, 4, 9, 1_000])
def test_parquet_that_was_cut_short(landed, kept):
    path = write_parquet(landed.folder, GREEN, trips())
    path.write_bytes(path.read_bytes()[:kept])
    text = "is no parquet file" if kept < 4 else "no parquet footer: the download was"
    assert_refused(landed, text)


def test_parquet_that_is_a_web_page(landed):
    (landed.folder / NAME).write_text("<html>403 Forbidden</html>")
    assert_refused(landed, "is no parquet file")


def test_parquet_with_damaged_pages(landed):
    path = write_parquet(landed.folder, GREEN, trips(count=500))
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)
    assert_refused(landed, f"{NAME}: cannot be read")


def test_empty_file(landed):
    (landed.folder / NAME).touch()
    assert_refused(landed, "is empty")


def test_folder_named_like_a_file(landed):
    (landed.folder / NAME).mkdir()
    assert_refused(landed, "is a folder")


def test_links_in_a_circle_and_into_nothing(landed):
    (landed.folder / NAME).symlink_to(landed.folder / NAME)
    assert_refused(landed, "cannot be read: too many levels of symbolic links")
    (landed.folder / NAME).unlink()
    (landed.folder / NAME).symlink_to(landed.folder / "nothing")
    assert_refused(landed, "cannot be read: no such file")


def test_pipe_named_like_a_file(landed):
    os.mkfifo(landed.folder / NAME)
    assert_refused(landed, "is no ordinary file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_that_may_not_be_read(landed):
    write_parquet(landed.folder, GREEN, trips()).chmod(0)
    assert_refused(landed, "cannot be read: permission denied")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fhv_tripdata_2020-01.parquet", "fhv is a service this project does not read"),
        ("fhvhv_tripdata_2020-01.csv", "fhvhv is a service this project does not"),
        ("green_tripdata_2020-13.parquet", "there is no month 2020-13"),
    ],
)
def test_file_refused_by_its_name(landed, name, text):
    (landed.folder / name).write_text("whatever")
    assert_refused(landed, text)


def test_file_that_changes_while_it_is_read(landed, monkeypatch):
    path = write_parquet(landed.folder, GREEN, trips())

    def match_and_touch(*given):
        os.utime(path, (1, 1))
        return match(*given)

    monkeypatch.setattr("taxi.landing.land.match", match_and_touch)
    assert_refused(landed, "was changed while it was read")


def test_others_land_when_one_is_refused(landed):
    write_parquet(landed.folder, GREEN, trips())
    (landed.folder / "green_tripdata_2020-11.parquet").touch()
    assert landed.ingest() == 1
    assert "1 landed, 0 unchanged, 1 refused; landed 5 trips, 61.50" in landed.out
