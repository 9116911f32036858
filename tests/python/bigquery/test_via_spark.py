"""Exports by Spark, run as commands: a session of their own that reaches the bucket."""

import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from shutil import rmtree

import pyspark
import pytest

from exported import FEBRUARY, HOURLY, JANUARY, TRIPS
from gcs_emulator import install_connector
from servers_started import needed
from taxi.dataproc.driver import __file__ as DRIVER
from taxi.dataproc.packing import pack
from taxi.gcs import GCS_JARS

SUBMIT = Path(pyspark.__file__).parent / "bin" / "spark-submit"


@pytest.fixture(scope="module", autouse=True)
def gcs_connector() -> None:
    needed(install_connector)


def forget(exports) -> None:
    """Forget what was counted before."""
    rmtree(exports.small.lake.root / "exports", ignore_errors=True)


def export(exports, *arguments, check: bool = True):
    """Run the command; it has counted nothing yet."""
    forget(exports)
    return exports.small.project.script(
        "export_bigquery.py", *exports.arguments(*arguments), check=check
    )


def test_spark_sends_what_this_process_sends_and_counts_the_same(exports):
    exports.fill(JANUARY, FEBRUARY)
    exports.rows[TRIPS].append(
        exports.row(
            TRIPS,
            JANUARY,
            99,
            # An hour that New York's clocks left out.
            pickup_at=datetime(2023, 3, 12, 2, 30),
            total_amount=Decimal("-0.01"),
            total_pattern="Île d'Orléans, 7:1",
            reversal_trip_id=None,
        )
    )
    exports.publish()
    wanted = ("--tables", f"{HOURLY},{TRIPS}")
    said = export(exports, *wanted, "--via", "spark").stdout
    assert "fct_trips: created; sent 2 months (2023-01 to 2023-02), 7 rows, " in said
    assert exports.held(HOURLY) == exports.expected(HOURLY)
    assert exports.held(TRIPS) == exports.expected(TRIPS)
    assert exports.left_over() == []

    # Counted by Python, BigQuery and Spark: nobody sees a difference.
    forget(exports)
    assert exports.export(*wanted, "--via", "load") == 0
    by_python = exports.said
    assert by_python.count(": 2 months as published already\n") == 2
    by_spark = export(exports, *wanted, "--via", "spark", "--dry-run").stdout
    assert by_spark == by_python


def test_the_driver_of_dataproc_exports(exports, tmp_path, monkeypatch):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    exports.publish(JANUARY)
    one = pack()
    archive = tmp_path / one.name
    archive.write_bytes(one.content)
    lake = exports.small.lake
    jars = ":".join(map(str, GCS_JARS.glob("*.jar")))
    ended = exports.small.project.call(
        # A cluster of Dataproc's has the connector.
        *(SUBMIT, "--master", "local[2]", "--driver-class-path", jars, DRIVER, archive),
        *("--set", f"TAXI_LAKE={lake.root}", "--set", f"TAXI_CATALOG={lake.catalog}"),
        "export",
        *exports.arguments("--tables", TRIPS, "--via", "spark"),
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "fct_trips: created; sent 1 month" in ended.stdout
    assert exports.held(TRIPS) == exports.expected(TRIPS)
    assert exports.left_over() == []


def test_without_its_jar_the_connector_is_asked_for_in_one_line(exports):
    exports.publish(JANUARY)
    ended = export(exports, "--via", "connector", check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        "export_bigquery: --via connector needs Spark's BigQuery connector "
        "(spark-4.1-bigquery) on the classpath, as on Dataproc; --via spark and "
        "--via load do without\n"
    )
    assert exports.left_over() == []
    assert list(exports.client.list_tables(exports.dataset)) == []
