"""The benchmark of landing runs, at a scale that measures nothing."""

import subprocess
import sys

import pytest

from taxi.lake import PROJECT


def bench(*options: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, PROJECT / "scripts/benchmarks/ingest.py", *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_ways_are_measured():
    ended = bench("--scale", "0.0005", "--jobs", "2")
    assert (ended.returncode, ended.stderr) == (0, "")
    first, header, copied, landed = ended.stdout.splitlines()
    assert first == "13,164 rows in 24 files, 2 workers"
    assert header.split() == ["time", "rows/s", "ratio", "CPU", "peak", "memory"]
    assert copied.startswith("pyarrow ") and copied.split()[4] == "1.00"
    assert landed.startswith("landing ") and landed.endswith(" MB")


@pytest.mark.parametrize(
    "option", [("--scale", "0"), ("--scale", "x"), ("--jobs", "0")]
)
def test_wrong_options_are_said_in_one_line(option):
    ended = bench(*option)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
