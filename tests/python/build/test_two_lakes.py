"""One process and two lakes, one after the other: each command reads its own."""

import json
import sys

import pytest

from project import Project
from tlc_files import trips, write_parquet
from upkeep_tables import GREEN

COUNT = "select count(*) as trip_count from tlc.green_trips"

# Commands that read, and one that holds the lake alone.
TWO_LAKES = f"""
import json, os, sys
from dbt.cli.main import dbtRunner

def trips(lake):
    os.environ["TAXI_LAKE"] = lake
    shown = dbtRunner().invoke(
        ["--quiet", "show", "--inline", {COUNT!r}, "--output", "json"]
    )
    held = dbtRunner().invoke(["--quiet", "run-operation", "require_landed_trips"])
    (result,) = shown.result.results
    return int(result.agate_table.rows[0][0]), held.success

print(json.dumps([trips(lake) for lake in sys.argv[1:]]))
"""

# A session that somebody else has made on the first of the lakes.
ANOTHERS_SESSION = """
import os, sys
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession
from taxi.lake import Lake
from taxi.spark import profile_settings

first, second = sys.argv[1:]
lake = Lake.from_environment({"TAXI_LAKE": first})
settings = profile_settings() | lake.spark_settings()
builder = SparkSession.builder
for name, value in settings.items():
    builder = builder.config(name, value)
builder.getOrCreate()
os.environ["TAXI_LAKE"] = second
ended = dbtRunner().invoke(["--quiet", "show", "--inline", "select 1"])
assert not ended.success
"""


@pytest.fixture(scope="module")
def lakes(tmp_path_factory) -> list[Project]:
    """Lakes of three and of five green trips."""
    made = []
    for count in (3, 5):
        project = Project(tmp_path_factory.mktemp(f"lake of {count}"))
        files = project.folder / "files"
        files.mkdir()
        write_parquet(
            files, GREEN, trips("2020-12", count), "green_tripdata_2020-12.parquet"
        )
        project.script("ingest.py", "--from", files)
        made.append(project)
    return made


def run_on(lakes: list[Project], program: str, *places: str):
    return lakes[0].call(sys.executable, "-c", program, *places, check=False)


def test_two_lakes_of_one_process_do_not_mix(lakes):
    first, second = (str(one.lake.root) for one in lakes)
    ended = run_on(lakes, TWO_LAKES, first, second, first)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counted = json.loads(ended.stdout.splitlines()[-1])
    assert counted == [[3, True], [5, True], [3, True]]


def test_a_session_of_somebody_else_stays_on_its_lake(lakes):
    first, second = (str(one.lake.root) for one in lakes)
    ended = run_on(lakes, ANOTHERS_SESSION, first, second)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = [line for line in ended.stdout.splitlines() if "Spark runs in this" in line]
    assert len(said) == 1 and f"TAXI_LAKE is {second}" in said[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "--inline", "select 1"),
        ("docs", "generate"),
        ("build",),
        ("ls",),
    ],
)
def test_dbt_makes_no_lake_at_a_mistyped_path(tmp_path, arguments):
    nowhere = Project(tmp_path)
    ended = nowhere.dbt(*arguments, check=False)
    assert not nowhere.lake.root.exists()
    assert "Traceback" not in ended.stdout + ended.stderr
    if arguments == ("ls",):
        assert ended.returncode == 0
    else:
        assert ended.returncode != 0
        assert f"there is no lake at {nowhere.lake.root}" in ended.stdout


def test_an_unknown_target_is_said_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("DBT_TARGET", "lokal")
    program = "from taxi.spark import profile_settings as p; p()"
    ended = Project(tmp_path).call(sys.executable, "-c", program, check=False)
    said = "DBT_TARGET: there is no target 'lokal'; there are local, cluster, "
    assert said in ended.stderr.splitlines()[-1]
