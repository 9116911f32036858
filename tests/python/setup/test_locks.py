"""Who may change the lake, seen from real processes."""

import multiprocessing
import os

import pytest

from taxi.errors import TaxiError
from taxi.locks import LakeLock

CONTEXT = multiprocessing.get_context("fork")


def in_child(work) -> int:
    """Run something in a process of its own, and return its exit code."""
    child = CONTEXT.Process(target=lambda: os._exit(work() or 0))
    child.start()
    child.join()
    return child.exitcode


def refused(lake, **options) -> bool:
    try:
        LakeLock(lake, "dbt build", **options).release()
    except TaxiError:
        return True
    return False


def test_one_that_is_alone_keeps_all_others_out(any_lake):
    with LakeLock(any_lake, "dbt build"):
        assert in_child(lambda: refused(any_lake)) == 1
        assert in_child(lambda: refused(any_lake, alone=False)) == 1
    assert not refused(any_lake)


def test_those_that_do_not_insist_share_the_lake(any_lake):
    with LakeLock(any_lake, "ingest", alone=False):
        assert in_child(lambda: refused(any_lake, alone=False)) == 0
        assert in_child(lambda: refused(any_lake)) == 1


def test_a_refusal_names_the_holder_in_one_line(any_lake):
    with LakeLock(any_lake, "dbt build"), pytest.raises(TaxiError) as refusal:
        LakeLock(any_lake, "ingest", alone=False)
    text = str(refusal.value)
    assert f"is busy: dbt build (process {os.getpid()} on " in text
    assert "--wait" in text and "\n" not in text


def test_who_waits_gets_the_lake_when_it_is_free(any_lake):
    first = LakeLock(any_lake, "dbt build")
    waiting = CONTEXT.Process(
        target=lambda: os._exit(refused(any_lake, wait_seconds=None))
    )
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    first.release()
    waiting.join()
    assert waiting.exitcode == 0


def test_a_dead_holder_is_remembered_until_it_is_settled(any_lake):
    def die():
        LakeLock(any_lake, "dbt build")
        os._exit(9)

    assert in_child(die) == 9
    with LakeLock(any_lake, "ingest", alone=False):
        pass
    with LakeLock(any_lake, "publish") as lock:
        dead = lock.left_behind
        assert dead.command == "dbt build"
    with LakeLock(any_lake, "publish") as lock:
        assert lock.left_behind == dead
        lock.settle()
    with LakeLock(any_lake, "publish") as lock:
        assert lock.left_behind is None


def test_a_second_death_does_not_hide_the_first(any_lake):
    def die():
        LakeLock(any_lake, "dbt build")
        os._exit(9)

    in_child(die)
    with LakeLock(any_lake, "publish") as lock:
        first = lock.left_behind.since
        lock.settle()
    in_child(die)
    with LakeLock(any_lake, "publish") as lock:
        second = lock.left_behind.since
    in_child(die)
    with LakeLock(any_lake, "publish") as lock:
        assert first < second == lock.left_behind.since
