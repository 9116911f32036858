"""A lake of a team: builders in several processes, readers beside them."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pyarrow.compute as pc
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy import text

from postgres_server import PASSWORD, PostgresServer
from taxi.catalog import reading
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.publishing.reading import read_published
from team_lakes import BUILD, Team, rows_of

AT_LENGTH = pytest.mark.skipif(
    os.environ.get("TAXI_KILLS") != "all", reason="TAXI_KILLS=all does that too"
)
CELL = ("--zone", "3", "--month", "2023-02", "--service", "green")


def await_line(build, words: str) -> list[str]:
    """Read what a build says up to a line with some words; return it."""
    said = []
    for line in build.stdout:
        said.append(line)
        if words in line:
            return said
    raise AssertionError("".join(said))


def kill(build) -> None:
    """Kill a build's Python and its JVM at once."""
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    build.stdout.close()


@contextmanager
def readers_beside(lake: Lake) -> Iterator[list[Decimal]]:
    """Read what is published again and again; collect its revenue.

    A mixture of two publications would not add up.
    """
    found, faults, is_over = [], [], threading.Event()

    def read() -> None:
        while not is_over.is_set():
            marts = read_published(lake)
            trips = marts.open("fct_trips").scan().to_arrow()
            ledger = marts.open("fct_source_months").scan().to_arrow()
            found.append(pc.sum(trips["total_amount"]).as_py())
            if found[-1] != pc.sum(ledger["kept_total_amount"]).as_py():
                faults.append(marts)

    def guarded() -> None:
        try:
            read()
        except Exception as error:
            faults.append(error)

    reader = threading.Thread(target=guarded)
    reader.start()
    try:
        yield found
    finally:
        is_over.set()
        reader.join()
    assert faults == []


def test_no_secret_is_written_or_shown(team: Team):
    assert any("org.apache.spark.deploy.SparkSubmit" in one for one in team.seen)
    assert not any(PASSWORD in one for one in team.seen)
    files = [one for one in team.project.folder.rglob("*") if one.is_file()]
    names = {one.name for one in files}
    assert {"manifest.json", "run_results.json", "dbt.log", "spark.log"} <= names
    events = [one for one in files if "events" in one.parts]
    assert any(b"jdbc:postgresql" in one.read_bytes() for one in events)
    assert [one for one in files if PASSWORD.encode() in one.read_bytes()] == []


def test_a_role_that_only_reads_sees_what_is_published(team: Team):
    team.project.script("publish.py")
    for script, arguments in {
        "summary.py": (),
        "history.py": (),
        "explain.py": CELL,
        "check_lake.py": (),
        "expire.py": ("--older-than", "0"),
    }.items():
        for project in (team.project, team.reading):
            assert project.script(script, *arguments).stderr == ""
    lake = team.reading.lake
    catalog = SqlCatalog("lake", uri=lake.catalog.replace("sql:", "sql+psycopg:", 1))
    shown = catalog.load_table("published.fct_trips").scan().to_arrow()
    assert len(shown) == team.rows[team.landed]["marts.fct_trips"].total() > 0
    refused = team.reading.script("publish.py", "--rollback", check=False)
    (line,) = refused.stderr.splitlines()
    assert "permission denied" in line


def test_what_only_reads_cannot_write_whatever_its_role(team: Team):
    with (
        pytest.raises(TaxiError, match="read-only transaction"),
        reading(team.project.lake) as connection,
    ):
        connection.execute(text("delete from iceberg_tables"))


def test_a_builder_that_is_killed_is_followed_by_the_one_that_waits(team: Team):
    team.project.script("publish.py")
    before = read_published(team.project.lake).locations
    expected = team.land_other()
    assert expected.keys() == rows_of(team.project).keys() and len(expected) > 15
    assert expected != rows_of(team.project)
    with readers_beside(team.reading.lake) as seen:
        first = team.start_build()
        await_line(first, "START sql")
        holder = f"is busy: dbt build (process {first.pid} on "
        given_up = team.start_build(TAXI_WAIT="600")
        second = team.start_build(TAXI_WAIT="600")
        for name, arguments in {
            "ingest.py": ("--from", team.files / "0"),
            "publish.py": (),
        }.items():
            ended = team.project.script(name, *arguments, check=False)
            (line,) = ended.stderr.splitlines()
            assert ended.returncode == 1 and holder in line
        # Who waits and is killed takes nothing along.
        kill(given_up)
        refused = team.project.dbt("run", "--target", "team", check=False)
        assert refused.returncode != 0 and holder in refused.stdout
        assert first.poll() is None
        kill(first)
        said, _ = second.communicate()
        assert second.returncode == 0, said
        assert read_published(team.project.lake).locations == before
        team.project.script("publish.py")
        so_far = len(seen)
        while len(seen) < so_far + 2:
            time.sleep(0.05)
    assert len(set(seen)) == 2
    assert rows_of(team.project) == expected
    assert "belong to no table" not in team.project.script("check_lake.py").stdout


@AT_LENGTH
def test_a_server_that_restarts_ends_a_build_and_harms_nothing(
    team: Team, postgres: PostgresServer
):
    expected = team.land_other()
    build = team.start_build()
    await_line(build, "START sql")
    postgres.restart()
    said, _ = build.communicate()
    assert build.returncode != 0
    assert "is not held any more" in said and "Traceback" not in said
    team.project.dbt(*BUILD, "--target", "team")
    assert rows_of(team.project) == expected
    assert "no fault" in team.project.script("check_lake.py").stdout


@AT_LENGTH
def test_a_builder_whose_python_alone_is_killed_is_not_overtaken(team: Team):
    expected = team.land_other()
    build = team.start_build()
    await_line(build, "START sql")
    build.kill()
    build.wait()
    build.stdout.close()
    team.project.dbt(*BUILD, "--target", "team")
    assert rows_of(team.project) == expected
    assert "belong to no table" not in team.project.script("check_lake.py").stdout
