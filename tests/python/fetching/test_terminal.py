"""What a person sees on a terminal while files are fetched and landed."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress

import pytest

import faults
from offered import name
from taxi.lake import PROJECT


def seen(fetched, server, *options: str) -> tuple[str, str]:
    """What a run writes to a terminal of 80 columns, and to stdout, which is a pipe."""
    command = [sys.executable, PROJECT / "scripts" / "ingest.py", "--from", server.url]
    command += ["--services", "green", "--months", "2020-12", *options]
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=inner,
        text=True,
        env=os.environ | {"COLUMNS": "80", "TERM": "xterm"},
    )
    os.close(inner)
    shown = b""
    # The system ends a terminal that nobody writes to with an error.
    with suppress(OSError):
        while chunk := os.read(outer, 1 << 16):
            shown += chunk
    os.close(outer)
    said, _ = process.communicate()
    assert process.returncode == 0, shown
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()), said


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
