"""Files that people have: the job reads them as landing does, or says the same."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

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
PICKUP = "lpep_pickup_datetime"


def as_(physical: pa.DataType, *columns: str) -> pa.Table:
    """Trips as of 2020 with some columns in another type."""
    table = table_of(GREEN, trips())
    for column in columns:
        place = table.schema.get_field_index(column)
        table = table.set_column(place, column, table[column].cast(physical))
    return table


@pytest.mark.parametrize("engine", ["sql", "dataframe", "rdd"])
@pytest.mark.parametrize(
    "name",
    ["unsigned", "fractions_of_a_second", "index_column", "semicolon", "meter_error"],
)
def test_a_file_of_a_report_counts_whole(jobs, shared_data, name, engine):
    folder = shared_data / "faults" / name
    (path,) = folder.iterdir()
    if path.suffix == ".parquet":
        given = pq.read_table(path)["total_amount"].to_pandas()
    else:
        given = pd.read_csv(path, sep=None, engine="python")["total_amount"]
    _, account = jobs.run(folder, engine=engine, has_review=False)
    assert account == {None: (len(given), Decimal(f"{given.sum():.2f}"))}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("int96_from_spark", f"column {PICKUP} is int96, and a timestamp without zone"),
        ("no_header", "has no header line, but begins with '1,2019-01-15 03:36:12,"),
        (
            "surplus_fields",
            "a record has more or fewer fields than the header's 18: VTS,2010-01-09 ",
        ),
    ],
)
def test_a_file_of_a_report_is_refused(jobs, shared_data, name, text):
    folder = shared_data / "faults" / name
    (path,) = folder.iterdir()
    said = jobs.refusal(folder)
    assert said.startswith(f"{path.name}: {text}")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("physical", "columns"),
    [
        (pa.uint8(), ["PULocationID"]),
        (pa.uint16(), ["PULocationID"]),
        (pa.uint32(), ["PULocationID"]),
        (pa.uint64(), ["PULocationID"]),
        (pa.float32(), ["PULocationID", "tip_amount"]),
        (pa.decimal128(9, 2), ["total_amount", "fare_amount"]),
        (pa.decimal128(30, 2), ["PULocationID", "total_amount"]),
        (pa.timestamp("ms"), [PICKUP]),
        (pa.timestamp("ns"), [PICKUP]),
        # Nulls throughout, as DuckDB writes them.
        (pa.string(), ["ehail_fee"]),
    ],
    ids=str,
)
def test_a_column_of_a_type_that_holds_it_counts(jobs, folder, physical, columns):
    write_parquet(folder, GREEN, trips())
    expected = jobs.run(folder)
    write_parquet(folder, GREEN, as_(physical, *columns))
    assert jobs.run(folder) == expected


@pytest.mark.parametrize(
    ("physical", "column", "value", "text"),
    [
        (pa.uint64(), "PULocationID", 2**64 - 1, "is not a whole number"),
        (pa.float32(), "total_amount", 153.35, "is not a number of two decimals"),
        (pa.timestamp("ns"), PICKUP, 1_606_780_800_000_000_001, "to the microsecond"),
    ],
    ids=str,
)
def test_a_value_that_its_type_does_not_hold_exactly_is_refused(
    jobs, folder, physical, column, value, text
):
    table = as_(physical, column)
    values = pa.array([value] * 5, None if column == PICKUP else physical)
    place = table.schema.get_field_index(column)
    table = table.set_column(place, column, values.cast(physical))
    write_parquet(folder, GREEN, table)
    said = jobs.refusal(folder)
    assert said.startswith(f"{GREEN.stem}.parquet: column {column}: '")
    assert text in said


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_an_instant_is_refused(jobs, folder, unit):
    write_parquet(folder, GREEN, as_(pa.timestamp(unit, "UTC"), PICKUP))
    said = jobs.refusal(folder)
    assert f"column {PICKUP} is int64 TIMESTAMP(" in said
    assert said.endswith(
        "an instant does not tell New York's wall clock: write it without zone"
    )


def test_moments_of_several_forms_count(jobs, folder):
    write_csv(folder, CSV, trips("2019-01"))
    expected = jobs.run(folder, by="hour")
    forms = ["T00:00", " 01:00:00.5", "T02:00:00.000", " 03:00:00.123456000"]
    text = csv_text(CSV, trips("2019-01"))
    for hour, form in enumerate(forms):
        text = text.replace(f"2019-01-01 0{hour}:00:00", f"2019-01-01{form}")
    write_csv(folder, CSV, text)
    assert jobs.run(folder, by="hour") == expected


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_fields_that_others_than_commas_part_count(jobs, folder, delimiter):
    write_csv(folder, CSV, trips("2019-01"))
    expected = jobs.run(folder)
    text = csv_text(CSV, trips("2019-01")).replace(",", delimiter)
    write_csv(folder, CSV, text)
    assert jobs.run(folder) == expected
    write_csv(folder, CSV, text.replace("10.3", "10,3"))
    said = jobs.refusal(folder)
    assert "column total_amount: '10,3' is written with a comma" in said


def test_columns_without_a_name_do_not_shift_the_others(jobs, folder):
    write_csv(folder, CSV, trips("2019-01"))
    expected = jobs.run(folder)
    lines = csv_text(CSV, trips("2019-01")).splitlines()
    text = "".join(
        f"{number},{number},{line}\n" if number else f",,{line}\n"
        for number, line in enumerate(lines)
    )
    write_csv(folder, CSV, text)
    assert jobs.run(folder) == expected


@pytest.mark.parametrize("engine", ["dataframe", "rdd"])
def test_a_broken_row_is_named_by_every_engine(jobs, folder, engine):
    lines = csv_text(CSV, trips("2019-01")).splitlines()
    lines[3] += ",9"
    write_csv(folder, CSV, "".join(f"{line}\n" for line in lines))
    text = f"a record has more or fewer fields than the header's 20: {lines[3]}"
    assert jobs.refusal(folder, engine=engine) == f"{CSV.stem}.csv: {text}"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", "is a text in UTF-16; save it as CSV in UTF-8"),
        ("utf-16-le", "no text"),
    ],
)
def test_another_encoding_is_named(jobs, folder, encoding, text):
    data = csv_text(CSV, trips("2019-01")).encode(encoding)
    (folder / f"{CSV.stem}.csv").write_bytes(data)
    assert text in jobs.refusal(folder)


@pytest.mark.parametrize("value", [15420004.5, float("inf")])
def test_a_meter_error_bars_no_trip(jobs, folder, value):
    write_parquet(folder, GREEN, trips())
    expected = jobs.run(folder)
    write_parquet(folder, GREEN, changed(trips(), 3, trip_distance=value))
    assert jobs.run(folder) == expected
