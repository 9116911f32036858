"""A lake of a team on PostgreSQL, in either of two states."""

import os
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from project import DBT, Project
from taxi.lake import PROJECT
from tlc_files import Trip, changed, trips

BUILD = ("build", "--exclude-resource-type", "unit_test")

# What the landing and the moment of it differ in, whatever the catalog.
_OF_THE_LANDING = {"landed_at", "landing_id"}

Rows = dict[str, Counter]

# The month that a test lands anew, and what either state of it holds.
MONTH = "2023-02"
STATES: list[list[Trip]] = [trips(MONTH), changed(trips(MONTH), 2, total_amount=50.0)]


@dataclass
class Team:
    """A lake on PostgreSQL, and what its two states hold.

    Attributes:
        reading: the same lake for the role that may only read.
        landed: the number of the state that is landed.
        rows: what the models hold in each state, by table.
        seen: arguments of processes while the first state was built.
    """

    project: Project
    reading: Project
    files: Path
    landed: int
    rows: list[Rows]
    seen: set[str]

    def land_other(self) -> Rows:
        """Land the month as it is in the other state; return what is to come of it."""
        self.landed = 1 - self.landed
        land(self.project, self.files, self.landed)
        return self.rows[self.landed]

    def start_build(self, **environment: str) -> subprocess.Popen:
        """Start a build in a group of processes of its own."""
        return subprocess.Popen(
            [DBT, "--no-use-colors", *BUILD, "--target", "team"],
            cwd=PROJECT,
            env=os.environ | self.project.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def land(project: Project, files: Path, state: int) -> None:
    """Land the months of a state."""
    project.script("ingest.py", "--from", files / str(state), "--replace")


def rows_of(project: Project) -> Rows:
    """All cells of every table that the project builds."""
    catalog = project.lake.open_catalog()
    found = {}
    for schema in ("seeds", "intermediate", "marts"):
        for name in catalog.list_tables(schema):
            rows = catalog.load_table(name).scan().to_arrow()
            kept = [one for one in rows.column_names if one not in _OF_THE_LANDING]
            cells = rows.select(kept).to_pylist()
            found[".".join(name)] = Counter(
                tuple(sorted(row.items(), key=lambda cell: cell[0])) for row in cells
            )
    return found


@contextmanager
def watched_arguments() -> Iterator[set[str]]:
    """Collect the arguments of all processes of this machine, as `ps` shows them."""
    seen, is_over = set(), threading.Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    seen.add(path.read_bytes().replace(b"\0", b" ").decode())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        is_over.set()
        watcher.join()


def build_and_watch(project: Project) -> set[str]:
    """Build, let Spark log its events, and return the arguments of all processes."""
    settings = project.folder / "spark"
    shutil.copytree(PROJECT / "profiles" / "spark", settings)
    events = project.folder / "events"
    events.mkdir()
    (settings / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir file://{events}\n"
        "spark.eventLog.compress false\n"
    )
    with pytest.MonkeyPatch.context() as patch, watched_arguments() as seen:
        patch.setenv("SPARK_CONF_DIR", str(settings))
        project.dbt("--debug", *BUILD, "--target", "team")
    return seen
