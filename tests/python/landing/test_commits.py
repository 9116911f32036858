"""A landing is seen whole or not at all, whatever happens on the way."""

import multiprocessing
import os

import pytest
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Transaction

import ingest
from taxi.landing import commits
from taxi.landing.records import in_snapshots
from taxi.landing.staging import Staging
from taxi.landing.tables import open_tables
from tlc_files import PARQUET_ERAS, changed, trips, write_parquet

GREEN = PARQUET_ERAS["green 2020"]


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


def counts(landed) -> dict[str, int]:
    names = ("green_trips", "source_files", "landings", "unreadable_values")
    return {name: landed.table(name).num_rows for name in names}


STEPS = ("_put_unreadable_values", "_put_source_file", "_append_to_landings")


@pytest.mark.parametrize("step", STEPS)
def test_a_run_repairs_what_was_killed_between_commits(landed, monkeypatch, step):
    def die(*_):
        raise Killed

    write_parquet(landed.folder, GREEN, changed(trips(), 1, extra=0.001))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(commits, step, die)
        landed.ingest("--max-bad-values", "1")
    assert landed.table("green_trips").num_rows == 5
    assert landed.table("landings").num_rows == 0
    assert landed.ingest() == 0
    assert "repaired    green_tripdata_2020-12.parquet" in landed.out
    assert "unchanged   green_tripdata_2020-12.parquet" in landed.out
    assert counts(landed) == {
        "green_trips": 5,
        "source_files": 1,
        "landings": 1,
        "unreadable_values": 1,
    }
    assert landed.column("landings", "landing_id") == landed.column(
        "source_files", "landing_id"
    )


def test_repair_keeps_to_the_order_of_landings(landed, monkeypatch):
    for count in (5, 3):
        write_parquet(landed.folder, GREEN, trips(count=count))
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(commits, "repair", lambda tables: [])
            patch.setattr(commits, "finish", lambda *_: (_ for _ in ()).throw(Killed))
            landed.ingest("--replace")
    assert landed.ingest() == 0
    assert landed.column("landings", "event") == ["landed", "replaced"]
    assert landed.source_file()["row_count"] == 3


def test_an_older_landing_that_is_finished_late_changes_no_newer_one(landed):
    tables = open_tables(landed.lake.open_catalog())
    write_parquet(landed.folder, GREEN, changed(trips(), 1, extra=0.001))
    landed.ingest("--max-bad-values", "1")
    write_parquet(landed.folder, GREEN, trips(count=3))
    landed.ingest("--replace")
    before = [
        landed.table(n) for n in ("source_files", "unreadable_values", "landings")
    ]
    older, _ = in_snapshots(tables.trips["green"].refresh())
    commits.finish(tables, older)
    after = [landed.table(n) for n in ("source_files", "unreadable_values", "landings")]
    assert after == before


def test_a_kill_before_the_commit_leaves_nothing(landed, monkeypatch):
    """A child process dies with its data file moved and not committed."""
    write_parquet(landed.folder, GREEN, trips())
    monkeypatch.setattr(commits, "commit_rows", lambda *_: os._exit(9))
    child = multiprocessing.get_context("fork").Process(target=landed.ingest)
    child.start()
    child.join()
    assert child.exitcode == 9
    assert len(list(landed.lake.warehouse.rglob("source_month=*/*.parquet"))) == 1
    monkeypatch.undo()
    monkeypatch.setenv("TAXI_LAKE", str(landed.lake.root))
    (landed.folder / "green_tripdata_2020-12.parquet").unlink()
    write_parquet(
        landed.folder, GREEN, trips("2020-11"), "green_tripdata_2020-11.parquet"
    )
    assert landed.ingest() == 0
    files = list(landed.lake.warehouse.rglob("source_month=*/*.parquet"))
    assert [file.parent.name for file in files] == ["source_month=2020-11-01"]
    assert list((landed.lake.root / "staging").iterdir()) == []


def test_the_folder_of_a_living_landing_is_left_alone(landed):
    write_parquet(landed.folder, GREEN, trips())
    with Staging(landed.lake.root, "alive") as staging:
        landed.ingest()
        assert staging.folder.is_dir()


def test_a_commit_that_failed_is_tried_again(landed, monkeypatch):
    real, attempts = Transaction.commit_transaction, []

    def fail_first(self):
        attempts.append(self)
        if len(attempts) == 1:
            raise CommitFailedException("another was quicker")
        return real(self)

    monkeypatch.setattr(Transaction, "commit_transaction", fail_first)
    write_parquet(landed.folder, GREEN, trips())
    assert landed.ingest() == 0
    assert counts(landed)["green_trips"] == 5


def test_a_commit_that_landed_unheard_is_not_repeated(landed, monkeypatch):
    real, attempts = Transaction.commit_transaction, []

    def land_and_fail(self):
        attempts.append(real(self))
        raise CommitFailedException("the answer was lost")

    monkeypatch.setattr(Transaction, "commit_transaction", land_and_fail)
    write_parquet(landed.folder, GREEN, trips())
    assert landed.ingest() == 0
    assert counts(landed) == {
        "green_trips": 5,
        "source_files": 1,
        "landings": 1,
        "unreadable_values": 0,
    }
    assert len(attempts) == 3


def test_commits_that_never_pass_are_said_in_one_line(landed, monkeypatch):
    def fail(self):
        raise CommitFailedException("another was quicker")

    monkeypatch.setattr(Transaction, "commit_transaction", fail)
    monkeypatch.setattr(commits, "_ATTEMPTS", 2)
    write_parquet(landed.folder, GREEN, trips())
    assert landed.ingest() == 1
    assert "is being changed by another process; run again later" in landed.err
    assert len(landed.err.splitlines()) == 1
    assert list(landed.lake.warehouse.rglob("source_month=*/*.parquet")) == []


def _ingest(folder: str, start) -> None:
    start.wait()
    os._exit(ingest.main(["--from", folder]))


def test_two_runs_at_once_land_each_month_once(landed):
    """Also on a lake that neither finds there."""
    for month in ("2020-10", "2020-11", "2020-12"):
        name = f"green_tripdata_{month}.parquet"
        write_parquet(landed.folder, GREEN, trips(month), name)
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    arguments = (str(landed.folder), start)
    runs = [context.Process(target=_ingest, args=arguments) for _ in range(2)]
    for run in runs:
        run.start()
    start.set()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0]
    assert landed.table("green_trips").num_rows == 15
    assert landed.table("source_files").num_rows == 3
    told = set(landed.column("landings", "landing_id"))
    assert set(landed.column("source_files", "landing_id")) <= told
