"""How the JVM of a session is started."""

import subprocess
import sys

import pytest

from project import Project
from taxi.java import CLASS_ARCHIVE, quoted

# Which files the JVM of a session has mapped, and what it was called with.
ASK = """
import sys
from pathlib import Path
from pyspark import SparkContext
from taxi.java import java_options
from taxi.lake import Lake
from taxi.spark import open_spark
session = open_spark(Lake.from_environment(), eval(sys.argv[1]))
process = SparkContext._gateway.proc.pid
print(Path(f"/proc/{process}/maps").read_text())
print(session._jvm.java.lang.System.getProperty("tried"))
"""


def ask(tmp_path, settings: str) -> subprocess.CompletedProcess:
    return Project(tmp_path).call(sys.executable, "-c", ASK, settings)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is mapped")
def test_a_session_maps_the_classes_that_set_up_archived(tmp_path):
    assert str(CLASS_ARCHIVE) in ask(tmp_path, "{}").stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is mapped")
def test_an_archive_that_does_not_fit_is_passed_over_in_silence(tmp_path):
    other = tmp_path / "other.jsa"
    other.write_text("no archive")
    option = f"java_options('-XX:SharedArchiveFile={other}')"
    ended = ask(tmp_path, option)
    assert str(other) not in ended.stdout
    assert ended.stdout.endswith("None\n")
    assert ended.stderr == ""


def test_any_path_can_be_an_option(tmp_path):
    name = "o'neil's \"own\" back\\slash"
    option = {"spark.driver.extraJavaOptions": f"-Dtried={quoted(name)}"}
    assert ask(tmp_path, repr(option)).stdout.endswith(f"{name}\n")
