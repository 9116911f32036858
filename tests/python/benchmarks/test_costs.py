"""What the benchmarks measure of a command is what it and its processes did."""

import subprocess
import sys
from runpy import run_path

import pytest

from taxi.errors import TaxiError
from taxi.lake import PROJECT

BENCHMARKS = PROJECT / "scripts" / "benchmarks"
# Their folder is on no path: one of them has the name of a script.
cost_of = run_path(BENCHMARKS / "costs.py")["cost_of"]

# 200 MB, and a second of work, in a process of its own.
WORK = """
import time
held = bytearray(b"x") * 200_000_000
while time.process_time() < 1:
    pass
time.sleep(1)
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"


def test_all_processes_count(tmp_path):
    cost = cost_of([sys.executable, "-c", PARENT, WORK], tmp_path, {})
    assert 1 < cost.cpu_seconds <= 2 * cost.seconds
    assert 200e6 < cost.peak_bytes < 1e9


def test_a_command_that_fails_says_its_last_words(tmp_path):
    words = "import os; print('why'); print(os.environ['WHO']); raise SystemExit(3)"
    with pytest.raises(TaxiError, match=r"-c failed: why / me$"):
        cost_of([sys.executable, "-c", words], tmp_path, {"WHO": "me"})


@pytest.mark.parametrize(
    "option", [("--scale", "0"), ("--scale", "x"), ("--months", "13")]
)
def test_wrong_options_are_said_in_one_line(option):
    ended = subprocess.run(
        [sys.executable, BENCHMARKS / "build.py", *option],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert option[1] in ended.stderr
