"""Readers, killed publishers and the switch itself: never two moments at once."""

import multiprocessing
import os
import signal
import time

import pytest
from sqlalchemy import Engine, event

from small_marts import NAMES, values
from taxi.errors import TaxiError
from taxi.publishing.publish import publish, roll_back
from taxi.publishing.reading import read_published

CONTEXT = multiprocessing.get_context("fork")

on_both = pytest.mark.parametrize("marts", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def two(marts):
    """Two publications, of builds that left 1 and 2; readers see the second."""
    for value in (1, 2):
        marts.build(value)
        publish(marts.lake)
    return marts


def start(work, *arguments) -> multiprocessing.Process:
    """Run something in a process of its own, which ends without pytest's goodbyes."""

    def run():
        code = 1
        try:
            work(*arguments)
            code = 0
        finally:
            os._exit(code)

    child = CONTEXT.Process(target=run)
    child.start()
    return child


def switch_again_and_again(lake, count: int | None = None) -> None:
    """Go back to the first publication and forward to the second, in turn."""
    while count is None or count > 0:
        roll_back(lake, 1)
        roll_back(lake, 2)
        count = count and count - 1


def shown(marts) -> int:
    """What readers see, after checking that all of it is of one publication."""
    (value,) = set(marts.seen().values())
    assert list(marts.pointers()) == list(NAMES)
    *_, last = marts.publications()
    assert last.tables == marts.pointers()
    return value


@on_both
def test_a_reader_never_sees_two_moments(two):
    publisher = start(switch_again_and_again, two.lake, 25)
    moments = set()
    while publisher.is_alive():
        (moment,) = set(values(read_published(two.lake)).values())
        moments.add(moment)
    assert publisher.exitcode == 0
    # The test has read between two switches, and so could have seen a mixture.
    assert moments == {1, 2}


def die_at(step: int, lake) -> None:
    """Roll back, and be killed before the nth step on the catalog's database."""
    left = [step]

    def count(*_):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, count)
    roll_back(lake, 1)


@on_both
def test_a_publisher_killed_at_any_step_leaves_the_old_or_the_new(two):
    is_of_team = two.project.catalog.startswith("postgresql:")
    # A process takes longer with a server.
    stride = 4 if is_of_team and os.environ.get("TAXI_KILLS") != "all" else 1
    left = []
    for step in range(0, 400, stride):
        child = start(die_at, step, two.lake)
        child.join()
        left.append(shown(two))
        # The next one needs no repair.
        roll_back(two.lake, 2)
        assert shown(two) == 2
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
    # Killed at every step there was, and the last one was not killed.
    assert left[-1] == 1 and child.exitcode == 0
    assert len(left) > 20 / stride and set(left[: 10 // stride]) == {2}


@on_both
def test_a_publisher_killed_at_any_moment_leaves_the_old_or_the_new(two):
    for number in range(8):
        child = start(switch_again_and_again, two.lake)
        time.sleep(0.3 + 0.037 * number)
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        assert shown(two) in (1, 2)
    publish(two.lake)
    roll_back(two.lake, 1)
    assert shown(two) == 1


def test_a_switch_that_finds_no_room_leaves_the_old(two):
    def leave_no_room(connection, _):
        connection.execute("pragma max_page_count = 1")

    event.listen(Engine, "connect", leave_no_room)
    try:
        # A record may still fit into a page that is there.
        with pytest.raises(TaxiError, match="disk is full") as refusal:
            switch_again_and_again(two.lake)
    finally:
        event.remove(Engine, "connect", leave_no_room)
    assert "\n" not in str(refusal.value)
    assert shown(two) in (1, 2)
