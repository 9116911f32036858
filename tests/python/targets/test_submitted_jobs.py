"""The revenue job under spark-submit on a cluster, as it is run by itself here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

from project import SAMPLE
from revenue_jobs import read_result
from servers_started import free_port
from taxi.folder import PROJECT

JOB = PROJECT / "scripts" / "revenue_job.py"
SUBMIT = Path(pyspark.__file__).parent / "bin" / "spark-submit"
INPUT = ("--input_yellow", str(SAMPLE / "yellow_tripdata_2020-12.csv.gz"))

# Every version that the project or a system may bring along.
PYTHONS = [f"python3.{minor}" for minor in range(8, 16)]


def submitted(master: str, output: Path, *options: str, **environment: str):
    settings = {
        "spark.executor.memory": "700m",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "4",
    }
    command = [SUBMIT, "--master", master]
    for setting in settings.items():
        command += ["--conf", "=".join(setting)]
    command += [JOB, *INPUT, "--output", output, *options]
    return subprocess.run(
        [str(word) for word in command],
        env=os.environ | {"PYSPARK_PYTHON": sys.executable} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> list[dict]:
    """What the job yields on this machine."""
    output = tmp_path_factory.mktemp("here") / "revenue"
    command = [sys.executable, JOB, *INPUT, "--output", output]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return read_result(output)


@pytest.mark.parametrize("engine", ["sql", "rdd"])
def test_a_cluster_yields_what_this_machine_yields(tmp_path, cluster, here, engine):
    ended = submitted(cluster.master, tmp_path / "revenue", "--engine", engine)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert read_result(tmp_path / "revenue") == here


def other_python() -> str:
    """A Python of another version than this one, that starts."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = [shutil.which(name) for name in PYTHONS]
    found += sorted(map(str, versions.glob("3.*/bin/python")))
    ask = "import sys; print(sys.version_info.minor)"
    for path in filter(None, found):
        told = subprocess.run([path, "-c", ask], capture_output=True, text=True)
        if told.stdout.strip() not in ("", str(sys.version_info.minor)):
            return path
    return ""


def test_workers_of_another_python_are_said_in_a_line(tmp_path, cluster):
    other = other_python()
    if not other:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "no other Python is here"
        )
    own = {"PYSPARK_PYTHON": other, "PYSPARK_DRIVER_PYTHON": sys.executable}
    refused(
        submitted(cluster.master, tmp_path / "out", "--engine", "rdd", **own),
        f"and this one's 3.{sys.version_info.minor}; name one that both have in "
        "PYSPARK_PYTHON",
    )


def test_workers_without_the_python_are_said_in_a_line(tmp_path, cluster):
    own = {"PYSPARK_PYTHON": "/no/python", "PYSPARK_DRIVER_PYTHON": sys.executable}
    refused(
        submitted(cluster.master, tmp_path / "out", "--engine", "rdd", **own),
        "an executor has no Python at /no/python; name one that all have",
    )


def test_a_master_that_is_not_there_is_said_in_a_line(tmp_path):
    master = f"spark://127.0.0.1:{free_port()}"
    refused(submitted(master, tmp_path / "out"), "no Spark master answers at 127.0.0.1")


def refused(ended: subprocess.CompletedProcess, line: str) -> None:
    assert ended.returncode == 1
    # Spark lets both streams of Python's go to its own stdout.
    assert line in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
