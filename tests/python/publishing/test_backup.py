"""A lake that is copied, put back, and moved, as docs/keeping-a-lake.md says."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

from project import SAMPLE
from small_marts import NAMES, values
from taxi.errors import TaxiError
from taxi.lake import PROJECT
from taxi.locks import LakeLock
from taxi.publishing.publish import publish, roll_back
from taxi.publishing.reading import read_published


def documented(purpose: str) -> str:
    """The shell command that the page gives, by the comment that follows it."""
    page = (PROJECT / "docs" / "keeping-a-lake.md").read_text()
    (command,) = re.findall(rf"^(.+?) +# {re.escape(purpose)}$", page, re.MULTILINE)
    return command


def run_in(folder, command: str):
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def two(marts):
    """Two publications, of builds that left 1 and 2; readers see the second."""
    for value in (1, 2):
        marts.build(value)
        publish(marts.lake)
    return marts


@pytest.mark.skipif(not shutil.which("flock"), reason="no flock here, as on macOS")
@pytest.mark.parametrize("is_linked", [False, True])
def test_a_lake_put_back_from_a_copy_is_as_it_was(two, tmp_path, is_linked):
    root = two.lake.root
    if is_linked:
        root.rename(tmp_path / "elsewhere")
        root.symlink_to(tmp_path / "elsewhere")
    roll_back(two.lake)
    back_up = documented("back up, while nobody builds or lands")
    assert run_in(root.parent, back_up).returncode == 0
    publish(two.lake)
    # A later copy takes the place of the first.
    ended = run_in(root.parent, back_up)
    assert ended.returncode == 0, ended.stderr
    two.build(3)
    publish(two.lake)
    shutil.rmtree(root.resolve())
    put_back = documented("put it back, at the same path")
    ended = run_in(root.parent, put_back)
    assert ended.returncode == 0, ended.stderr
    assert two.seen() == dict.fromkeys(NAMES, 2)
    roll_back(two.lake)
    two.build(4)
    publish(two.lake)
    assert two.seen() == dict.fromkeys(NAMES, 4)


@pytest.mark.skipif(not shutil.which("flock"), reason="no flock here, as on macOS")
def test_a_lake_that_is_being_built_is_not_copied(two):
    root = two.lake.root
    back_up = documented("back up, while nobody builds or lands")
    with LakeLock(two.lake, "dbt build"):
        ended = run_in(root.parent, back_up)
    assert ended.returncode != 0
    assert list(root.parent.glob("lake-*")) == []


def test_a_lake_moves_if_its_old_path_leads_to_the_new_one(two, tmp_path):
    root, elsewhere = two.lake.root, tmp_path / "other disk" / "lake"
    elsewhere.parent.mkdir()
    move = documented("move it")
    assert move == "mv lake /other/disk/lake && ln -s /other/disk/lake lake"
    move = move.replace("/other/disk/lake", shlex.quote(str(elsewhere)))
    ended = run_in(root.parent, move)
    assert ended.returncode == 0, ended.stderr
    assert root.is_symlink() and not elsewhere.is_symlink()
    assert two.seen() == dict.fromkeys(NAMES, 2)
    two.project.script("ingest.py", "--from", SAMPLE, "--months", "2025-01")
    two.build(3)
    publish(two.lake)
    assert values(read_published(two.lake)) == dict.fromkeys(NAMES, 3)
    # What was written after the move lies at the new place.
    location = two.pointers()["fct_trips"].removeprefix("file://")
    assert os.path.realpath(location).startswith(str(elsewhere))


def test_a_lake_that_only_moved_says_which_file_it_lacks(two, tmp_path):
    moved = tmp_path / "elsewhere"
    two.lake.root.rename(moved)
    lake = two.lake.from_environment({"TAXI_LAKE": str(moved)})
    with pytest.raises(TaxiError, match="lacks the metadata file"):
        values(read_published(lake))
