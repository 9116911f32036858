"""The whole path over real files, against the figures that are known of them."""

from datetime import date
from decimal import Decimal

from test_marts import assert_marts_equal_files

# Rows of each complete month, and the sum of its totals where that is known, as the
# README beside the files lists them.
GREEN = {
    date(2020, 11, 1): (88_605, None),
    date(2020, 12, 1): (83_130, None),
    date(2021, 1, 1): (76_518, None),
    date(2021, 2, 1): (64_572, None),
    date(2022, 1, 1): (62_495, Decimal("1093070.80")),
    date(2023, 1, 1): (68_211, Decimal("1486275.22")),
    date(2023, 2, 1): (64_809, Decimal("1418317.50")),
    date(2023, 3, 1): (72_044, Decimal("1606027.18")),
    date(2024, 1, 1): (56_551, Decimal("1266922.59")),
}


def test_the_ledger_has_the_known_figures(shared):
    months = shared.rows("marts", "fct_source_months")
    green = {r["source_month"]: r for r in months if r["service_type"] == "green"}
    assert green.keys() == GREEN.keys()
    for month, (row_count, total) in GREEN.items():
        row = green[month]
        assert row["file_row_count"] == row["landed_row_count"] == row_count
        assert row["kept_trip_count"] + row["set_aside_row_count"] == row_count
        assert row["row_difference"] == 0
        if total is not None:
            assert row["file_total_amount"] == row["landed_total_amount"] == total
            assert row["kept_total_amount"] + row["set_aside_total_amount"] == total
    yellow = [row for row in months if row["service_type"] == "yellow"]
    assert len(yellow) == 8
    assert sum(row["landed_row_count"] for row in yellow) == 7 * 10_000 + 5


def test_parquet_stands_for_the_month_that_has_both(shared):
    (both,) = (
        row
        for row in shared.rows("marts", "fct_source_months")
        if row["source_month"] == date(2020, 12, 1) and row["service_type"] == "green"
    )
    assert both["source_file"] == "green_tripdata_2020-12.parquet"


def test_the_marts_equal_the_files(shared, shared_data):
    files = [
        file
        for folder in ("tlc", "yellow_sample")
        for file in sorted((shared_data / folder).iterdir())
        # Its month is that of the parquet beside it.
        if file.name != "green_tripdata_2020-12.csv.gz"
    ]
    assert len(files) == 17
    assert_marts_equal_files(shared, files)


def test_the_rates_of_the_rules_are_those_measured(shared):
    green = [
        row
        for row in shared.rows("marts", "fct_source_months")
        if row["service_type"] == "green"
    ]
    row_count = sum(row["file_row_count"] for row in green)
    for rule in shared.rows("marts", "dim_quality_rules"):
        kind = "trip" if rule["effect"] == "flag" else "row"
        found = sum(row[f"{rule['rule_code']}_{kind}_count"] for row in green)
        percent = Decimal(100 * found) / row_count
        assert rule["measured_percent"] == percent.quantize(Decimal("0.0001"))
