"""The driver and the packed project, under spark-submit on a cluster of this machine.

The cluster's Spark lacks Iceberg, as Dataproc's does: it comes with the job.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyspark
import pytest

from install_jars import LISTS, read_list
from project import SAMPLE, Project
from revenue_jobs import read_result
from servers_started import free_port, started
from states import FACTS, TABLES, state
from taxi.dataproc.packing import pack
from taxi.lake import PROJECT

SPARK = Path(pyspark.__file__).parent
DRIVER = PROJECT / "scripts" / "taxi" / "dataproc" / "driver.py"
FILES = ("green_tripdata_2024-01.parquet", "yellow_tripdata_2025-01.parquet")


@dataclass(frozen=True)
class Cluster:
    """A master with one worker.

    Attributes:
        spark: its SPARK_HOME.
    """

    spark: Path
    master: str


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    spark = folder / "spark"
    spark.mkdir()
    (spark / "jars").mkdir()
    ours = {jar.file_name for jar in read_list((LISTS / "jars.txt").read_text())}
    for path in SPARK.iterdir():
        if path.name != "jars":
            (spark / path.name).symlink_to(path)
    for path in (SPARK / "jars").glob("*.jar"):
        if path.name not in ours:
            (spark / "jars" / path.name).symlink_to(path)
    port, pages, worker_pages = free_port(), free_port(), free_port()
    master = f"spark://127.0.0.1:{port}"
    environment = os.environ | {"SPARK_HOME": str(spark)}
    start = [spark / "bin" / "spark-class"]
    deploy = "org.apache.spark.deploy"
    own = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(pages)]
    worker = [master, "--host", "127.0.0.1", "--webui-port", str(worker_pages)]
    worker += ["--cores", "2", "--memory", "1g", "--work-dir", str(folder / "work")]
    with ExitStack() as stack:
        for kind, words, page in (
            ("master.Master", own, pages),
            ("worker.Worker", worker, worker_pages),
        ):
            log = folder / f"{kind}.log"
            command = [*start, f"{deploy}.{kind}", *words]
            stack.enter_context(started(command, page, "/json/", log, environment))
        yield Cluster(spark, master)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A checkout of the project with a test that fails."""
    folder = tmp_path_factory.mktemp("checkout") / "project"
    shutil.copytree(
        PROJECT,
        folder,
        symlinks=True,
        ignore=shutil.ignore_patterns(
            *(".venv", ".git", ".cache", "lake", "target", "logs", "__pycache__")
        ),
    )
    (folder / "tests" / "assert_fails.sql").write_text("select 1 as offending_row\n")
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", folder, *command], check=True)
    return folder


def packed(checkout: Path, folder: Path) -> Path:
    """Pack a checkout into a folder."""
    one = pack(checkout)
    path = folder / one.name
    path.write_bytes(one.content)
    return path


def landed(folder: Path) -> Project:
    project = Project(folder)
    files = folder / "files"
    files.mkdir(parents=True)
    for name in FILES:
        (files / name).symlink_to(SAMPLE / name)
    project.script("ingest.py", "--from", files)
    return project


def submitted(cluster: Cluster, archive: Path, project: Project, *words: str):
    """Submit the driver from an empty folder."""
    here = project.folder / "empty"
    here.mkdir(exist_ok=True)
    jars = [
        SPARK / "jars" / jar.file_name
        for jar in read_list((LISTS / "jars.txt").read_text())
    ]
    command = [cluster.spark / "bin" / "spark-submit", "--master", cluster.master]
    command += ["--jars", ",".join(map(str, jars)), "--driver-memory", "1g"]
    command += ["--conf", "spark.executor.memory=600m"]
    command += ["--conf", "spark.driver.host=127.0.0.1"]
    command += ["--conf", "spark.sql.shuffle.partitions=4"]
    command += [DRIVER, archive, "--set", f"TAXI_LAKE={project.lake.root}"]
    command += ["--set", f"TAXI_CATALOG={project.lake.catalog}"]
    unset = ("DBT_TARGET_PATH", "DBT_LOG_PATH", "TAXI_LOGS", "TAXI_LAKE")
    environment = {k: v for k, v in os.environ.items() if k not in unset}
    return subprocess.run(
        [str(word) for word in (*command, *words)],
        cwd=here,
        env=environment
        | {
            "SPARK_HOME": str(cluster.spark),
            "PYSPARK_PYTHON": sys.executable,
            "TMPDIR": str(here),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_build_there_is_one_here_and_tells_whether_it_passed(
    cluster, checkout, tmp_path
):
    archive = packed(checkout, tmp_path)
    there = landed(tmp_path / "there")
    ended = submitted(
        cluster,
        archive,
        there,
        *TABLES,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    # What ran is what was unpacked.
    assert list((there.folder / "empty").glob("taxi-*/target/run_results.json"))
    here = landed(tmp_path / "here")
    here.dbt(*TABLES)
    built, expected = state(there).rows, state(here).rows
    assert {mart: built[mart] for mart in FACTS["marts"]} == {
        mart: expected[mart] for mart in FACTS["marts"]
    }
    assert sum(expected["fct_trips"].values()) > 50_000

    failed = submitted(cluster, archive, there, "build", "--select", "assert_fails")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "assert_fails" in failed.stdout
    wrong = submitted(cluster, archive, there, "publish")
    assert wrong.returncode == 2
    # Spark lets both streams of Python's go to its own stdout.
    assert "driver: 'publish' is no command; name one of" in wrong.stdout


def test_the_revenue_job_there_yields_what_it_yields_here(cluster, checkout, tmp_path):
    archive = packed(checkout, tmp_path)
    own = ("--input_yellow", SAMPLE / FILES[1], "--output")
    project = Project(tmp_path)
    ended = submitted(cluster, archive, project, "revenue", *own, tmp_path / "there")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    project.script("revenue_job.py", *own, tmp_path / "here")
    assert read_result(tmp_path / "there") == read_result(tmp_path / "here") != []
    again = submitted(cluster, archive, project, "revenue", *own, tmp_path / "there")
    assert again.returncode == 1
    assert f"{tmp_path}/there is there already" in again.stdout


def test_a_package_that_is_missing_is_named(checkout, tmp_path):
    other = tmp_path / "checkout"
    shutil.copytree(checkout, other, symlinks=True)
    listed = other / "pyproject.toml"
    text = listed.read_text().replace("dbt-spark==1.11.0", "dbt-spark==0.1")
    text = text.replace('"requests",', '"requests",\n    "not-there==1.2",')
    listed.write_text(text)
    command = [sys.executable, DRIVER, packed(other, tmp_path), "build"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(
        "driver: this machine's Python lacks dbt-spark==0.1 (it has 1.11.0), "
        "not-there==1.2; dataproc.py create shows"
    )
