"""A bucket that cannot be used is said in one line that names it."""

import socket

import pytest

import proxy
from project import Project
from taxi.bucket_path import BucketPath, in_few_words
from taxi.errors import TaxiError
from taxi.lake import PROJECT, Lake


@pytest.mark.parametrize(
    "address",
    [
        "s3://bucket/lake",
        "gs://",
        "gs://b",
        "gs://Bucket/lake",
        "gs://bucket/a//b",
        "gs://bucket/a b",
        "gs://bucket/../lake",
        "gs://bucket/lake?x=1",
    ],
)
def test_an_address_that_is_not_understood_is_refused(address):
    with pytest.raises(TaxiError, match=r"^TAXI_LAKE: .* is not understood; name"):
        Lake.from_environment(
            {"TAXI_LAKE": address, "TAXI_CATALOG": "sqlite:/somewhere/c.db"}
        )


def test_a_lake_on_a_bucket_needs_a_catalog_elsewhere():
    with pytest.raises(TaxiError, match=r"^TAXI_LAKE: gs://bucket/lake needs a cat"):
        Lake.from_environment({"TAXI_LAKE": "gs://bucket/lake"})


def test_the_local_folder_is_that_of_the_catalog_unless_named():
    settings = {"TAXI_LAKE": "gs://bucket/lake/", "TAXI_CATALOG": "sqlite:/a/c.db"}
    lake = Lake.from_environment(settings)
    assert str(lake.warehouse) == "gs://bucket/lake/warehouse"
    assert str(lake.home) == "/a"
    named = Lake.from_environment(settings | {"TAXI_HOME": "here"})
    assert named.home == PROJECT / "here"
    folder = Lake.from_environment({"TAXI_LAKE": "/l", "TAXI_HOME": "here"})
    assert folder.home == folder.root


def test_a_path_is_its_address_again():
    path = BucketPath.of_address("gs://bucket/a b/c%20d.parquet")
    assert str(path) == "gs://bucket/a b/c%20d.parquet"
    assert (path.bucket_name, path.object_name) == ("bucket", "a b/c%20d.parquet")
    assert str(path.relative_to(BucketPath.of_address("gs://bucket"))).startswith("a b")
    assert str(path.parent / "e") == "gs://bucket/a b/e"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def said(project: Project, name: str, *arguments) -> str:
    """The only line that a command says as it fails."""
    ended = project.script(name, *arguments, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    return line


COMMANDS = [
    ("ingest.py", "--from", "data/sample"),
    ("summary.py",),
    ("publish.py",),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bucket_that_is_not_there_is_said(on_bucket, bucket, command):
    bucket.delete()
    line = said(on_bucket, *command)
    assert f"the bucket gs://{bucket.name} is not there; create it" in line


def test_a_bucket_that_is_forbidden_is_said(on_bucket, monkeypatch):
    with proxy.running() as server:
        server.answer = lambda *_: proxy.refusal(403, "forbidden", "no access")
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        line = said(on_bucket, *COMMANDS[0])
    assert f"gs://{on_bucket.bucket}: not allowed; the account needs the role" in line


def test_a_server_that_is_down_is_said(on_bucket, monkeypatch):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{free_port()}")
    line = said(on_bucket, *COMMANDS[0])
    assert f"gs://{on_bucket.bucket}: no connection" in line


def test_dbt_says_so_before_spark_starts(on_bucket, bucket):
    bucket.delete()
    ended = on_bucket.dbt("build", check=False)
    assert ended.returncode != 0
    assert f"the bucket gs://{bucket.name} is not there; create it" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not (on_bucket.folder / "logs" / "spark.log").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "google::cloud::Status(UNAVAILABLE: Retry policy exhausted, with a last "
            "message of PerformWork() - CURL error [7]=no error_info={reason=}",
            "Cloud Storage: UNAVAILABLE: no connection; run again",
        ),
        (
            "google::cloud::Status(PERMISSION_DENIED: Permanent error, with a last "
            "message of Forbidden error_info={reason=forbidden}",
            "Cloud Storage: PERMISSION_DENIED: Forbidden; run again",
        ),
        ("[Errno 5] Input/output error: 'a'", "[Errno 5] Input/output error: 'a'"),
    ],
)
def test_what_the_client_says_is_short(text, expected):
    assert in_few_words(OSError(text)).startswith(expected)
