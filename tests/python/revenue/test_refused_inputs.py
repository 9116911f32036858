"""What does not fit stops the job in one line that names it, and leaves no result."""

import gzip
from datetime import datetime

import pyarrow as pa
import pytest

from old_files import OLD_CSV_ERAS, old_trips
from revenue_jobs import read_result
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

GREEN, YELLOW = PARQUET_ERAS["green 2020"], PARQUET_ERAS["yellow 2020"]
CSV, SURPLUS = CSV_ERAS["green 2019"], CSV_ERAS["green 2016-07"]
POINTS = OLD_CSV_ERAS["yellow 2010"]
NAME, CSV_NAME = "green_tripdata_2020-12.parquet", "green_tripdata_2019-01.csv"
TWO_DECIMALS = "is not a number of two decimals below 10,000,000"
WHOLE = "is not a whole number of 32 bits"


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("total_amount", 1.005, f"'1.005' {TWO_DECIMALS}"),
        ("fare_amount", 1e7, f"'1.0E7' {TWO_DECIMALS}"),
        ("extra", -1e300, f"'-1.0E300' {TWO_DECIMALS}"),
        ("tip_amount", float("inf"), f"'Infinity' {TWO_DECIMALS}"),
        ("PULocationID", 2**31, f"'2147483648' {WHOLE}"),
        ("PULocationID", -(2**62), f"'{-(2**62)}' {WHOLE}"),
    ],
)
def test_value_of_a_parquet_that_does_not_fit(jobs, folder, column, value, text):
    write_parquet(folder, GREEN, changed(trips(), 3, **{column: value}))
    assert jobs.refusal(folder) == f"{NAME}: column {column}: {text}"


def test_time_of_a_parquet_that_does_not_fit(jobs, folder):
    table = table_of(GREEN, trips())
    name = "lpep_pickup_datetime"
    place = table.schema.get_field_index(name)
    times = pa.array([253_402_300_800_000_000] * 5).cast(pa.timestamp("us"))
    write_parquet(folder, GREEN, table.set_column(place, name, times))
    said = jobs.refusal(folder)
    assert said.startswith(f"{NAME}: column lpep_pickup_datetime: '")
    assert said.endswith("' is not a moment of the years 1 to 9999, to the microsecond")


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("total_amount", "much", TWO_DECIMALS),
        ("extra", "nan", TWO_DECIMALS),
        ("extra", "1e1", TWO_DECIMALS),
        ("PULocationID", "1.5", WHOLE),
        ("PULocationID", "0x1f", WHOLE),
        (
            "lpep_pickup_datetime",
            "2019-02-30 00:00:00",
            "is not a moment written YYYY-MM-DD HH:MM:SS",
        ),
        (
            "lpep_pickup_datetime",
            "0000-01-01 00:00:00",
            "is not a moment written YYYY-MM-DD HH:MM:SS",
        ),
        (
            "lpep_pickup_datetime",
            "2019-01-01T00:00:00Z",
            "is a moment with a zone, and New York's wall clock without one is wanted",
        ),
        (
            "lpep_pickup_datetime",
            "2019-01-01 00:00:00.0000001",
            "is finer than a microsecond",
        ),
    ],
)
def test_value_of_a_csv_that_does_not_fit(jobs, folder, column, value, text):
    write_csv(folder, CSV, changed(trips("2019-01"), 2, **{column: value}))
    assert jobs.refusal(folder) == f"{CSV_NAME}: column {column}: '{value}' {text}"


@pytest.mark.parametrize("engine", ["dataframe", "rdd"])
def test_other_engines_say_the_same(jobs, folder, engine):
    write_csv(folder, CSV, changed(trips("2019-01"), 2, total_amount="much"))
    said = jobs.refusal(folder, engine=engine)
    assert said == f"{CSV_NAME}: column total_amount: 'much' {TWO_DECIMALS}"


def test_longitude_that_is_no_number(jobs, folder):
    rows = changed(old_trips(POINTS), 3, pickup_longitude="west")
    write_csv(folder, POINTS, rows)
    assert jobs.refusal(folder) == (
        "yellow_tripdata_2010-01.csv: column pickup_longitude: 'west' "
        "is not a number of degrees"
    )


