"""What Spark reads and counts for an export, compared with what Python does."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from exported import FEBRUARY, HOURLY, JANUARY, MARCH, TRIPS, Exports
from project import Project
from small_marts import SmallMarts
from taxi.bigquery import marts
from taxi.bigquery.leftovers import Run
from taxi.bigquery.months import next_month
from taxi.bigquery.plan import Plan
from taxi.bigquery.source import Notes, Source
from taxi.bigquery.spark_fill import write_rows
from taxi.bigquery.spark_session import LazySpark
from taxi.bigquery.spark_source import SparkSource
from taxi.bigquery.warehouse import Target, Warehouse
from taxi.errors import TaxiError
from taxi.publishing.reading import read_published

# Of every type: nothing, accents, what separates texts, signs, and times on the days
# that the clocks change in New York.
_ODD = {
    "STRING": ["", "Île d'Orléans, 7:1", "🚕 日本", None],
    "INT64": [0, -1, 2**31 - 1, None],
    "BOOL": [True, False, True, None],
    "NUMERIC": [Decimal("-0.01"), Decimal("1234567.89"), Decimal("-7000000.10"), None],
    "DATE": [date(2024, 2, 29), date(1969, 12, 31), date(2023, 3, 12), None],
    "DATETIME": [
        datetime(2023, 3, 12, 2, 30),
        datetime(2023, 11, 5, 1, 30, 0, 1),
        datetime(1969, 12, 31, 23, 59, 59, 999999),
        None,
    ],
}

_LEAST = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def lazy(sample, spark) -> LazySpark:
    """The session that runs."""
    return LazySpark(sample.lake, lambda step: None)


@pytest.fixture
def published(tmp_path, manifest, monkeypatch) -> Exports:
    """A lake of its own that publishes odd values; it is exported nowhere."""
    monkeypatch.setattr(marts, "_manifest", lambda: manifest)
    exported = {mart.name: mart for mart in marts.exported_marts()}
    small = SmallMarts(Project(tmp_path), manifest.nodes)
    made = Exports(small, exported, None, "", None, None)
    made.rows = {name: odd_rows(made, name) for name in exported}
    made.publish()
    return made


def odd_rows(exports: Exports, name: str) -> list[dict]:
    """Rows of three months, at the edges of each if the mart tells moments apart."""
    mart = exports.marts[name]
    rows = []
    for number in range(24):
        month = (JANUARY, FEBRUARY, MARCH)[number % 3]
        row = exports.row(name, month, number)
        for index, column in enumerate(mart.columns):
            odd = _ODD[column.type.bigquery]
            value = odd[(number // 3 + index) % len(odd)]
            if column.name not in (*mart.key, mart.month_column.name):
                row[column.name] = (
                    odd[0] if column.is_required and value is None else value
                )
        if name == HOURLY:
            first, end = (
                datetime(day.year, day.month, 1) for day in (month, next_month(month))
            )
            row[mart.month_column.name] = end - _LEAST if number % 2 else first
        rows.append(row)
    return rows


def sources(lake, mart, lazy, tmp_path) -> tuple[Source, SparkSource]:
    """A published mart as Python reads it, and as Spark does. Neither has notes."""
    table = read_published(lake).open(mart.name)
    python, spark = (Notes(tmp_path / "notes" / kind) for kind in ("python", "spark"))
    return Source(mart, table, python), SparkSource(lazy, mart, table, spark)


def fingerprints(source: Source) -> dict:
    return {month: source.fingerprint(month) for month in source.months()}


def test_fingerprints_of_the_sample_are_those_of_python(sample, lazy, tmp_path):
    for mart in marts.exported_marts():
        python, spark = sources(sample.lake, mart, lazy, tmp_path)
        expected = fingerprints(python)
        assert sum(one.rows for one in expected.values()) > 1000
        assert fingerprints(spark) == expected


def test_fingerprints_of_odd_values_are_those_of_python(published, lazy, tmp_path):
    for mart in published.marts.values():
        python, spark = sources(published.small.lake, mart, lazy, tmp_path)
        assert python.months() == [JANUARY, FEBRUARY, MARCH]
        assert fingerprints(spark) == fingerprints(python)


def test_rows_have_the_types_of_the_contract(published, lazy, tmp_path):
    for mart in published.marts.values():
        python, spark = sources(published.small.lake, mart, lazy, tmp_path)
        rows = spark.rows([JANUARY])
        found = [(one.name, one.dataType, one.nullable) for one in rows.schema]
        assert found == [(one.name, one.dataType, one.nullable) for one in spark.types]
        assert not all(one.nullable for one in rows.schema)
        expected = [row for batch in python.read(JANUARY) for row in batch.to_pylist()]
        order = [mart.month_column.name, *mart.key]
        found = sorted(map(tuple, rows.orderBy(order).collect()), key=str)
        assert found == sorted((tuple(row.values()) for row in expected), key=str)


def test_a_later_publication_does_not_change_what_is_read(published, lazy, tmp_path):
    mart = published.marts[TRIPS]
    lake = published.small.lake
    before, spark = sources(lake, mart, lazy, tmp_path / "before")
    published.publish(JANUARY)
    after, spark_after = sources(lake, mart, lazy, tmp_path / "after")
    assert fingerprints(spark) == fingerprints(before)
    assert fingerprints(spark_after) == fingerprints(after)
    assert fingerprints(before).keys() != fingerprints(after).keys()


def test_a_null_that_must_not_be_shows_in_the_fingerprint(published, lazy, tmp_path):
    mart = published.marts[TRIPS]
    published.rows[TRIPS][0] |= {"service_type": None}
    published.publish()
    python, spark = sources(published.small.lake, mart, lazy, tmp_path)
    assert mart.columns[1].name == "service_type" and mart.columns[1].is_required
    assert fingerprints(spark).keys() == fingerprints(python).keys()
    held = {row["service_type"] for row in spark.rows([JANUARY]).collect()}
    assert None not in held and "" in held


def test_a_file_that_is_gone_is_said_in_one_line(published, lazy, tmp_path):
    mart = published.marts[TRIPS]
    _, spark = sources(published.small.lake, mart, lazy, tmp_path)
    for path in (published.small.lake.warehouse / "marts" / TRIPS).rglob("*.parquet"):
        path.unlink()
    with pytest.raises(
        TaxiError, match=r"^reading fct_trips 2023-01: .*parquet"
    ) as why:
        spark.fingerprint(JANUARY)
    assert "\n" not in str(why.value)


def test_a_session_without_a_connector_says_so(lazy):
    with pytest.raises(TaxiError, match=r"no connector for gs://.*make gcs-connector"):
        lazy.check_storage()


@dataclass
class Recorder:
    """Stands where Spark's writer does, and keeps what it is told."""

    rows: object = None
    told: list = field(default_factory=list)

    def __getattr__(self, name):
        def keep(*values, **options):
            self.told.append((name, *values, *([options] if options else [])))
            return self

        return keep


