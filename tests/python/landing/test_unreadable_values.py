"""Values that do not fit land as null if so many are borne, and are kept as text."""

from tlc_files import CSV_ERAS, PARQUET_ERAS, changed, trips, write_csv, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
CSV = CSV_ERAS["green 2019"]


def faulty() -> list:
    """Five trips of 61.50 dollars with two faults, one of them a total of 11.30."""
    return changed(changed(trips(), 1, total_amount=11.305), 3, RatecodeID=1.5)


def test_borne_values_land_as_null_and_are_kept(landed):
    write_parquet(landed.folder, GREEN, faulty())
    assert landed.ingest("--max-bad-values", "2") == 0
    assert "2 unreadable values" in landed.out
    assert landed.column("green_trips", "total_amount")[1] is None
    assert landed.column("green_trips", "RatecodeID")[3] is None
    kept = [
        (row["source_row_number"], row["column_name"], row["value_text"], row["reason"])
        for row in landed.table("unreadable_values").to_pylist()
    ]
    assert kept == [
        (1, "total_amount", "11.305", "not a number of two decimals below 10,000,000"),
        (3, "RatecodeID", "1.5", "not a whole number of 32 bits"),
    ]
    row = landed.source_file()
    assert row["unreadable_value_count"] == 2
    assert row["total_amount_cents"] == 6150 - 1130
    assert row["row_count"] == 5


def test_one_more_than_borne_refuses_and_says_how_many(landed):
    write_parquet(landed.folder, GREEN, faulty())
    assert landed.ingest("--max-bad-values", "1") == 1
    assert (
        "2 values do not fit, 1 may be borne; first column total_amount" in landed.err
    )
    assert landed.table("green_trips").num_rows == 0
    assert landed.table("unreadable_values").num_rows == 0


def test_texts_of_a_csv_are_kept_as_they_were(landed):
    rows = changed(trips("2019-01"), 2, tip_amount="1e5", passenger_count="two")
    write_csv(landed.folder, CSV, rows)
    assert landed.ingest("--max-bad-values", "5") == 0
    texts = landed.column("unreadable_values", "value_text")
    assert sorted(texts) == ["1e5", "two"]
    assert landed.source_file()["tip_amount_cents"] == 800


def test_a_repaired_file_takes_its_unreadable_values_away(landed):
    write_parquet(landed.folder, GREEN, faulty())
    landed.ingest("--max-bad-values", "2")
    other = PARQUET_ERAS["yellow 2020"]
    write_parquet(landed.folder, other, changed(trips(), 0, VendorID=2**40))
    landed.ingest("--max-bad-values", "2")
    assert landed.table("unreadable_values").num_rows == 3
    write_parquet(landed.folder, GREEN, trips())
    assert landed.ingest("--max-bad-values", "2") == 0
    assert landed.column("unreadable_values", "service_type") == ["yellow"]


def test_nan_is_null_and_no_fault(landed):
    rows = changed(trips(), 2, congestion_surcharge=float("nan"))
    write_parquet(landed.folder, GREEN, rows)
    assert landed.ingest() == 0
    assert landed.column("green_trips", "congestion_surcharge")[2] is None
    assert (
        "1 NaN of congestion_surcharge as null" in landed.source_file()["adaptations"]
    )
