"""Files of every era land in the same columns."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    csv_text,
    table_of,
    trips,
    write_csv,
    write_parquet,
)

TYPES = {
    "VendorID": pa.int32(),
    "passenger_count": pa.int32(),
    "trip_distance": pa.decimal128(9, 2),
    "total_amount": pa.decimal128(9, 2),
    "cbd_congestion_fee": pa.decimal128(9, 2),
    "source_month": pa.date32(),
    "source_row_number": pa.int64(),
}


@pytest.mark.parametrize("name", PARQUET_ERAS)
def test_parquet_of_an_era_lands(landed, name):
    era = PARQUET_ERAS[name]
    write_parquet(landed.folder, era, trips(era.month))
    assert landed.ingest() == 0
    rows = landed.table(f"{era.service}_trips")
    for column, expected in TYPES.items():
        assert rows.schema.field(column).type == expected
    prefix = "lpep" if era.service == "green" else "tpep"
    assert rows.schema.field(f"{prefix}_pickup_datetime").type == pa.timestamp("us")
    first = rows.to_pylist()[0]
    assert first["total_amount"] == Decimal("10.30")
    assert first["trip_distance"] == Decimal("1.50")
    assert first["RatecodeID"] == 1
    assert first["store_and_fwd_flag"] == "N"
    assert first[f"{prefix}_pickup_datetime"] == datetime.fromisoformat(
        f"{era.month}-01"
    )
    assert first["source_month"] == date.fromisoformat(f"{era.month}-01")
    assert first["source_file"] == f"{era.stem}.parquet"
    assert rows["source_row_number"].to_pylist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", CSV_ERAS)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_csv_of_an_era_lands(landed, name, suffix):
    era = CSV_ERAS[name]
    surplus = 2 if "2016" in name else 0
    text = csv_text(era, trips(era.month), surplus)
    write_csv(landed.folder, era, text, f"{era.stem}{suffix}")
    assert landed.ingest() == 0
    rows = landed.table(f"{era.service}_trips")
    totals = [Decimal("10.30") + number for number in range(5)]
    assert rows["total_amount"].to_pylist() == totals
    assert rows["PULocationID"].to_pylist() == [1, 2, 3, 4, 5]


def test_both_trip_tables_are_made_whatever_lands(landed):
    write_parquet(landed.folder, PARQUET_ERAS["green 2020"], trips())
    assert landed.ingest() == 0
    assert landed.table("yellow_trips").num_rows == 0


def test_old_names_are_matched_in_any_case_and_order(landed):
    era = PARQUET_ERAS["green 2020"]
    table = table_of(era, trips())
    names = {
        "RatecodeID": "RateCodeID",
        "lpep_dropoff_datetime": "Lpep_dropoff_datetime",
        "trip_type": "Trip_type ",
    }
    table = table.rename_columns([names.get(n, n) for n in table.column_names])
    table = table.select(table.column_names[::-1])
    write_parquet(landed.folder, era, table)
    assert landed.ingest() == 0
    assert landed.column("green_trips", "trip_type") == [1] * 5
    assert landed.column("green_trips", "RatecodeID") == [1] * 5
    assert "'Trip_type ' as trip_type" in landed.source_file()["adaptations"]


def test_an_order_of_columns_of_its_own_changes_nothing(landed, tmp_path):
    era = PARQUET_ERAS["yellow 2023-02"]
    table = table_of(era, trips(era.month))
    write_parquet(landed.folder, era, table)
    landed.ingest()
    before = landed.table("yellow_trips")
    write_parquet(landed.folder, era, table.select(sorted(table.column_names)))
    landed.ingest()
    assert "replaced" in landed.out
    assert landed.table("yellow_trips").equals(before)


def test_a_column_nobody_knows_is_told_and_recorded(landed):
    era = PARQUET_ERAS["green 2020"]
    table = table_of(era, trips()).append_column("mood", pa.array(["sad"] * 5))
    write_parquet(landed.folder, era, table)
    assert landed.ingest() == 0
    assert "not landed: mood" in landed.out
    assert landed.source_file()["unknown_columns"] == '["mood"]'


def test_columns_are_recorded_as_the_file_has_them(landed):
    write_parquet(landed.folder, PARQUET_ERAS["green 2020"], trips())
    landed.ingest()
    columns = landed.source_file()["columns"]
    assert '{"name": "RatecodeID", "type": "double"}' in columns
    assert '{"name": "ehail_fee", "type": "null"}' in columns


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\r\n", "\n\r\n"),
        ("\r\n", "\r\n\r\n\n"),
        ("VendorID,", "\ufeffVendorID,"),
        (",", ", "),
        ("VendorID,", '"VendorID",'),
    ],
    ids=["empty line", "empty lines", "byte order mark", "spaces", "quotes"],
)
def test_a_header_with_quirks_is_read(landed, old, new):
    era = CSV_ERAS["green 2019"]
    header, _, records = csv_text(era, trips(era.month)).partition("\r\n")
    write_csv(landed.folder, era, f"{header}\r\n".replace(old, new) + records)
    assert landed.ingest() == 0
    assert landed.column("green_trips", "VendorID") == [1, 2, 1, 2, 1]


def test_empty_lines_and_quotes_count_for_nothing(landed):
    era = CSV_ERAS["green 2019"]
    text = (
        csv_text(era, trips(era.month))
        .replace("\r\n", "\r\n\r\n")
        .replace(",N,", ',"N",')
    )
    write_csv(landed.folder, era, text)
    assert landed.ingest() == 0
    assert landed.column("green_trips", "store_and_fwd_flag") == ["N"] * 5
    assert landed.column("green_trips", "source_row_number") == [0, 1, 2, 3, 4]
