"""Real files of TLC land with the counts and sums that are known of them."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest

GREEN_ROWS = {
    "2020-11": 88_605,
    "2020-12": 83_130,
    "2021-01": 76_518,
    "2021-02": 64_572,
    "2022-01": 62_495,
    "2023-01": 68_211,
    "2023-02": 64_809,
    "2023-03": 72_044,
    "2024-01": 56_551,
}
GREEN_NEGATIVE_TOTALS = {
    "2020-11": 174,
    "2020-12": 182,
    "2021-01": 134,
    "2021-02": 111,
    "2022-01": 211,
}
GREEN_TOTALS = {
    "2022-01": Decimal("1093070.80"),
    "2023-01": Decimal("1486275.22"),
    "2023-02": Decimal("1418317.50"),
    "2023-03": Decimal("1606027.18"),
    "2024-01": Decimal("1266922.59"),
}


def test_green_months_land_with_their_counts_and_sums(landed, shared_data):
    assert landed.ingest(folder=shared_data / "tlc") == 0
    assert "9 landed, 0 unchanged, 1 passed over, 0 refused" in landed.out
    rows = landed.table("green_trips")
    sums = rows.group_by("source_month").aggregate(
        [("total_amount", "sum"), ("source_row_number", "count_distinct")]
    )
    by_month = {f"{row['source_month']:%Y-%m}": row for row in sums.to_pylist()}
    counts = {m: row["source_row_number_count_distinct"] for m, row in by_month.items()}
    assert counts == GREEN_ROWS
    for month, total in GREEN_TOTALS.items():
        assert by_month[month]["total_amount_sum"] == total
    for row in landed.table("source_files").to_pylist():
        month = rows.filter(pc.field("source_month") == row["source_month"])
        assert month.num_rows == row["row_count"]
        for name in ("fare_amount", "extra", "tip_amount", "total_amount"):
            cents = int((pc.sum(month[name]).as_py() or 0) * 100)
            assert row[f"{name}_cents"] == cents
    is_negative = pc.less(rows["total_amount"].cast(pa.float64()), 0)
    months = rows["source_month"].filter(is_negative).value_counts().to_pylist()
    negative = {f"{one['values']:%Y-%m}": one["counts"] for one in months}
    assert negative.items() >= GREEN_NEGATIVE_TOTALS.items()


def test_a_month_is_the_same_as_csv_and_as_parquet(landed, shared_data):
    tables = []
    for suffix in ("parquet", "csv.gz"):
        source = shared_data / "tlc" / f"green_tripdata_2020-12.{suffix}"
        (landed.folder / source.name).symlink_to(source)
        assert landed.ingest("--replace") == 0
        (landed.folder / source.name).unlink()
        tables.append(landed.table("green_trips").drop_columns(["source_file"]))
    parquet, csv = tables
    assert csv["VendorID"].null_count == 36_838
    assert parquet["VendorID"].null_count == 0
    assert csv.drop_columns(["VendorID"]).equals(parquet.drop_columns(["VendorID"]))


def test_yellow_samples_land(landed, shared_data):
    assert landed.ingest(folder=shared_data / "yellow_sample") == 0
    assert sorted(landed.column("source_files", "row_count")) == [5, *[10_000] * 7]
    cents = sum(landed.column("source_files", "total_amount_cents"))
    assert cents == int(sum(landed.column("yellow_trips", "total_amount")) * 100)


def test_bad_files_are_refused_by_name_column_and_fault(landed, shared_data):
    assert landed.ingest(folder=shared_data / "bad") == 1
    texts, truncated = landed.err.splitlines()
    assert "green_tripdata_2020-12.text-timestamps.parquet: " in texts
    assert "column lpep_pickup_datetime is large_string" in texts
    assert "yellow_tripdata_2021-01.truncated.parquet: no parquet footer" in truncated


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("yellow_tripdata_2009-01", "row 4 has 5 fields, not 18", 4),
        ("yellow_tripdata_2010-01", "row 4 has 5 fields, not 18", 4),
        ("yellow_tripdata_2014-01", "row 4 has 2 fields, not 18", 4),
        ("yellow_tripdata_2015-01", "row 4 has 11 fields, not 19", 4),
        ("yellow_tripdata_2015-07", "row 4 has 10 fields, not 19", 4),
        ("yellow_tripdata_2016-07", "row 9 has 2 fields, not 19", 9),
        ("yellow_tripdata_2017-01", "row 9 has 2 fields, not 17", 9),
        ("yellow_tripdata_2019-01", "row 8 has 6 fields, not 18", 8),
        ("green_tripdata_2013-08", "row 7 has 21 fields, not 22", 7),
        ("green_tripdata_2015-01", "row 4 has 7 fields, not 23", 4),
        ("green_tripdata_2015-07", "row 4 has 7 fields, not 21", 4),
        ("green_tripdata_2016-01", "row 4 has 7 fields, not 21", 4),
        ("green_tripdata_2016-07", "row 8 has 2 fields, not 21", 8),
        ("green_tripdata_2017-01", "row 8 has 3 fields, not 19", 8),
        ("green_tripdata_2019-01", "row 8 has 2 fields, not 20", 8),
    ],
)
def test_heads_of_csv_eras(landed, shared_data, name, text, rows):
    """They end in the middle of a row, and land without that row."""
    head = shared_data / "csv_heads" / f"{name}.csv"
    (landed.folder / head.name).write_bytes(head.read_bytes())
    assert landed.ingest() == 1
    assert f"{head.name}: {text}" in landed.err
    whole = head.read_bytes()
    (landed.folder / head.name).write_bytes(whole[: whole.rfind(b"\n") + 1])
    assert landed.ingest() == 0
    assert landed.source_file()["row_count"] == rows
    assert landed.source_file()["unknown_columns"] == "[]"
    service, _, month = name.split("_")
    derived = landed.column(f"{service}_trips", "is_zone_derived")
    assert set(derived) == {month < "2016-07"}


# The first rows: vendor, rate, flag, payment, fare, extra, total; then the zones, which
# a map shows to be right.
FIRST_ROWS = {
    "yellow_tripdata_2009-01": ((2, None, None, 2, "8.90", "0.50", "9.40"), (148, 33)),
    "yellow_tripdata_2010-01": ((2, 1, None, 2, "4.50", "0.00", "5.00"), (141, 237)),
    "yellow_tripdata_2014-01": ((1, 1, "N", 1, "6.50", "0.50", "8.90"), (234, 107)),
    "yellow_tripdata_2015-01": ((2, 1, "N", 1, "12.00", "1.00", "17.05"), (186, 170)),
    "yellow_tripdata_2015-07": ((1, 1, "N", 2, "14.00", "0.50", "15.30"), (186, 238)),
    "green_tripdata_2013-08": ((2, 1, "N", 2, "21.25", "0.00", "21.25"), (264, 264)),
    "green_tripdata_2015-01": ((2, 1, "N", 2, "5.00", "0.50", "6.30"), (7, 7)),
    "green_tripdata_2016-01": ((2, 1, "N", 1, "8.00", "0.50", "11.16"), (61, 37)),
}


@pytest.mark.parametrize("name", FIRST_ROWS)
def test_first_rows_of_the_heads_of_old_eras(landed, shared_data, name):
    head = (shared_data / "csv_heads" / f"{name}.csv").read_bytes()
    (landed.folder / f"{name}.csv").write_bytes(head[: head.rfind(b"\n") + 1])
    assert landed.ingest() == 0
    row = landed.table(f"{name.split('_')[0]}_trips").to_pylist()[0]
    codes = ("VendorID", "RatecodeID", "store_and_fwd_flag", "payment_type")
    amounts = ("fare_amount", "extra", "total_amount")
    shown = [*(row[code] for code in codes), *(str(row[name]) for name in amounts)]
    values, zones = FIRST_ROWS[name]
    assert tuple(shown) == values
    assert (row["PULocationID"], row["DOLocationID"]) == zones
