"""What cannot be printed is said in one line, and the exit code tells."""

import os
import subprocess
import sys

import pytest

from project import Project
from taxi.lake import PROJECT

SCRIPT = PROJECT / "scripts" / "history.py"


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Project:
    """A lake that one row was landed in."""
    project = Project(tmp_path_factory.mktemp("lake"))
    project.script(
        "ingest.py", "--from", PROJECT / "data" / "sample", "--months", "2024-01"
    )
    return project


def run(lake: Project, command: str, unbuffered: str = ""):
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} {command}"],
        cwd=PROJECT / "scripts",
        env=os.environ | lake.environment | {"PYTHONUNBUFFERED": unbuffered},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("history.py > /dev/full", "No space left on device"),
        ("check_lake.py > /dev/full", "No space left on device"),
        ("expire.py > /dev/full", "No space left on device"),
        ("history.py >&-", "Bad file descriptor"),
        (
            f"ingest.py --from {PROJECT}/data/sample --dry-run > /dev/full",
            "No space left on device",
        ),
    ],
)
def test_a_full_or_closed_output_is_said(lake, command, said, unbuffered):
    ended = run(lake, command, unbuffered)
    assert ended.returncode == 1
    (line,) = [one for one in ended.stderr.splitlines() if "dbt build" not in one]
    name = command.split(".py")[0]
    assert line == f"{name}: the output cannot be written: {said}"


def test_help_that_cannot_be_printed_is_said(lake):
    ended = run(lake, "history.py --help > /dev/full")
    assert ended.returncode == 1
    assert ended.stderr == (
        "history: the output cannot be written: No space left on device\n"
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_left_is_no_fault_of_the_lake(lake, unbuffered):
    ended = run(lake, "history.py --json | true", unbuffered)
    assert "cannot" not in ended.stderr and "Errno" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_words_that_nobody_can_hear_do_not_land_in_the_results(lake):
    ended = run(lake, "history.py 2>&-")
    assert (ended.returncode, ended.stdout) == (
        0,
        "no build is recorded yet; run dbt build\n",
    )