@pytest.mark.parametrize("by", ["month", "hour"])
def test_field_without_a_name_that_is_not_empty(jobs, folder, by):
    lines = csv_text(SURPLUS, trips("2016-07"), surplus=2).split("\r\n")
    lines[4] += "7"
    write_csv(folder, SURPLUS, "\r\n".join(lines))
    assert jobs.refusal(folder, by=by) == (
        f"{SURPLUS.stem}.csv: a record has more fields than the header's 19: 7"
    )


@pytest.mark.parametrize(
    ("old", "new", "record"),
    [
        (",1,1,0.0\r\n", ",1,1\r\n", "1,2019-01-01 00:00:00,"),
        ("2,2019-01-01 01", "2,0,2019-01-01 01", "2,0,2019-01-01 01:00:00,"),
    ],
    ids=["too few", "too many"],
)
@pytest.mark.parametrize("by", ["month", "hour"])
def test_record_with_another_number_of_fields(jobs, folder, by, old, new, record):
    whole = csv_text(CSV, trips("2019-01"))
    assert old in whole
    write_csv(folder, CSV, whole.replace(old, new, 1))
    assert jobs.refusal(folder, by=by).startswith(
        f"{CSV_NAME}: a record has more or fewer fields than the header's 20: {record}"
    )


def write(name: str, data: bytes = b""):
    """A case that writes one file as it is."""
    return lambda folder: (folder / name).write_bytes(data)


def without(column: str):
    table = table_of(GREEN, trips()).drop_columns([column])
    return lambda folder: write_parquet(folder, GREEN, table)


def doubled(folder) -> None:
    table = table_of(GREEN, trips())
    table = table.append_column("total_amount ", table["total_amount"])
    write_parquet(folder, GREEN, table)


def retyped(column: str, physical: pa.DataType):
    table = table_of(GREEN, trips())
    place = table.schema.get_field_index(column)
    table = table.set_column(place, column, pa.nulls(5, physical))
    return lambda folder: write_parquet(folder, GREEN, table)


def damaged(folder) -> None:
    path = write_parquet(folder, GREEN, trips(count=500))
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)


