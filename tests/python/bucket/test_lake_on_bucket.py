"""A lake on a bucket is landed, checked and swept as one in a folder."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import check_lake
import expire
import ingest
from project import Project
from taxi.bucket_path import BucketPath
from taxi.file_access import files_under
from taxi.upkeep.sweep import sweep_orphans
from tlc_files import PARQUET_ERAS, changed, trips, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
MONTH = ("green", "2020-12")
BORNE = ("--max-bad-values", "1")

# Where a landing is cut off: its changes of the bucket and of the catalog.
POINTS = [
    ("bucket", "receive", "after", 2),
    ("session", "commit", "after", 1),
    ("bucket", "receive", "before", 1),
    ("catalog", "_write_metadata", "after", 1),
    ("session", "commit", "before", 1),
    ("session", "commit", "after", 2),
]

# Runs ingest.py, and dies before or after the nth call of a function.
KILLED = """
import os, signal, sys
import ingest
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy.orm import Session
from taxi.bucket_path import BucketPath

owner, name, moment, count = sys.argv[1:5]
owner = {"bucket": BucketPath, "catalog": SqlCatalog, "session": Session}[owner]
real, calls = getattr(owner, name), []

def dying(*arguments, **options):
    calls.append(1)
    is_last = len(calls) == int(count)
    if is_last and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*arguments, **options)
    if is_last:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, staticmethod(dying) if name == "_write_metadata" else dying)
ingest.main(sys.argv[5:])
"""


def write(folder: Path, count: int) -> Path:
    """A folder with a file of which one value cannot be read."""
    folder.mkdir(parents=True, exist_ok=True)
    write_parquet(folder, GREEN, changed(trips(count=count), 1, extra=0.001))
    return folder


def run(project: Project, command, *arguments: str | Path, expected: int = 0) -> str:
    """Call a command in this process. Return what it said on stdout."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        for name, value in project.environment.items():
            patch.setenv(name, value)
        assert command.main(list(map(str, arguments))) == expected
    return said.getvalue()


def land(project: Project, count: int) -> str:
    files = write(project.folder / f"files-{count}", count)
    return run(project, ingest, "--from", files, "--replace", *BORNE)


def landed(project: Project, name: str) -> list[dict]:
    """Rows of a landed table, without what differs from run to run."""
    chance = {"landing_id", "landed_at", "origin"}
    return sorted(
        (
            {key: value for key, value in row.items() if key not in chance}
            for row in project.rows("tlc", name)
        ),
        key=str,
    )


def content(project: Project) -> list[list[dict]]:
    names = ("green_trips", "source_files", "unreadable_values", "landings")
    return [landed(project, name) for name in names]


def objects(project: Project) -> list[BucketPath]:
    return [found.path for found in files_under(project.lake.root)]


def kinds(project: Project) -> Counter:
    """How many objects of each kind lie in each folder: names differ by chance."""
    return Counter((str(one.parent)[-40:], one.suffix) for one in objects(project))


def test_lands_replaces_compares_and_withdraws_as_in_a_folder(on_bucket, tmp_path):
    local = Project(tmp_path / "local")
    both = (on_bucket, local)
    for project in both:
        land(project, count=5)
        land(project, count=4)
    assert content(on_bucket) == content(local)
    assert len(landed(on_bucket, "green_trips")) == 4
    there, here = (
        run(project, ingest, "--diff", *MONTH).splitlines()[2:] for project in both
    )
    assert there == here != []
    assert "0 landed, 1 unchanged" in land(on_bucket, count=4)

    for project in both:
        run(project, ingest, "--withdraw", *MONTH)
    assert content(on_bucket) == content(local)
    assert landed(on_bucket, "green_trips") == []


def test_nothing_of_the_data_lies_on_this_machine(on_bucket):
    land(on_bucket, count=5)
    assert {path.suffix for path in objects(on_bucket)} == {
        ".parquet",
        ".json",
        ".avro",
    }
    home = on_bucket.folder / "home"
    assert {path.name for path in home.iterdir()} == {"catalog.db", "locks", "staging"}
    assert list((home / "staging").iterdir()) == []


