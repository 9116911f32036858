"""Other versions of Spark leave what the project's own leaves.

`make test-matrix` builds and tests the bundled sample with each; without its
TAXI_SPARKS=all a small lake is built.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from elsewhere import ASK, rows

from install_spark import VERSIONS, install
from project import SAMPLE, Project
from servers_started import free_port, started
from states import TABLES
from taxi.lake import PROJECT

IS_WHOLE = os.environ.get("TAXI_SPARKS") == "all"


@pytest.fixture(scope="module")
def own(request, tmp_path_factory) -> dict[str, Counter]:
    """What the project's own Spark builds."""
    if not IS_WHOLE:
        return request.getfixturevalue("local")
    project = sample(tmp_path_factory.mktemp("own"))
    project.dbt("build")
    return rows(project)


def sample(root) -> Project:
    project = Project(root)
    project.script("ingest.py", "--from", SAMPLE)
    return project


@pytest.mark.parametrize("version", VERSIONS)
def test_every_mart_is_as_the_own_spark_builds_it(
    tmp_path, landed, own, monkeypatch, version
):
    folder = install(version, PROJECT / ".cache")
    project = sample(tmp_path) if IS_WHOLE else landed(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    project.dbt(*(["build"] if IS_WHOLE else TABLES))
    assert rows(project) == own
    facts = project.lake.open_catalog().load_table("marts.fct_trips")
    used = facts.current_snapshot().summary["engine-version"]
    assert used.startswith(f"{version}.")


@pytest.fixture(scope="module")
def other_master(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """A master of Spark 3.5 and its page."""
    spark = install("3.5", PROJECT / ".cache") / "pyspark"
    port, page = free_port(), free_port()
    command = [spark / "bin" / "spark-class", "org.apache.spark.deploy.master.Master"]
    command += ["--host", "127.0.0.1", "--port", port, "--webui-port", page]
    log = tmp_path_factory.mktemp("other master") / "master.log"
    home = os.environ | {"SPARK_HOME": str(spark)}
    with started(list(map(str, command)), page, "/json/", log, home) as server:
        yield f"spark://127.0.0.1:{port}", server.url


REFUSED = {
    True: "is of Spark 3.5.9, and 4.1",
    False: "does not take this session: it is no Spark, another one than is installed",
}


@pytest.mark.parametrize("is_told", REFUSED)
def test_a_master_of_another_spark_is_said_in_a_line(
    asked, other_master, monkeypatch, is_told
):
    address, page = other_master
    monkeypatch.setenv("TAXI_MASTER", address)
    monkeypatch.setenv("TAXI_MASTER_PAGE", page if is_told else "http://127.0.0.1:1")
    ended = asked.dbt(*ASK, "--target", "cluster", check=False)
    assert ended.returncode != 0
    assert REFUSED[is_told] in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
