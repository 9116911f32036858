"""Files that tell points instead of zones land with zones that were derived."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from old_files import OLD_CSV_ERAS, OLD_PARQUET_ERAS, POINTS, old_trips
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

ZONES = list(POINTS.values())
OF_2009 = OLD_PARQUET_ERAS["yellow 2009"]
OF_2010 = OLD_PARQUET_ERAS["yellow 2010"]
CSV_2010 = OLD_CSV_ERAS["yellow 2010"]
NAN, INFINITE = float("nan"), float("inf")


def assert_landed(landed, era) -> None:
    rows = landed.table(f"{era.service}_trips").to_pylist()
    prefix = "lpep" if era.service == "green" else "tpep"
    assert [row["PULocationID"] for row in rows] == ZONES
    assert [row["DOLocationID"] for row in rows] == ZONES[1:] + ZONES[:1]
    assert {row["is_zone_derived"] for row in rows} == {True}
    assert [row["VendorID"] for row in rows] == [1, 2, 1, 2, 1]
    assert {row["payment_type"] for row in rows} == {2 if era.has_texts else 1}
    assert {row["RatecodeID"] for row in rows} == {1}
    assert {row["store_and_fwd_flag"] for row in rows} == {"N"}
    assert {row["extra"] for row in rows} == {Decimal("0.50")}
    totals = [Decimal("10.30") + number for number in range(5)]
    assert [row["total_amount"] for row in rows] == totals
    first = datetime.fromisoformat(f"{era.month}-01")
    assert rows[0][f"{prefix}_pickup_datetime"] == first
    assert rows[0][f"{prefix}_dropoff_datetime"] == first.replace(minute=10, second=5)
    adaptations = landed.source_file()["adaptations"]
    assert "zones derived from coordinates, which are not landed: " in adaptations
    assert "2 points without a zone as 264 in PULocationID" in adaptations
    assert landed.source_file()["unknown_columns"] == "[]"
    assert landed.err == ""


@pytest.mark.parametrize("name", OLD_PARQUET_ERAS)
def test_parquet_of_an_old_era_lands(landed, name):
    era = OLD_PARQUET_ERAS[name]
    write_parquet(landed.folder, era, old_trips(era))
    assert landed.ingest() == 0
    assert_landed(landed, era)


@pytest.mark.parametrize("name", OLD_CSV_ERAS)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_csv_of_an_old_era_lands(landed, name, suffix):
    era = OLD_CSV_ERAS[name]
    text = csv_text(era, old_trips(era), era.surplus_fields)
    write_csv(landed.folder, era, text, f"{era.stem}{suffix}")
    assert landed.ingest() == 0
    assert_landed(landed, era)


def test_zones_of_other_files_are_not_derived(landed):
    write_parquet(landed.folder, PARQUET_ERAS["green 2020"], trips())
    write_csv(landed.folder, CSV_ERAS["yellow 2019"], trips("2019-01"))
    landed.ingest()
    for table in ("green_trips", "yellow_trips"):
        assert set(landed.column(table, "is_zone_derived")) == {False}
        assert landed.column(table, "PULocationID") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "point",
    [(None, 40.75), (-73.98, None), (NAN, NAN), (-73.98, INFINITE), (-740.0, 407.5)],
)
def test_a_point_that_is_nowhere_is_in_the_unknown_zone(landed, point):
    write_parquet(landed.folder, OF_2009, old_trips(OF_2009, [point, (-73.98, 40.75)]))
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "PULocationID") == [264, 170]
    assert landed.column("yellow_trips", "DOLocationID") == [170, 264]


def test_points_without_a_type_are_in_the_unknown_zone(landed):
    table = table_of(OF_2010, old_trips(OF_2010))
    place = table.schema.get_field_index("pickup_latitude")
    table = table.set_column(place, "pickup_latitude", pa.nulls(5))
    write_parquet(landed.folder, OF_2010, table)
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "PULocationID") == [264] * 5
    assert landed.column("yellow_trips", "DOLocationID") == ZONES[1:] + ZONES[:1]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("-73.979999999999997", 170),
        ("-7.398e1", 170),
        ("-7398E-2", 170),
        ("", 264),
        ("0", 264),
        ("NaN", 264),
        ("1" * 400, 264),
        ("1e999", 264),
    ],
)
def test_ways_to_write_a_longitude(landed, text, zone):
    write_csv(landed.folder, CSV_2010, old_trips(CSV_2010, [(text, 40.75)]))
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "PULocationID") == [zone]


@pytest.mark.parametrize(
    "text", ["west", "-73,98", "0x49", "inf", "-73.98W", "1e", "-"]
)
def test_a_longitude_that_is_no_number_refuses_the_file(landed, text):
    rows = changed(old_trips(CSV_2010), 3, pickup_longitude=f'"{text}"')
    write_csv(landed.folder, CSV_2010, rows)
    assert landed.ingest() == 1
    fault = f"column PULocationID, row 3: '{text}' is not a number of degrees"
    assert landed.err.endswith(f"{fault}\n")
    assert landed.ingest("--max-bad-values", "1") == 0
    zones = landed.column("yellow_trips", "PULocationID")
    assert zones == [*ZONES[:3], None, ZONES[4]]
    (value,) = landed.table("unreadable_values").to_pylist()
    assert (value["column_name"], value["value_text"]) == ("PULocationID", text)


@pytest.mark.parametrize("era", [OF_2009, OF_2010], ids=["2009", "2010"])
def test_texts_of_payment_stand_for_the_codes_of_today(landed, era):
    texts = {"Credit": 1, "CREDIT": 1, "Cre": 1, "CRD": 1, "CASH": 2, "Cas": 2}
    texts |= {"CSH ": 2, "No Charge": 3, "No ": 3, "NOC": 3, "Dispute": 4, "DIS": 4}
    texts |= {"UNK": 5, "Unknown": 5, "NA ": 5, "": None, "2": 2}
    column = "Payment_Type" if era is OF_2009 else "payment_type"
    rows = [old_trips(era)[0] | {column: text} for text in texts]
    write_parquet(landed.folder, era, rows)
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "payment_type") == list(texts.values())


def test_a_vendor_without_a_code_is_null_and_told(landed):
    names = ["DDS", "CMT", "dds ", "VTS"]
    rows = [old_trips(OF_2009)[0] | {"vendor_name": name} for name in names]
    write_parquet(landed.folder, OF_2009, rows)
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "VendorID") == [None, 1, None, 2]
    assert "            2 DDS of VendorID as null\n" in landed.out


def test_flags_of_2009_are_numbers(landed):
    rows = [
        old_trips(OF_2009)[0] | {"store_and_forward": flag}
        for flag in (0, 1, None, NAN)
    ]
    write_parquet(landed.folder, OF_2009, rows)
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "store_and_fwd_flag") == ["N", "Y", None, None]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        (
            "payment_type",
            "BARTER",
            "column payment_type, row 1: 'BARTER' is",
        ),
        ("vendor_id", "ACME", "column VendorID, row 1: 'ACME' is"),
        ("rate_code", "JFK", "column RatecodeID, row 1: 'JFK' is"),
        (
            "pickup_datetime",
            "noon",
            "column tpep_pickup_datetime, row 1: 'noon' is",
        ),
    ],
)
def test_a_text_that_nobody_knows_refuses_the_file(landed, column, text, reason):
    rows = changed(old_trips(OF_2010), 1, **{column: text})
    write_parquet(landed.folder, OF_2010, rows)
    assert landed.ingest() == 1
    assert reason in landed.err


@pytest.mark.parametrize(
    ("era", "column", "text"),
    [
        (OF_2009, "End_Lat", "end_lat (DOLocationID) is missing"),
        (OF_2009, "vendor_name", "vendor_name (VendorID) is missing"),
        (OF_2010, "pickup_longitude", "PULocationID, DOLocationID is missing"),
        (OF_2010, "surcharge", "surcharge (extra) is missing"),
    ],
)
def test_a_missing_column_is_named_as_the_file_would_have_it(landed, era, column, text):
    if column == "pickup_longitude":
        text = "required column VendorID, tpep_pickup_datetime"
    table = table_of(era, old_trips(era)).drop_columns([column])
    write_parquet(landed.folder, era, table)
    assert landed.ingest() == 1
    assert text in landed.err


def test_zones_go_before_points_that_a_file_has_besides(landed):
    era = PARQUET_ERAS["yellow 2011"]
    table = table_of(era, trips(era.month))
    for name in ("pickup_longitude", "pickup_latitude"):
        table = table.append_column(name, pa.array([1.0] * 5))
    write_parquet(landed.folder, era, table)
    assert landed.ingest() == 0
    assert landed.column("yellow_trips", "PULocationID") == [1, 2, 3, 4, 5]
    assert set(landed.column("yellow_trips", "is_zone_derived")) == {False}
    assert "not landed: pickup_longitude, pickup_latitude" in landed.out


def test_zones_are_the_same_in_batches_of_any_size(landed, monkeypatch):
    points = [(-74.012 + n * 0.00048, 40.703 + n * 0.00072) for n in range(150)]
    write_parquet(landed.folder, OF_2010, old_trips(OF_2010, points))
    landed.ingest()
    before = landed.table("yellow_trips")
    assert len(set(before["PULocationID"].to_pylist())) == 20
    monkeypatch.setattr("taxi.landing.parquet_source.BATCH_ROWS", 7)
    monkeypatch.setattr("taxi.landing.land.LANDING_RULES_VERSION", 999)
    landed.ingest()
    assert "replaced" in landed.out
    assert landed.table("yellow_trips").equals(before)


def test_a_lake_of_before_gains_the_column(landed):
    write_parquet(landed.folder, PARQUET_ERAS["green 2020"], trips())
    landed.ingest()
    for service in ("green", "yellow"):
        table = landed.lake.open_catalog().load_table(f"tlc.{service}_trips")
        with table.update_schema() as update:
            update.delete_column("is_zone_derived")
    era = PARQUET_ERAS["green 2023-02"]
    write_parquet(landed.folder, era, trips(era.month))
    assert landed.ingest() == 0
    derived = landed.column("green_trips", "is_zone_derived")
    assert derived == [None] * 5 + [False] * 5
