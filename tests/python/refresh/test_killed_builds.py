"""A build that is killed leaves, after the next one, what an unkilled one leaves.

The build's Python and its JVM are killed together around a commit of the catalog: right
after it, or before it, when the new metadata file is written and the catalog, which the
test holds, still names the old one.
"""

import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from glob import glob
from pathlib import Path

import pytest

from project import DBT, Project
from states import State, build, land, state
from tlc_files import changed, trips

# The commits of a build that loads one month: about one for each of 14 tables.
COMMITS = range(1, 15)
ALL = [(moment, n) for n in COMMITS for moment in ("before", "after")]
SHORT = [("before", 4), ("after", 9)]
POINTS = ALL if os.environ.get("TAXI_KILLS") == "all" else SHORT

# Tests commit nothing.
BUILD = (DBT, "--no-use-colors", "run")


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory, files) -> tuple[Project, Path, State]:
    """A lake with a restated month to load, a copy of it, and what comes of it."""
    project = Project(tmp_path_factory.mktemp("kills"))
    land(project, files, "green", "2023-01", trips("2023-01"))
    land(project, files, "green", "2023-02", trips("2023-02"))
    build(project)
    project.script("publish.py")
    land(project, files, "green", "2023-02", changed(trips("2023-02"), 2, extra=1.5))
    spare = project.folder / "spare"
    shutil.copytree(project.lake.root, spare)
    return project, spare, rebuild(project)


def rebuild(project: Project) -> State:
    project.call(*BUILD)
    return state(project)


def pointers(catalog: sqlite3.Connection, table: str) -> set[str]:
    """The metadata files that the catalog names, of tables whose names are like one."""
    return {
        location.removeprefix("file:")
        for (location,) in catalog.execute(
            "select metadata_location from iceberg_tables where table_name like ?",
            (table,),
        )
    }


def build_count(catalog: sqlite3.Connection) -> int:
    return catalog.execute("select count(*) from taxi_builds").fetchone()[0]


def kill_around_commit(
    project: Project, moment: str, number: int, *options: str, table: str = "%"
) -> bool:
    """Build, and kill it around its nth commit. Return whether it came so far.

    Args:
        options: more than the build has.
        table: the table whose commits count, by default every one.
    """
    warehouse = project.lake.warehouse
    with closing(sqlite3.connect(project.lake.catalog_file, timeout=30)) as catalog:
        named, begun = pointers(catalog, table), build_count(catalog)
        process = subprocess.Popen(
            (*BUILD, *options),
            cwd=project.source,
            env=os.environ | project.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            commits = 0
            while process.poll() is None:
                now = pointers(catalog, table)
                commits += len(now - named)
                named |= now
                if moment == "after" and commits >= number:
                    return True
                # The record of the build is its first write, and no commit.
                is_next = commits >= number - 1 and build_count(catalog) > begun
                if moment == "before" and is_next:
                    catalog.execute("begin immediate")
                    # pathlib's own fails on a folder that goes while it looks.
                    metadata = f"{warehouse}/**/*.metadata.json"
                    known = set(glob(metadata, recursive=True))
                    while process.poll() is None:
                        if set(glob(metadata, recursive=True)) - known:
                            return True
                        time.sleep(0.02)
                time.sleep(0.005)
            return False
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            catalog.rollback()


def restore(project: Project, spare: Path) -> None:
    shutil.rmtree(project.lake.root)
    shutil.copytree(spare, project.lake.root)


def partitions(one: State) -> dict[str, list[str]]:
    """The partition of each data file, by table."""
    return {table: sorted(files.values()) for table, files in one.files.items()}


@pytest.mark.parametrize(("moment", "number"), POINTS)
def test_the_build_after_a_killed_one_repairs_it(refreshed, moment, number):
    project, spare, whole = refreshed
    restore(project, spare)
    published = read_published(project)
    assert kill_around_commit(project, moment, number)
    assert read_published(project) == published
    after = rebuild(project)
    assert after.rows == whole.rows
    assert partitions(after) == partitions(whole)
    checked = project.script("check_lake.py").stdout
    assert "belong to no table" not in checked


def test_a_build_killed_between_two_statements_of_one_model_is_repaired(refreshed):
    project, spare, whole = refreshed
    restore(project, spare)
    # A statement for each of the two months.
    anew = ("--full-refresh", "--vars", "rows_per_statement: 6")
    assert kill_around_commit(project, "after", 1, *anew, table="fct_trips")
    months = {row["source_month"] for row in project.rows("marts", "fct_trips")}
    assert len(months) == 1
    after = rebuild(project)
    assert after.rows == whole.rows
    assert partitions(after) == partitions(whole)


def read_published(project: Project) -> dict[str, int]:
    """How many rows each published mart has."""
    catalog = project.lake.open_catalog()
    return {
        name: catalog.load_table((schema, name)).scan().to_arrow().num_rows
        for schema, name in catalog.list_tables("published")
    }


def test_a_build_whose_python_alone_is_killed_is_not_overtaken_by_the_next(refreshed):
    project, spare, whole = refreshed
    restore(project, spare)
    process = subprocess.Popen(
        BUILD,
        cwd=project.source,
        env=os.environ | project.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = itertools.takewhile(lambda line: "START" not in line, process.stdout)
    assert list(lines)
    process.kill()
    process.wait()
    after = rebuild(project)
    assert after.rows == whole.rows
    assert state(project).pointers == after.pointers
