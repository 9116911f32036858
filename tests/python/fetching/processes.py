"""The commands as processes of their own, to be killed or interrupted."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from taxi.lake import PROJECT

# Runs a command; says its exit code, and later how many of its threads go on.
_WATCHED = """
import importlib, sys, threading
code = importlib.import_module(sys.argv[1]).main(sys.argv[2:])
print("ended with", code, flush=True)
workers = [one for one in threading.enumerate() if one is not threading.main_thread()]
for worker in workers:
    worker.join(20)
print(sum(one.is_alive() for one in workers), "threads go on")
"""


@contextmanager
def running(command: str, lake, *options) -> Iterator[subprocess.Popen]:
    """A command, such as `ingest.py`, under way."""
    with _process(lake, PROJECT / "scripts" / command, *options) as process:
        yield process


@contextmanager
def watched(module: str, lake, *options) -> Iterator[subprocess.Popen]:
    """A command whose last lines say its exit code, and how many threads go on."""
    with _process(lake, "-c", _WATCHED, module, *options) as process:
        yield process


@contextmanager
def _process(lake, *words) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, *map(str, words)],
        env=os.environ | {"TAXI_LAKE": str(lake.root)},
        cwd=PROJECT / "scripts",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait for something that a command does, for a minute at most."""
    for _ in range(1200):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")
