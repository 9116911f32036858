"""Builds on a lake that is full, read-only, damaged or has lost a file."""

import os
import shutil
import subprocess

import pytest

from project import DBT, Project
from states import build, land
from tlc_files import trips

RUN = (DBT, "--no-use-colors", "run", "--full-refresh", "--select", "fct_trips")


@pytest.fixture(scope="module")
def project(tmp_path_factory, files) -> Project:
    """A small lake that is built."""
    project = Project(tmp_path_factory.mktemp("broken"))
    land(project, files, "green", "2023-01", trips("2023-01"))
    build(project)
    return project


@pytest.fixture
def lake(project):
    """The lake, which the test may spoil: it is put back as it was."""
    spare = project.folder / "spare"
    shutil.copytree(project.lake.root, spare)
    yield project.lake
    shutil.rmtree(project.lake.root)
    spare.rename(project.lake.root)


def fails(ended: subprocess.CompletedProcess) -> str:
    """What a command that failed said; no traceback and no stack of Java."""
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert "Traceback" not in said and "\tat " not in said and "o61." not in said
    return said


def mounted(project: Project, options: str, filling: str = ":"):
    """Run on a mount over the lake that nobody else sees; return it and the marts."""
    root, copy = project.lake.root, project.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    script = (
        f"cp -a {root} {copy}.before && mount -t tmpfs -o size=64m none {root} && "
        f"cp -a {copy}.before/. {root} && rm -r {copy}.before && "
        f"{filling} && mount -o remount,{options} {root} || exit 77; "
        f'"$@"; code=$?; cp -a {root} {copy}; exit $code'
    )
    ended = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", *map(str, RUN)],
        cwd=project.source,
        env=os.environ | project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == 77 or "Operation not permitted" in ended.stderr:
        pytest.skip("this machine lets nobody mount a file system of its own")
    root.rename(f"{root}.real")
    shutil.move(copy, root)
    shutil.rmtree(f"{root}.real")
    return ended


def test_a_full_disk_is_said_and_what_was_readable_is_so_still(project, lake):
    before = project.rows("marts", "fct_trips")
    fill = f"head -c 64m /dev/zero > {lake.root}/full; true"
    said = fails(mounted(project, "rw", f"({fill})"))
    assert "full" in said or "No space left on device" in said
    assert project.rows("marts", "fct_trips") == before


def test_a_lake_that_may_not_be_written_is_said_in_one_line(project, lake):
    said = fails(mounted(project, "ro"))
    (line,) = (line for line in said.splitlines() if "cannot be written" in line)
    assert str(lake.root) in line


def test_a_damaged_catalog_is_said_in_one_line(project, lake):
    lake.catalog_file.write_bytes(os.urandom(4096))
    said = fails(project.call(*RUN, check=False))
    (line,) = (line for line in said.splitlines() if "cannot be read" in line)
    assert str(lake.catalog_file) in line and "backup" in line


def test_a_lost_data_file_is_named_and_the_marts_stay_readable(project, lake):
    before = project.rows("marts", "fct_trips")
    (lost,) = (lake.warehouse / "tlc" / "green_trips").rglob("*.parquet")
    lost.unlink()
    said = fails(project.call(*RUN, check=False))
    (line,) = {line.strip() for line in said.splitlines() if lost.name in line}
    assert "make check-lake" in line
    assert project.rows("marts", "fct_trips") == before
    checked = project.script("check_lake.py", check=False)
    assert checked.returncode == 1 and lost.name in checked.stdout