WHOLE_CSV = csv_text(CSV, trips("2019-01", 2_000)).encode()
WRONG_FILES = {
    "web page": (
        write(NAME, b"<html>403 Forbidden</html>"),
        f"{NAME}: no parquet footer: the download was cut short, or it is none",
    ),
    "empty file": (write(NAME), f"{NAME}: is empty: the download brought nothing"),
    "no rows": (
        lambda folder: write_parquet(folder, GREEN, []),
        f"{NAME}: holds no trips",
    ),
    "no records": (
        write(CSV_NAME, csv_text(CSV, []).encode()),
        f"{CSV_NAME}: holds no trips",
    ),
    "cut gzip": (
        write(f"{CSV_NAME}.gz", gzip.compress(WHOLE_CSV)[:9_000]),
        f"{CSV_NAME}.gz: the gzip stream ends early: the download was cut short",
    ),
    "no gzip": (write(f"{CSV_NAME}.gz", WHOLE_CSV), f"{CSV_NAME}.gz: "),
    "damaged": (damaged, f"{NAME}: cannot be read: "),
    "missing column": (
        without("total_amount"),
        f"{NAME}: required column total_amount is missing",
    ),
    "doubled column": (doubled, f"{NAME}: column total_amount occurs 2 times"),
    "other service": (
        lambda folder: write_parquet(folder, YELLOW, trips(), NAME),
        f"{NAME}: required column lpep_pickup_datetime, lpep_dropoff_datetime",
    ),
    "text for money": (
        retyped("tip_amount", pa.string()),
        f"{NAME}: column tip_amount is string, and an amount in US dollars is wanted",
    ),
    "time with a zone": (
        retyped("lpep_pickup_datetime", pa.timestamp("us", "UTC")),
        f"{NAME}: column lpep_pickup_datetime is int64 TIMESTAMP(MICROS,true), and a "
        "timestamp without zone is wanted; an instant does not tell New York's wall "
        "clock",
    ),
    "no such month": (
        write("green_tripdata_2020-13.parquet", b"x"),
        "green_tripdata_2020-13.parquet: there is no month 2020-13",
    ),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_file_that_is_none_of_tlc_s(jobs, folder, name):
    make, text = WRONG_FILES[name]
    make(folder)
    said = jobs.refusal(folder)
    assert said.startswith(text)
    assert "\n" not in said


@pytest.mark.parametrize(
    ("service", "name", "text"),
    [
        (
            "green",
            "green_tripdata_2020-12.text-timestamps.parquet",
            "column lpep_pickup_datetime is string, and a timestamp without zone is",
        ),
        (
            "yellow",
            "yellow_tripdata_2021-01.truncated.parquet",
            "no parquet footer: the download was cut short",
        ),
    ],
)
def test_bad_files_are_named(jobs, shared_data, tmp_path, service, name, text):
    path = shared_data / "bad" / name
    output = str(tmp_path / "result")
    said = jobs.ask({"inputs": {service: [str(path)]}, "output": output})
    assert said.startswith(f"{name}: {text}")


@pytest.mark.parametrize(
    ("service", "pattern", "text"),
    [
        ("green", "", "holds no files of green trips"),
        ("green", "nothing", "no such file or folder"),
        ("green", "nothing*.parquet", "no such file or folder"),
        (
            "green",
            "yellow_tripdata_2020-12.parquet",
            "is a file of yellow trips, not of",
        ),
        ("green", "yellow*", "holds no files of green trips"),
        ("yellow", "notes.txt", "is not named as TLC names files"),
        ("yellow", "yellow_tripdata_2020-12*", "are of the same month; name one"),
    ],
)
def test_input_that_is_not_to_be_read(jobs, folder, tmp_path, service, pattern, text):
    write_parquet(folder, YELLOW, trips())
    write_parquet(folder, YELLOW, trips(), "yellow_tripdata_2020-12[1].parquet")
    (folder / "notes.txt").write_text("read me")
    wishes = {"inputs": {service: [f"{folder}/{pattern}"]}, "output": f"{tmp_path}/out"}
    said = jobs.ask(wishes)
    assert f"{folder}/{pattern}".rstrip("/").partition("*")[0] in said
    assert text in said


def test_storage_without_a_connector(jobs, tmp_path):
    wishes = {"inputs": {"green": ["s3://bucket/folder"]}, "output": f"{tmp_path}/out"}
    said = jobs.ask(wishes)
    has_none = "Spark has no connector for s3:// on its classpath"
    assert said.startswith(f"s3://bucket/folder: {has_none}")


def test_names_with_signs_of_patterns_and_spaces_are_read(jobs, tmp_path):
    folder = tmp_path / "a [b] {c}"
    folder.mkdir()
    name = "green_tripdata_2020-12 (1) [x].parquet"
    write_parquet(folder, GREEN, trips(), name)
    rows, _ = jobs.run(folder)
    assert len(rows) == 5
    write_parquet(folder, GREEN, changed(trips(), 0, extra=0.001), name)
    assert jobs.refusal(folder).startswith(f"{name}: column extra: '0.001'")


def test_a_result_that_is_there_gives_way_only_as_wished(jobs, folder, tmp_path):
    write_parquet(folder, GREEN, trips())
    output = tmp_path / "result"
    wishes = jobs.wishes_of(folder, output=str(output))
    jobs.ask(wishes)
    first = read_result(output)
    assert jobs.ask(wishes) == f"{output} is there already; --overwrite replaces it"

    write_parquet(folder, GREEN, changed(trips(), 4, tip_amount=0.123))
    said = jobs.ask(wishes | {"is_replaced": True})
    assert said.startswith(f"{NAME}: column tip_amount")
    assert read_result(output) == first

    write_parquet(folder, GREEN, trips()[:2])
    jobs.ask(wishes | {"is_replaced": True})
    assert read_result(output) == first[:2]
    assert [one.name for one in tmp_path.iterdir() if one.name[0] == "_"] == []


def test_a_folder_of_others_is_not_replaced(jobs, folder, tmp_path):
    write_parquet(folder, GREEN, trips())
    wishes = jobs.wishes_of(folder, is_replaced=True)
    said = jobs.ask(wishes | {"output": str(folder)})
    assert said.startswith(f"{folder} is no result of this job, as it holds green_")
    assert (folder / NAME).exists()


def test_parquet_goes_before_csv_of_a_month(jobs, folder):
    era = CSV_ERAS["green 2019"]
    write_parquet(folder, GREEN, trips())
    write_csv(folder, era, trips("2020-12")[:2], "green_tripdata_2020-12.csv")
    rows, _ = jobs.run(folder)
    assert sum(row["trip_count"] for row in rows) == 5
    assert rows[0]["revenue_month"] == datetime(2020, 12, 1).date()
    said = jobs.errors().splitlines()[-1]
    assert said == f"passed over green_tripdata_2020-12.csv: {NAME} has the month"
