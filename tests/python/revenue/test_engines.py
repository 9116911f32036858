"""The engines yield what landing and plain sums yield, of files of every era."""

import csv
import re
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import plain_revenue
from landings import workshop
from old_files import OLD_CSV_ERAS, OLD_PARQUET_ERAS
from plain_revenue import account_of, landed_trips
from revenue_jobs import read_result
from taxi.folder import PROJECT
from taxi.generate.eras import csv_era, parquet_era
from taxi.generate.writing import write_file
from taxi.revenue import rules
from tlc_files import CSV_ERAS, PARQUET_ERAS, trips, write_csv, write_parquet

ENGINES = ("sql", "dataframe", "rdd")
GREEN, YELLOW = PARQUET_ERAS["green 2020"], PARQUET_ERAS["yellow 2020"]
PLAIN = {"month": plain_revenue.monthly, "hour": plain_revenue.hourly}


AMOUNT = pa.decimal128(19, 2)
PLACE = {
    "pickup_location_id": pa.int32(),
    "pickup_zone_name": pa.string(),
    "pickup_borough": pa.string(),
}
COUNTS = ("green_trip_count", "yellow_trip_count", "trip_count")
TYPES = {
    "month": PLACE
    | {"service_type": pa.string(), "revenue_month": pa.date32()}
    | {"trip_count": pa.int64()}
    | dict.fromkeys(plain_revenue.REVENUES, AMOUNT),
    "hour": PLACE
    | {"revenue_hour_at": pa.timestamp("us")}
    | dict.fromkeys(COUNTS, pa.int64())
    | dict.fromkeys(("green_revenue", "yellow_revenue", "total_revenue"), AMOUNT),
}


def types_of(result: Path) -> dict[str, pa.DataType]:
    """The columns of a result, with their types."""
    schema = pq.read_schema(next(result.glob("*.parquet")))
    return dict(zip(schema.names, schema.types, strict=True))


def months_of(eras: dict) -> set[tuple[str, str]]:
    return {(era.service, era.month) for era in eras.values()}


@pytest.fixture(scope="module")
def eras(tmp_path_factory, shared_data):
    """Folders with a file of each era as parquet and as CSV, and heads of real ones.

    Two CSV of one service in one folder are of different layouts.
    """
    root = tmp_path_factory.mktemp("eras")
    folders = {name: root / name for name in ("parquet", "csv", "heads")}
    for folder in folders.values():
        folder.mkdir()
    for service, month in months_of(PARQUET_ERAS | OLD_PARQUET_ERAS):
        era = parquet_era(service, month)
        write_file(folders["parquet"], era, "parquet", 300, seed=1)
    months = sorted(months_of(CSV_ERAS | OLD_CSV_ERAS))
    for number, (service, month) in enumerate(months):
        form = ("csv", "csv.gz")[number % 2]
        write_file(folders["csv"], csv_era(service, month), form, 300, seed=2)
    for head in (shared_data / "csv_heads").iterdir():
        data = head.read_bytes()
        # They end in the middle of a row.
        (folders["heads"] / head.name).write_bytes(data[: data.rfind(b"\n") + 1])
    return folders


def landed(*folders) -> list[dict]:
    """The trips that landing makes of the files in folders."""
    with workshop() as shop:
        for folder in folders:
            report = shop.land(folder)
            assert report.refused_count == 0, shop.said
        return [
            trip
            for service in ("green", "yellow")
            for trip in landed_trips(
                service, shop.table(f"{service}_trips").to_pylist()
            )
        ]


@pytest.mark.parametrize("name", ["parquet", "csv", "heads"])
def test_every_engine_yields_what_landing_yields_of_every_era(jobs, eras, name):
    expected = landed(eras[name])
    assert len({(trip["service_type"], trip["source_month"]) for trip in expected}) > 10
    for engine in ENGINES:
        rows, account = jobs.run(eras[name], engine=engine)
        assert rows == plain_revenue.monthly(expected), engine
        assert account == account_of(expected), engine


def write_odd_trips(folder) -> None:
    """Files with what the review looks at, on both sides of each bound."""
    green, yellow = trips(), trips(count=8)
    for number, moment in enumerate(
        (
            "2020-10-30 23:59:59",
            "2020-10-31 00:00:00",
            "2021-01-31 23:59:59.999999",
            "2021-02-01 00:00:00",
            "9999-12-31 23:59:59",
            "0001-01-01 00:00:00",
        )
    ):
        yellow[number]["tpep_pickup_datetime"] = datetime.fromisoformat(moment)
    yellow[6]["tpep_pickup_datetime"] = None
    yellow[7]["PULocationID"] = 266
    green[0]["total_amount"] = None
    green[1]["total_amount"] = float("nan")
    green[2]["PULocationID"] = None
    green[3]["lpep_pickup_datetime"] = green[3]["PULocationID"] = None
    green[4]["fare_amount"] = None
    write_parquet(folder, GREEN, green)
    write_parquet(folder, YELLOW, yellow)


@pytest.mark.parametrize("by", ["month", "hour"])
@pytest.mark.parametrize("has_review", [True, False], ids=["review", "no review"])
def test_what_is_odd_is_set_aside_or_counted_as_wished(jobs, folder, by, has_review):
    write_odd_trips(folder)
    expected = landed(folder)
    for engine in ENGINES:
        rows, account = jobs.run(folder, engine=engine, by=by, has_review=has_review)
        assert rows == PLAIN[by](expected, has_review), engine
        assert account == account_of(expected, has_review), engine
        assert types_of(jobs.last) == TYPES[by]
    counts = {reason: count for reason, (count, _) in account.items()}
    assert counts == (
        {
            None: 3,
            "missing_pickup_time": 2,
            "missing_total": 2,
            "pickup_far_from_source_month": 4,
            "pickup_zone_not_listed": 2,
        }
        if has_review
        else {None: 13}
    )


def test_one_service_alone_has_hours_too(jobs, folder):
    write_parquet(folder, GREEN, trips())
    for engine in ENGINES:
        rows, _ = jobs.run(folder, engine=engine, by="hour")
        assert rows == plain_revenue.hourly(landed(folder))


def test_the_rows_are_the_same_whatever_the_files_and_their_order(
    jobs, folder, tmp_path
):
    """As one file or many, as CSV or parquet, named one way or the other."""
    era = CSV_ERAS["green 2019"]
    write_csv(folder, era, trips(era.month, 40))
    write_parquet(folder, GREEN, trips(count=40))
    expected, _ = jobs.run(folder)
    files = sorted(map(str, folder.iterdir()), reverse=True)
    output = tmp_path / "result"
    jobs.ask({"inputs": {"green": [*files, str(folder)]}, "output": str(output)})
    assert read_result(output) == expected


def test_the_rules_are_those_of_the_marts():
    with (PROJECT / "seeds" / "quality_rules.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["rule_code"] for row in rows if row["effect"] == "set_aside"]
    # A value that cannot be read stops the job.
    assert codes.pop(0) == "unreadable_value"
    assert codes == [
        rules.MISSING_PICKUP_TIME,
        rules.MISSING_TOTAL,
        rules.FAR_FROM_SOURCE_MONTH,
        rules.ZONE_NOT_LISTED,
    ]
    queries = PROJECT / "scripts" / "taxi" / "revenue" / "queries"
    assert re.findall(r"then '(\w+)'", (queries / "review.sql").read_text()) == codes
    macro = (PROJECT / "macros" / "days_beyond_source_month.sql").read_text()
    assert f"return({rules.DAYS_BEYOND_SOURCE_MONTH})" in macro
