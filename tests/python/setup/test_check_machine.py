import os
import subprocess
import sys
from pathlib import Path

import pytest

from check_machine import java_fault, python_fault
from taxi.lake import PROJECT


def fake_java(folder: Path, says: str, exit_code: int = 0) -> str:
    """A program that answers -version as a Java of another age does."""
    program = folder / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {exit_code}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_takes_the_pythons_that_the_lock_fits(version):
    assert python_fault(version) is None


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_names_a_python_that_does_not_fit(version):
    assert "{}.{} found".format(*version) in python_fault(version)


@pytest.mark.parametrize(
    "says",
    [
        'openjdk version "17.0.15" 2025-04-15',
        'openjdk version "21" 2023-09-19',
        'Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.2" 2024-01-16',
    ],
)
def test_takes_java_17_and_21(tmp_path, says):
    assert java_fault(fake_java(tmp_path, says)) is None


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        ('java version "1.8.0_392"', "Java 8 is too old"),
        ('openjdk version "11.0.22" 2024-01-16', "Java 11 is too old"),
        ('openjdk version "25" 2025-09-16', "Java 25 is too new"),
        ("Unable to locate a Java Runtime.", "no Java found"),
    ],
)
def test_names_a_java_that_does_not_fit(tmp_path, says, fault):
    assert fault in java_fault(fake_java(tmp_path, says))


def test_java_that_fails_is_no_java(tmp_path):
    program = fake_java(tmp_path, 'openjdk version "17.0.15"', exit_code=1)
    assert "no Java found" in java_fault(program)


def test_the_command_says_what_is_missing_in_one_line(tmp_path):
    ended = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "check_machine.py"],
        env={**os.environ, "JAVA_HOME": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert "install Java 17 or 21" in ended.stderr