def test_the_connector_is_told_what_it_needs(published, lazy, tmp_path, monkeypatch):
    for name in ("BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    target = Target("revenue", "exports", "taxi", "test", "EU")
    warehouse, run = Warehouse(target), Run("7", target, (TRIPS,), tmp_path)
    _, source = sources(published.small.lake, published.marts[TRIPS], lazy, tmp_path)
    recorder = Recorder()

    def write(rows):
        recorder.rows = rows
        return recorder

    monkeypatch.setattr(type(source.rows([JANUARY])), "write", property(write))
    sent = {month: source.fingerprint(month) for month in (JANUARY, MARCH)}
    plan = Plan(source, None, None, True, sent, (), {})
    assert write_rows(warehouse, run, plan, lambda step: None) is None

    assert recorder.told == [
        ("format", "bigquery"),
        ("mode", "append"),
        (
            "options",
            {
                "project": "test",
                "dataset": "revenue",
                "parentProject": "test",
                "location": "EU",
                "writeMethod": "indirect",
                "intermediateFormat": "parquet",
                "createDisposition": "CREATE_NEVER",
                "persistentGcsBucket": "exports",
                "persistentGcsPath": "taxi/taxi-export-7/fct_trips",
            },
        ),
        ("save", "taxi_stage_7_fct_trips"),
    ]
    held = recorder.rows.schema
    assert [(one.name, one.dataType, one.nullable) for one in held] == [
        (one.name, one.dataType, one.nullable) for one in source.types
    ]
    months = {row["source_month"] for row in recorder.rows.collect()}
    assert months == {JANUARY, MARCH}
