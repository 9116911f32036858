"""Made-up files have the form of TLC's of the same month, and land."""

import gzip

import pyarrow.parquet as pq
import pytest

from landings import workshop
from taxi.generate.writing import era_of, write_file

# The first and the last month of every way in which TLC wrote its files.
PARQUET_MONTHS = {
    "green": "2013-08 2014-12 2018-12 2019-01 2019-07 2023-01 2023-02 2024-12 2025-01 "
    "2025-12",
    "yellow": "2009-01 2009-12 2010-01 2010-02 2010-12 2011-01 2012-09 2018-01 2018-06 "
    "2018-07 2019-01 2020-08 2020-10 2020-11 "
    "2023-01 2023-02 2024-12 2025-01 2025-12",
}
OLD_CSV_MONTHS = {
    "green": "2013-08 2014-12 2015-01 2015-06 2015-07 2016-01 2016-06",
    "yellow": "2009-01 2010-01 2013-12 2014-01 2014-12 2015-01 2015-07 2016-06",
}
CSV_MONTHS = "2016-07 2016-12 2017-01 2018-12 2019-01 2019-07 2022-04"
MONTHS = [
    (service, month, form)
    for service in ("green", "yellow")
    for form in ("parquet", "csv", "csv.gz")
    for month in (
        PARQUET_MONTHS[service]
        if form == "parquet"
        else f"{OLD_CSV_MONTHS[service]} {CSV_MONTHS}"
    ).split()
]

GREEN_MONTHS = "2020-12 2021-01 2021-02 2022-01 2023-01 2023-02 2023-03 2024-01"
REAL_PARQUET = [
    *(f"tlc/green_tripdata_{month}" for month in GREEN_MONTHS.split()),
    "yellow_sample/yellow_tripdata_2025-01",
]
REAL_HEADS = {
    "green": "2013-08 2015-01 2015-07 2016-01 2016-07 2017-01 2019-01",
    "yellow": "2009-01 2010-01 2014-01 2015-01 2015-07 2016-07 2017-01 2019-01",
}
REAL_HEADERS = [
    f"{service}_tripdata_{month}"
    for service, months in REAL_HEADS.items()
    for month in months.split()
]


def write(folder, service: str, month: str, form: str, rows: int = 300):
    return write_file(folder, era_of(service, month, form), form, rows, seed=1)


def physical(file: pq.ParquetFile) -> list[tuple]:
    return [
        (column.name, column.physical_type, str(column.logical_type))
        for column in file.schema
    ]


@pytest.mark.parametrize("name", REAL_PARQUET)
def test_parquet_has_the_schema_of_the_real_file(tmp_path, shared_data, name):
    real = pq.ParquetFile(shared_data / f"{name}.parquet")
    service, _, month = name.partition("/")[2].split("_")
    made = pq.ParquetFile(write(tmp_path, service, month, "parquet"))
    assert physical(made) == physical(real)
    assert made.schema_arrow.remove_metadata() == real.schema_arrow.remove_metadata()
    if service == "green":  # the yellow sample was taken by somebody else
        assert made.metadata.num_row_groups == real.metadata.num_row_groups == 1
        codecs = {
            file.metadata.row_group(0).column(1).compression for file in (made, real)
        }
        assert len(codecs) == 1


def head(data: bytes) -> tuple[bytes, set[int]]:
    """All before the first row, and how many fields the whole rows have."""
    first = data.index(b"\r\n", data.index(b"\n") - 1) + 2
    rows = data[first : data.rindex(b"\r\n")].split(b"\r\n")
    return data[:first], {len(row.split(b",")) for row in rows}


@pytest.mark.parametrize("name", REAL_HEADERS)
def test_csv_has_the_header_and_fields_of_the_real_file(tmp_path, shared_data, name):
    real = (shared_data / "csv_heads" / f"{name}.csv").read_bytes()
    service, _, month = name.split("_")
    plain = write(tmp_path, service, month, "csv").read_bytes()
    zipped = write(tmp_path, service, month, "csv.gz").read_bytes()
    assert head(plain) == head(real)
    assert gzip.decompress(zipped) == plain


def test_every_era_lands():
    for form in ("parquet", "csv", "csv.gz"):
        with workshop() as shop:
            months = [key[:2] for key in MONTHS if key[2] == form]
            for service, month in months:
                write(shop.files, service, month, form)
            report = shop.land()
            assert report.refused_count == 0, shop.said
            assert len(report.landed) == len(months)
            assert {landing.row_count for landing in report.landed} == {300}
            assert all(not landing.unknown_columns for landing in report.landed)


POINTS_MONTHS = [
    ("yellow", "2009-06", "parquet"),
    ("yellow", "2010-03", "parquet"),
    *(("yellow", month, "csv") for month in ("2009-06", "2012-01", "2014-02")),
    *((service, "2016-02", "csv.gz") for service in ("green", "yellow")),
]


@pytest.mark.parametrize("key", POINTS_MONTHS, ids="-".join)
def test_points_are_in_the_city_around_it_and_nowhere(key):
    with workshop() as shop:
        write(shop.files, *key, rows=3_000)
        shop.land()
        zones = shop.table(f"{key[0]}_trips")["PULocationID"].to_pylist()
    assert 20 < zones.count(264) < 1_200
    assert len(set(zones)) > 100


def test_rows_are_like_real_ones(tmp_path):
    """The reversals, the empty records and the codes that real months are known for."""
    path = write(tmp_path, "yellow", "2021-03", "parquet", rows=200_000)
    rows = pq.read_table(path).to_pylist()
    reversals = [n for n, row in enumerate(rows) if row["total_amount"] < 0]
    assert 0.002 < len(reversals) / len(rows) < 0.004
    amounts = [name for name in rows[0] if name.endswith(("amount", "fee", "charge"))]
    for n in reversals:
        mirror = {name: -(rows[n][name] or 0) for name in amounts}
        assert {name: rows[n - 1][name] or 0 for name in amounts} == mirror
        assert rows[n - 1]["tpep_pickup_datetime"] == rows[n]["tpep_pickup_datetime"]
        assert rows[n - 1]["PULocationID"] == rows[n]["PULocationID"]
    together = ("passenger_count", "RatecodeID", "store_and_fwd_flag", "airport_fee")
    bare = [row for row in rows if row["passenger_count"] is None]
    assert 0.03 < len(bare) / len(rows) < 0.07
    assert all(row[name] is None for row in bare for name in together)
    assert {row["payment_type"] for row in bare} == {0}
    strays = [r for r in rows if f"{r['tpep_pickup_datetime']:%Y-%m}" != "2021-03"]
    assert 0 < len(strays) < 30
    assert {row["VendorID"] for row in rows} == {1, 2}
    assert {row["congestion_surcharge"] for row in rows} <= {None, 0, 2.5, -2.5}
    assert min(row["PULocationID"] for row in rows) >= 1
    assert max(row["PULocationID"] for row in rows) <= 265
