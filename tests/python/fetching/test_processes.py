"""Runs that are killed, interrupted or two at once, as processes of their own."""

import signal
import threading
import time
from glob import glob

import faults
import processes
from offered import name, parquet
from processes import wait_for, watched
from taxi.locks import LakeLock

HALF = 70_000


def running(fetched, server, *options: str):
    """Green months of a server on their way."""
    place = ("--from", server.url, "--services", "green")
    return processes.running("ingest.py", fetched.lake, *place, *options)


def half_then_wait(event: threading.Event):
    """Send the first half of a file, and the rest when told."""

    def answer(request) -> bool:
        request.begin(200, len(request.data))
        request.wfile.write(request.data[:HALF])
        request.wfile.flush()
        event.wait(60)
        request.hang_up()
        return True

    return answer


def test_a_killed_run_resumes_what_it_had(fetched, server):
    event = threading.Event()
    server.faults = [half_then_wait(event)]
    with running(fetched, server, "--months", "2020-12") as process:
        wait_for(lambda: any(p.stat().st_size == HALF for p in fetched.cached("part")))
        process.send_signal(signal.SIGKILL)
        process.wait()
    event.set()
    assert not fetched.cached("*.parquet")
    assert fetched.green(server) == 0
    assert server.ranges() == [None, f"bytes={HALF - 4096}-"]
    assert fetched.row_count() == 5
    assert not fetched.cached("part")


def test_a_part_of_a_file_that_changed_meanwhile_is_not_used(fetched, server):
    event = threading.Event()
    server.faults = [half_then_wait(event)]
    with running(fetched, server, "--months", "2020-12") as process:
        wait_for(lambda: any(p.stat().st_size == HALF for p in fetched.cached("part")))
        process.kill()
    event.set()
    server.put(name(), parquet(count=3))
    assert fetched.green(server) == 0
    assert fetched.row_count() == 3


def test_an_interrupt_ends_at_once_in_one_line(fetched, server):
    """The server is silent, and the run may wait for it ten minutes."""
    event = threading.Event()
    server.faults = [half_then_wait(event)]
    options = ("--months", "2020-12", "--timeout", "600")
    with running(fetched, server, *options) as process:
        wait_for(lambda: any(p.stat().st_size == HALF for p in fetched.cached("part")))
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        assert process.returncode == 130
        assert error == "ingest: stopped; run again to land the rest\n"
    event.set()


def test_an_interrupt_ends_the_threads_that_fetch(fetched, server):
    """The server is so slow that it would take them minutes to end by themselves."""
    server.put_months("2020-11", "2020-12")
    server.faults = [faults.trickle(300, 2000)] * 2
    options = ("--months", "2020-11:2020-12", "--services", "green")
    with watched("ingest", fetched.lake, "--from", server.url, *options) as process:
        wait_for(lambda: len(fetched.cached("part")) == 2)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=120)
    assert out == "ended with 130\n0 threads go on\n"
    assert error == "ingest: stopped; run again to land the rest\n"
    assert len(fetched.cached("part")) == 2


def test_a_build_can_have_the_lake_while_files_are_fetched(fetched, server):
    builds = []

    def build(request) -> bool:
        with LakeLock(fetched.lake, "dbt build"):
            builds.append(request.command)
        return False

    server.head_faults, server.faults = [build], [build]
    assert fetched.green(server) == 0
    assert builds == ["HEAD", "GET"]


def test_a_landing_waits_for_a_build_that_began_meanwhile(fetched, server):
    lock = []

    def build(request) -> bool:
        lock.append(LakeLock(fetched.lake, "dbt build"))
        return False

    server.faults = [build]
    with running(fetched, server, "--months", "2020-12") as process:
        wait_for(lambda: bool(fetched.cached("*.parquet")))
        wait_for(lambda: bool(glob(f"{fetched.lake.root}/staging/*/*.parquet")))
        # Long enough for one that does not wait.
        time.sleep(1)
        assert fetched.row_count() == 0 and process.poll() is None
        lock[0].release()
        out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    assert f"landed      {name()}: 5 trips" in out


def test_two_runs_at_once_fetch_and_land_each_file_once(fetched, server):
    """No file is sent before both runs have decided to fetch all of them."""

    def wait(request) -> bool:
        wait_for(lambda: server.methods().count("HEAD") == 2 * len(months))
        return False

    months = ("2020-09", "2020-10", "2020-11", "2020-12")
    for month in months:
        server.put(name(month), parquet(month=month))
    server.faults = [wait] * len(months)
    span = ("--months", "2020-09:2020-12")
    with (
        running(fetched, server, *span) as one,
        running(fetched, server, *span) as other,
    ):
        said = [process.communicate(timeout=300) for process in (one, other)]
        assert (one.returncode, other.returncode) == (0, 0), said
    assert server.methods().count("GET") == len(months)
    assert fetched.row_count() == 20
    assert fetched.table("source_files").num_rows == 4
