"""A landing that is killed leaves, after the next run, what an unkilled one leaves.

A child process lands and dies for good at its nth change of a file or of the catalog,
before or after it.
"""

import inspect
import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFile
from sqlalchemy.orm import Session

import ingest
from landings import Workshop
from taxi.landing.staging import Staging
from tlc_files import PARQUET_ERAS, changed, trips, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
# The file that comes second has fewer rows.
OPTIONS = ("--max-bad-values", "1", "--replace")

# Each is called once or more in a landing: what it does is cut off before and after.
STEPS = (
    (SqlCatalog, "_write_metadata"),
    (Session, "commit"),
    (PyArrowFile, "create"),
    (Staging, "move_to"),
)

# Points over a landing, which has about 30 such calls; `all` takes every one.
ALL = os.environ.get("TAXI_KILLS") == "all"
POINTS = range(64) if ALL else (1, 14, 23, 31, 40)
FIRST_POINTS = range(48) if ALL else (0, 7)

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["ingest"])


def die_at(point: int) -> None:
    """Let this process die before a change, or after it if the point is odd."""
    changes, lock = itertools.count(), threading.Lock()

    def cut(real):
        def wrapper(*arguments, **options):
            with lock:
                change = next(changes)
            if point == 2 * change:
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*arguments, **options)
            if point == 2 * change + 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapper

    for owner, name in STEPS:
        is_static = isinstance(inspect.getattr_static(owner, name), staticmethod)
        wrapped = cut(getattr(owner, name))
        setattr(owner, name, staticmethod(wrapped) if is_static else wrapped)


def work(root: str, arguments: list[str], point: int | None) -> None:
    os.environ["TAXI_LAKE"] = root
    os.environ.pop("TAXI_CATALOG", None)
    if point is not None:
        die_at(point)
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        os._exit(ingest.main(arguments))


def run(workshop: Workshop, *arguments: str, point: int | None = None) -> int:
    """Run the command in a child, which dies at a point; return its exit code."""
    words = list(arguments) or ["--from", str(workshop.files), *OPTIONS]
    child = CHILDREN.Process(target=work, args=(str(workshop.lake.root), words, point))
    child.start()
    child.join()
    return child.exitcode


def write(folder: Path, count: int) -> Workshop:
    """A workshop with a file of which one value cannot be read."""
    folder.mkdir(exist_ok=True)
    workshop = Workshop(folder)
    rows = changed(trips(count=count), 1, extra=0.001)
    write_parquet(workshop.files, GREEN, rows)
    return workshop


def prepare(folder: Path) -> Workshop:
    """A lake with a landed month, and a file that is to replace it."""
    assert run(write(folder, count=5)) == 0
    return write(folder, count=4)


def files_by_kind(workshop: Workshop) -> Counter:
    """How many files of each kind lie in each folder: their names differ by chance."""
    root = workshop.lake.root
    files = [path for path in root.rglob("*") if path.is_file()]
    kinds = ((str(file.parent.relative_to(root)), file.suffix) for file in files)
    return Counter(kind for kind in kinds if kind[0] != "locks")


def content(workshop: Workshop) -> list[pa.Table]:
    """The landed tables without what differs from run to run."""
    chance = {"landing_id", "landed_at", "origin"}
    names = ("green_trips", "source_files", "unreadable_values")
    tables = [workshop.table(name) for name in names]
    tables = [t.select([c for c in t.column_names if c not in chance]) for t in tables]
    events = workshop.table("landings").sort_by("landed_at").select(["event"])
    return [*tables, events]


@pytest.fixture(scope="module")
def unkilled(tmp_path_factory) -> tuple[list[pa.Table], Counter]:
    workshop = prepare(tmp_path_factory.mktemp("unkilled") / "w")
    assert run(workshop) == 0
    return content(workshop), files_by_kind(workshop)


@pytest.mark.parametrize("point", POINTS)
def test_the_next_run_ends_as_one_that_was_never_killed(tmp_path, unkilled, point):
    workshop = prepare(tmp_path / "w")
    # Of all points, the last lie behind the end.
    assert run(workshop, point=point) == -signal.SIGKILL or (ALL and point > 40)
    assert run(workshop) == 0
    assert (content(workshop), files_by_kind(workshop)) == unkilled


@pytest.mark.parametrize("point", FIRST_POINTS)
def test_so_does_one_in_a_lake_whose_making_was_killed(tmp_path, point):
    whole, killed = (write(tmp_path / name, count=5) for name in ("whole", "killed"))
    assert run(whole) == 0
    assert run(killed, point=point) == -signal.SIGKILL or (ALL and point > 40)
    assert run(killed) == 0
    assert content(killed) == content(whole)
    assert files_by_kind(killed) == files_by_kind(whole)


@pytest.mark.parametrize("point", [1, 4])
def test_a_repair_may_be_killed_too(tmp_path, unkilled, point):
    workshop = prepare(tmp_path / "w")
    for number in (23, point):
        assert run(workshop, point=number) == -signal.SIGKILL
    assert run(workshop) == 0
    assert (content(workshop), files_by_kind(workshop)) == unkilled


@pytest.mark.parametrize("point", [3, 8])
def test_a_withdrawal_that_was_killed_leaves_nothing_behind(tmp_path, point):
    words = ("--withdraw", "green", "2020-12")
    whole, killed = (prepare(tmp_path / name) for name in ("whole", "killed"))
    assert run(whole, *words) == 0
    assert run(killed, *words, point=point) == -signal.SIGKILL
    if run(killed, *words) == 1:
        # It had been withdrawn, and was finished.
        assert killed.table("source_files").num_rows == 0
    assert content(killed) == content(whole)
    assert files_by_kind(killed) == files_by_kind(whole)
