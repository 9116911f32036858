"""Mirrors that are killed or interrupted, as processes of their own."""

import signal
import threading

import pytest

from offered import name, parquet
from processes import running, wait_for, watched

FILE = parquet()
MONTHS = ("2020-10", "2020-11", "2020-12")

# Three parts of an upload.
LARGE = parquet(padding=8_000_000)


# Three green months, one by one.
WANTED = ("--services", "green", "--months", "2020-10:2020-12", "--jobs", "1")


def options(server) -> tuple[str, ...]:
    return ("--from", server.url, "--to", "gs://trips/tlc", *WANTED)


def refuse_later(bucket, after: int) -> list[str]:
    """Let so many requests of uploads pass; return those that come later."""
    stuck = []

    def fault(method: str, path: str) -> int | None:
        if "/upload/" in path and len(bucket.front.uploads()) > after:
            stuck.append(path)
            return 503
        return None

    bucket.front.fault = fault
    return stuck


@pytest.fixture
def killed_mirror(fetched, server, bucket):
    """Kills a mirror when its uploads are stuck after so many requests."""

    def kill(after: int) -> None:
        stuck = refuse_later(bucket, after)
        with running("mirror.py", fetched.lake, *options(server)) as process:
            wait_for(lambda: bool(stuck))
            process.send_signal(signal.SIGKILL)
            process.wait()
        bucket.front.fault = lambda method, path: None
        server.asked.clear()
        bucket.front.asked.clear()

    return kill


def test_a_killed_mirror_goes_on_with_the_file_it_was_at(
    copy, server, bucket, fetched, killed_mirror
):
    for month in MONTHS:
        server.put(name(month), FILE)
    killed_mirror(after=1)
    assert copy(server.url, *WANTED) == 0
    assert "files: 2 mirrored, 1 unchanged, 0 refused" in fetched.out
    # The second was fetched before the kill, and is not fetched again.
    assert server.methods().count("GET") == 1
    for month in MONTHS:
        assert bucket.get(f"tlc/{name(month)}").download_as_bytes() == FILE


def test_an_upload_that_was_killed_between_two_parts_is_sent_anew(
    copy, server, bucket, fetched, killed_mirror
):
    server.put(name("2020-10"), LARGE)
    for month in MONTHS[1:]:
        server.put(name(month), FILE)
    # The upload is opened, and one part of three arrives.
    killed_mirror(after=2)
    assert bucket.get(f"tlc/{name('2020-10')}") is None
    assert copy(server.url, *WANTED) == 0
    assert "files: 3 mirrored, 0 unchanged, 0 refused" in fetched.out
    assert server.methods().count("GET") == 2
    assert bucket.get(f"tlc/{name('2020-10')}").download_as_bytes() == LARGE


def test_an_interrupt_ends_the_threads_that_send(server, bucket, fetched):
    """The second part of three is on its way meanwhile; the third is not sent."""
    server.put(name("2020-10"), LARGE)
    is_stopped = threading.Event()

    def fault(method: str, path: str) -> None:
        if len(bucket.front.uploads()) == 3:
            is_stopped.wait(60)

    bucket.front.fault = fault
    with watched("mirror", fetched.lake, *options(server)) as process:
        wait_for(lambda: len(bucket.front.uploads()) == 3)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "ended with 130\n"
        is_stopped.set()
        out, error = process.communicate(timeout=120)
    assert out == "0 threads go on\n"
    assert error.splitlines()[-1] == "mirror: stopped; run again to copy the rest"
    assert len(bucket.front.uploads()) == 3
    assert bucket.get(f"tlc/{name('2020-10')}") is None
