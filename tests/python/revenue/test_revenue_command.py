"""The command as a user calls it, by itself and by spark-submit."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pyspark
import pytest
import requests

from revenue_jobs import read_result
from servers_started import free_port, started
from taxi.folder import PROJECT
from tlc_files import PARQUET_ERAS, changed, trips, write_parquet

SCRIPT = PROJECT / "scripts" / "revenue_job.py"
SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
SUBMIT = SPARK_CLASS.with_name("spark-submit")
GREEN = PARQUET_ERAS["green 2020"]


def call(*command: object, folder: Path, **environment: str):
    """Run a command whose logs go to a folder."""
    return subprocess.run(
        [str(word) for word in command],
        env=os.environ | {"TAXI_LOGS": str(folder / "logs")} | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--output", "x"], "--input_green or --input_yellow is needed, or both"),
        (["--input_green", "x"], "the following arguments are required: --output"),
        (["--input_green", "--output", "x"], "expected at least one argument"),
        (["--input_red", "x", "--output", "x"], "unrecognized arguments: --input_red"),
        (
            ["--input_green", "x", "--output", "x", "--engine", "pandas"],
            "argument --engine: invalid choice",
        ),
        (
            ["--input_green", "x", "--output", "x", "--by", "day"],
            "argument --by: invalid choice",
        ),
    ],
)
def test_wrong_options_are_said_in_one_line(tmp_path, options, text):
    ended = call(sys.executable, SCRIPT, *options, folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("revenue_job.py: ") and text in line


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """A run with --explain, whose folder has all that it left."""
    folder = tmp_path_factory.mktemp("explained")
    rows = [*trips(count=40), trips()[0] | {"PULocationID": 999}]
    write_parquet(folder, GREEN, rows)
    options = ["--input_green", ".", "--output", "out/revenue", "--explain"]
    ended = call(sys.executable, SCRIPT, *options, folder=folder)
    return folder, ended


def test_a_run_says_what_was_kept_and_what_was_set_aside(explained):
    folder, ended = explained
    assert ended.returncode == 0, ended.stderr
    assert len(read_result(folder / "out" / "revenue")) == 40
    first = ended.stdout.splitlines()[0]
    assert first == "out/revenue: 40 trips, 1,192.00 USD"
    aside, shown = ended.stderr.splitlines()
    assert aside == "set aside pickup_zone_not_listed: 1 trips, 10.30 USD"
    assert shown.startswith("to see it: SPARK_HISTORY_OPTS=")


def test_explain_marks_stages_shuffles_broadcasts_and_what_was_read(explained):
    _, ended = explained
    text = ended.stdout
    assert "AdaptiveSparkPlan" in text
    assert "<== shuffle: stage" in text
    assert "<== broadcast: stage" in text
    assert "hashpartitioning(pickup_location_id, " in text
    assert "rangepartitioning(revenue_month ASC NULLS FIRST" in text
    assert "BroadcastHashJoin" in text
    read = text.partition("== Read")[2].partition("== Stages")[0]
    assert "PushedFilters: " in read
    assert "ReadSchema: struct<lpep_pickup_datetime:timestamp_ntz," in read
    # Of the file's columns, those that nobody asks for are not read.
    assert "VendorID" not in read and "ehail_fee" not in read
    assert "== Initial Plan ==" not in text.partition("== Details")[0]


def test_the_history_server_shows_the_run_and_its_stages(explained):
    folder, _ = explained
    logs = folder / "logs" / "spark-events"
    port = free_port()
    settings = f"-Dspark.history.fs.logDirectory=file:{logs}"
    settings += f" -Dspark.history.ui.port={port}"
    command = [SPARK_CLASS, "org.apache.spark.deploy.history.HistoryServer"]
    path = "/api/v1/applications"
    environment = os.environ | {"SPARK_HISTORY_OPTS": settings}
    with started(command, port, path, folder / "server.log", environment) as server:
        for _ in range(300):
            applications = requests.get(server.url + path, timeout=10).json()
            if applications:
                break
        (application,) = applications
        assert application["name"] == "revenue_job"
        (attempt,) = application["attempts"]
        assert attempt["completed"]
        url = f"{server.url}{path}/{application['id']}/stages"
        stages = requests.get(url, timeout=30).json()
    complete = [stage for stage in stages if stage["status"] == "COMPLETE"]
    assert sum(stage["shuffleWriteBytes"] for stage in complete) > 0
    log = logs / application["id"]
    ran = [json.loads(line) for line in log.read_text().splitlines()]
    ended = {
        one["Stage Info"]["Stage ID"]
        for one in ran
        if one["Event"] == "SparkListenerStageCompleted"
    }
    assert {stage["stageId"] for stage in complete} == ended


def packed(folder: Path) -> Path:
    """The package as --py-files takes it."""
    path = folder / "taxi.zip"
    with zipfile.ZipFile(path, "w") as file:
        for one in sorted((PROJECT / "scripts" / "taxi").rglob("*")):
            if one.is_file() and "__pycache__" not in one.parts:
                file.write(one, one.relative_to(PROJECT / "scripts"))
    return path


def submit(folder: Path, *options: object):
    """Run the job by spark-submit from a zip, where nothing else of the project is."""
    shutil.copy(SCRIPT, folder)
    # What tells any Python of this environment where the project's scripts are.
    isolated = {"PYTHONSAFEPATH": "1", "PYSPARK_PYTHON": sys.executable}
    command = [SUBMIT, "--py-files", packed(folder), "--master", "local[2]"]
    script = folder / SCRIPT.name
    return call(*command, script, *options, folder=folder, **isolated)


def test_spark_submit_runs_the_job_from_a_zip(tmp_path):
    write_parquet(tmp_path, GREEN, trips(count=10))
    options = ["--input_green", ".", "--output", "out", "--engine", "rdd", "--explain"]
    ended = submit(tmp_path, *options)
    assert ended.returncode == 0, ended.stderr
    assert len(read_result(tmp_path / "out")) == 10
    assert "-------- shuffle --------" in ended.stdout
    assert "PythonRDD" in ended.stdout


def test_under_spark_submit_a_fault_is_one_line_too(tmp_path):
    write_parquet(tmp_path, GREEN, changed(trips(), 1, extra=0.001))
    ended = submit(tmp_path, "--input_green", ".", "--output", "out")
    assert ended.returncode == 1
    # spark-submit puts all that a script says on stdout.
    lines = (ended.stdout + ended.stderr).splitlines()
    assert not [line for line in lines if "Traceback" in line]
    said = [line for line in lines if "revenue_job: " in line]
    assert len(said) == 1
    fault = f"{GREEN.stem}.parquet: column extra: '0.001' is not a number of"
    assert said[0].startswith(f"revenue_job: {fault}")
    assert not (tmp_path / "out").exists()


def test_a_fault_is_all_that_is_said(tmp_path):
    ended = call(
        sys.executable,
        SCRIPT,
        *("--input_yellow", tmp_path / "nothing", "--output", tmp_path / "out"),
        folder=tmp_path,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"revenue_job: {tmp_path}/nothing: no such file or folder\n"
    )


def test_both_actions_of_the_hourly_job_begin_at_the_cached_sums(tmp_path):
    write_parquet(tmp_path, GREEN, trips(count=20))
    options = ["--input_green", ".", "--output", "out", "--by", "hour", "--explain"]
    ended = call(sys.executable, SCRIPT, *options, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    plan = ended.stdout.partition("== Shuffles")[0]
    # Else the files would be read for green, for yellow, and for the account.
    assert "InMemoryTableScan" in plan