def test_the_local_folder_may_be_named(on_bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("TAXI_HOME", str(tmp_path / "here"))
    land(on_bucket, count=5)
    assert (tmp_path / "here" / "staging").is_dir()
    assert not (on_bucket.folder / "home" / "staging").exists()


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Project:
    """A lake in a folder, of the same landings, none of them killed."""
    project = Project(tmp_path_factory.mktemp("whole"))
    land(project, count=5)
    land(project, count=4)
    return project


@pytest.mark.parametrize(
    ("owner", "name", "moment", "count"),
    POINTS if os.environ.get("TAXI_KILLS") == "all" else POINTS[:2],
)
def test_what_a_killed_landing_left_is_swept(
    on_bucket, whole, owner, name, moment, count
):
    land(on_bucket, count=5)
    before = kinds(on_bucket)
    files = write(on_bucket.folder / "files-4", 4)
    command = [sys.executable, "-c", KILLED, owner, name, moment, str(count)]
    died = subprocess.run(
        [*command, "--from", str(files), "--replace", *BORNE],
        env=os.environ | on_bucket.environment,
        check=False,
    )
    assert died.returncode == -9
    # What was cut off before its commit is not seen.
    seen = len(landed(on_bucket, "green_trips"))
    assert seen == (4 if (name, moment) == ("commit", "after") else 5)
    assert kinds(on_bucket) != before or (name, moment) == ("receive", "before")

    land(on_bucket, count=4)
    assert content(on_bucket) == content(whole)
    files = [path for path in whole.lake.warehouse.rglob("*") if path.is_file()]
    there = Counter(path.suffix for path in objects(on_bucket))
    assert there == Counter(path.suffix for path in files)


def test_a_check_names_what_was_altered_or_lost(on_bucket, bucket):
    land(on_bucket, count=5)
    assert run(on_bucket, check_lake).endswith(": no fault\n")
    data = next(path for path in objects(on_bucket) if "green_trips/data/" in str(path))
    blob = bucket.blob(data.object_name)
    held = blob.download_as_bytes()
    blob.upload_from_string(held[:100] + b"?" + held[101:])
    said = run(on_bucket, check_lake, expected=1)
    name = data.relative_to(on_bucket.lake.root)
    assert f"{name} was altered" in said
    blob.delete()
    assert f"{name} is missing" in run(on_bucket, check_lake, "--quick", expected=1)


def test_old_versions_go_and_the_current_one_stays(on_bucket):
    land(on_bucket, count=5)
    land(on_bucket, count=4)
    before = content(on_bucket)
    count = len(objects(on_bucket))
    foreseen = run(on_bucket, expire, "--older-than", "0")
    assert len(objects(on_bucket)) == count
    removed = run(on_bucket, expire, "--older-than", "0", "--yes")
    assert "would remove" in foreseen and "removed" in removed
    assert len(objects(on_bucket)) < count
    assert content(on_bucket) == before
    checked = run(on_bucket, check_lake)
    assert "no fault" in checked and "belong to no table" not in checked


def test_what_a_killed_build_left_is_swept_and_nothing_landed(on_bucket, bucket):
    land(on_bucket, count=5)
    before = objects(on_bucket)
    orphan = on_bucket.lake.warehouse / "marts" / "fct_trips" / "data" / "a.parquet"
    bucket.blob(orphan.object_name).upload_from_string("x")
    # Hadoop marks folders so; they are no files of a table.
    bucket.blob(f"{orphan.parent.object_name}/").upload_from_string("")
    swept = sweep_orphans(on_bucket.lake, datetime.now(UTC))
    assert swept == [orphan]
    assert objects(on_bucket) == before


def test_an_upload_takes_the_place_of_nothing(bucket, tmp_path):
    path = BucketPath.of_address(f"gs://{bucket.name}/a/b")
    files = {name: tmp_path / name for name in ("one", "other")}
    for name, file in files.items():
        file.write_text(name)
    path.receive(files["one"])
    # Its own upload, whose answer was lost, is no other's.
    path.receive(files["one"])
    with pytest.raises(Exception, match=r"a/b is there already, with other bytes"):
        path.receive(files["other"])
    assert bucket.blob("a/b").download_as_bytes() == b"one"


def test_a_dry_run_and_a_json_report_leave_no_trace(on_bucket):
    files = write(on_bucket.folder / "files", 5)
    said = run(on_bucket, ingest, "--from", files, "--dry-run", "--json", *BORNE)
    assert [json.loads(line) for line in said.splitlines()]
    assert objects(on_bucket) == []
