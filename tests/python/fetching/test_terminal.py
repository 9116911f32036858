"""What a person sees on a terminal while files are fetched and landed."""

import os
import re
import subprocess
import sys

import pytest

import faults
from offered import name
from taxi.lake import PROJECT
from terminals import shown_to


def seen(fetched, server, *options: str) -> tuple[str, str]:
    """What a run writes to a terminal of 80 columns, and to stdout, which is a pipe."""
    command = [sys.executable, PROJECT / "scripts" / "ingest.py", "--from", server.url]
    command += ["--services", "green", "--months", "2020-12", *options]
    environment = os.environ | {"COLUMNS": "80", "TERM": "xterm"}

    def start(terminal: int) -> subprocess.Popen:
        pipes = {"stdout": subprocess.PIPE, "stderr": terminal, "text": True}
        return subprocess.Popen(command, env=environment, **pipes)

    shown, said = shown_to(start)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown), said


@pytest.fixture
def slow(server):
    """The server sends the file within about two seconds."""
    server.faults = [faults.trickle(2, rate=75_000)]
    return server


def test_bars_tell_bytes_rate_and_time_left_of_each_file_and_all(fetched, slow):
    shown, said = seen(fetched, slow)
    amount = r"━ [\d.]+ kB of 146.5 kB, [\d.]+ kB/s +0:00:0\d"
    assert re.search(rf"fetched 0 of 1 files +\S*{amount}", shown)
    assert re.search(rf"green_tripdata_2020-12 +\S*{amount}", shown)
    assert re.search(r"landing green_tripdata_2020-12 +\S+ 5 of 5 rows", shown)
    assert said.splitlines()[0].startswith(f"fetched     {name()}: 146.5 kB from")
    assert "━" not in said


def test_quiet_shows_no_bars_either(fetched, slow):
    assert seen(fetched, slow, "--quiet") == ("", "")
