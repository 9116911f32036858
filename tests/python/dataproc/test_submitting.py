"""The command packs, uploads and submits, against servers on this machine."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import dataproc_v1, storage

import dataproc
import gcs_emulator
import proxy
from servers_started import needed
from taxi.lake import PROJECT

WHERE = ("--project", "my-project", "--region", "europe-west1")
LAKE = ("--lake", "gs://lakes/lake", "--catalog", "postgresql://me@host/lake")


class Server:
    """Dataproc, as far as it is asked; its answers are set by the tests.

    Attributes:
        states: those of the job, one for each time that it is asked.
    """

    def __init__(self, server: proxy.Proxy):
        self.proxy = server
        self.asked = server.asked
        self.states: list[dict] = []
        self.refusal: tuple[int, dict] | None = None
        server.answer = self._answer

    def _answer(self, method: str, path: str, body: dict) -> tuple[int, dict]:
        if self.refusal:
            return self.refusal
        if method == "POST":
            return 200, body.get("job", body)
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return 200, state


@pytest.fixture(scope="module")
def storage_url(tmp_path_factory) -> Iterator[str]:
    needed(gcs_emulator.install)
    folder = tmp_path_factory.mktemp("storage") / "objects"
    folder.mkdir()
    with gcs_emulator.running(folder) as url:
        yield url


@pytest.fixture(scope="module")
def held(storage_url) -> storage.Bucket:
    """A bucket that keeps what one test uploaded for the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_EMULATOR_HOST", storage_url)
        client = storage.Client(project="test", credentials=AnonymousCredentials())
        return client.create_bucket("taxi-jobs")


@pytest.fixture
def bucket(held, storage_url, monkeypatch) -> storage.Bucket:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_url)
    for name in ("TAXI_LAKE", "TAXI_CATALOG", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    return held


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    with proxy.running() as running:
        monkeypatch.setenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC", running.url)
        yield Server(running)


def submit(bucket: storage.Bucket, *words: str) -> int:
    folder = f"gs://{bucket.name}/some/folder"
    return dataproc.main(
        ["submit", *words[:1], *WHERE, "--bucket", folder, *LAKE, *words[1:]]
    )


def uploaded(bucket: storage.Bucket) -> dict[str, int]:
    """The generation of each object, by name."""
    return {blob.name: blob.generation for blob in bucket.list_blobs()}


def test_what_the_line_names_is_on_the_bucket_once(bucket, capsys):
    words = ("build", "--cluster", "c", "--upload", "--", "--select", "fct_trips")
    assert submit(bucket, *words) == 0
    first = uploaded(bucket)
    said = capsys.readouterr()
    assert said.err == ""
    line = shlex.split(said.out)
    start = f"gs://{bucket.name}/"
    named = [word for part in line for word in part.replace("=", ",").split(",")]
    named = {word.removeprefix(start) for word in named if word.startswith(start)}
    assert named == set(first) and len(named) == 5
    assert line[-3:] == ["build", "--select", "fct_trips"]
    assert "TAXI_LAKE=gs://lakes/lake" in line

    assert submit(bucket, *words) == 0
    assert uploaded(bucket) == first


@pytest.mark.parametrize(
    "way",
    [
        (),
        ("--how", "console"),
        *(
            ("--dry-run", "--how", how)
            for how in ("print", "gcloud", "rest", "console")
        ),
    ],
)
def test_who_only_prints_sends_nothing_and_says_what_is_needed(
    capsys, monkeypatch, way
):
    with proxy.running() as storage_server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_server.url)
        folder = "gs://no-such-bucket/folder"
        words = ["submit", "build", "--cluster", "c", "--bucket", folder, *way]
        assert dataproc.main([*words, *WHERE, *LAKE]) == 0
        assert storage_server.asked == []
    said = capsys.readouterr()
    *files, last = said.err.splitlines()
    assert last == "dataproc: nothing was sent; --upload uploads them"
    needed_files = [one.removeprefix("dataproc: would upload ") for one in files]
    assert len(needed_files) == 5 and all(one in said.out for one in needed_files)


def test_a_job_that_ends_well_is_waited_for(bucket, server, capsys):
    server.states = [{"status": {"state": "RUNNING"}}, {"status": {"state": "DONE"}}]
    words = ("export", "--cluster", "c", "--id", "my-job", "--how", "rest")
    assert submit(bucket, *words, "--", "--dataset", "d") == 0
    said = capsys.readouterr()
    assert said.out == "my-job ended well\n"
    assert said.err.splitlines() == [
        "submitted the job my-job",
        "my-job: running",
        "my-job: done",
    ]
    post, *asked = server.asked
    assert post.path == "/v1/projects/my-project/regions/europe-west1/jobs:submit"
    job = dataproc_v1.Job.from_json(
        json.dumps(post.body["job"]), ignore_unknown_fields=False
    )
    assert list(job.pyspark_job.args)[-3:] == ["export", "--dataset", "d"]
    assert {one.path for one in asked} == {
        "/v1/projects/my-project/regions/europe-west1/jobs/my-job"
    }


def test_a_batch_that_ends_well_is_waited_for(bucket, server, capsys):
    server.states = [{"state": "PENDING"}, {"state": "SUCCEEDED"}]
    # Of Iceberg for that runtime's Spark, a dry run needs no bytes.
    words = ("build", "--batch", "--id", "my-batch", "--how", "rest")
    assert submit(bucket, *words, "--dry-run") == 0
    told = json.loads(capsys.readouterr().out)
    made = dataproc_v1.Batch.from_json(
        json.dumps(told["body"]), ignore_unknown_fields=False
    )
    assert made.runtime_config.version == "3.0"
    assert any(
        "iceberg-spark-runtime-4.0" in j for j in made.pyspark_batch.jar_file_uris
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"status": {"state": "ERROR", "details": "Job failed with message X\nY"}}, (
            "dataproc: job my-job ended as ERROR (Job failed with message X); gcloud "
            "dataproc jobs wait my-job --project=my-project --region=europe-west1 "
            "shows what it said"
        )),
        ({"status": {"state": "CANCELLED"}}, "dataproc: job my-job ended as CANCEL"),
    ],
)  # fmt: skip
def test_a_job_that_does_not_end_well_is_said(bucket, server, capsys, state, said):
    server.states = [state]
    words = ("build", "--cluster", "c", "--id", "my-job", "--how", "rest")
    assert submit(bucket, *words) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1].startswith(said)


def test_nobody_waits_who_does_not_want_to(bucket, server, capsys):
    words = ("build", "--cluster", "c", "--id", "my-job", "--how", "rest", "--async")
    assert submit(bucket, *words) == 0
    assert capsys.readouterr().out == "my-job\n"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "message", "advice"),
    [
        (404, "Not found: Cluster projects/p/regions/r/clusters/c", "check --project"),
        (403, "Permission denied on resource", "needs the role Dataproc Editor"),
        (401, "Request had invalid credentials", "run gcloud auth"),
        (409, "Already exists", "choose another --id"),
        (400, "Invalid value", ""),
        (503, "Try later", ""),
    ],
)
def test_what_dataproc_refuses_is_said_in_one_line(
    bucket, server, capsys, status, message, advice
):
    server.refusal = proxy.refusal(status, "reason", f"{message}\nmore")
    assert submit(bucket, "build", "--cluster", "c", "--how", "rest") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"dataproc: Dataproc: {status}, {message}")
    assert advice in line


RUNNING = {"status": {"state": "RUNNING"}}
DONE = {"status": {"state": "DONE"}}
REST = ("build", "--cluster", "c", "--id", "my-job", "--how", "rest")
GOES_ON = (
    "job my-job goes on there; gcloud dataproc jobs wait my-job "
    "--project=my-project --region=europe-west1 shows it"
)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("taxi.dataproc.service._PATIENCE_SECONDS", 1)
    monkeypatch.setattr("taxi.dataproc.service._PAUSES", (0.1,))
    monkeypatch.setattr("taxi.dataproc.service._LONGEST_PAUSE", 0.1)


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 504])
def test_a_failure_that_passes_does_not_end_the_wait(
    bucket, server, capsys, status, impatient
):
    """None: the server closes the connection without an answer."""
    answers = [RUNNING, "fail", RUNNING, "fail", "fail", DONE]

    def answer(method, path, body):
        if method == "POST":
            return 200, body["job"]
        given = answers.pop(0)
        if given != "fail":
            return 200, given
        if status is None:
            raise ConnectionAbortedError
        return proxy.refusal(status, "backendError", "Try later")

    server.proxy.answer = answer
    assert submit(bucket, *REST) == 0
    assert answers == []
    assert capsys.readouterr().out == "my-job ended well\n"


def test_a_server_that_stays_away_ends_the_wait_and_the_job_is_named(
    bucket, server, capsys, impatient
):
    server.states = [RUNNING]
    server.proxy.answer = lambda method, path, body: (
        (200, body["job"]) if method == "POST" else proxy.refusal(503, "r", "Away")
    )
    assert submit(bucket, *REST) == 1
    *_, line = capsys.readouterr().err.splitlines()
    assert line == f"dataproc: Dataproc: 503, Away, for 1 s; {GOES_ON}"


def test_a_refusal_ends_the_wait_at_once(bucket, server, capsys):
    server.proxy.answer = lambda method, path, body: (
        (200, body["job"]) if method == "POST" else proxy.refusal(404, "r", "No job")
    )
    assert submit(bucket, *REST) == 1
    assert len(server.asked) == 2
    *_, line = capsys.readouterr().err.splitlines()
    assert line.startswith("dataproc: Dataproc: 404, No job; check --project")


def test_a_submission_that_may_have_begun_is_not_submitted_twice(
    bucket, server, capsys
):
    server.proxy.answer = lambda *_: proxy.refusal(503, "reason", "Try later")
    assert submit(bucket, *REST) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "dataproc: Dataproc: 503, Try later; run again later with --id my-job, which "
        "submits it only once"
    )


def test_an_interrupt_says_that_the_job_goes_on(bucket, server, capsys):
    """It comes while the server is asked the second time."""

    def answer(method, path, body):
        if len(server.asked) == 3:
            signal.raise_signal(signal.SIGINT)
        return 200, body["job"] if method == "POST" else RUNNING

    server.proxy.answer = answer
    assert submit(bucket, *REST) == 130
    *_, line = capsys.readouterr().err.splitlines()
    assert line == f"dataproc: stopped; {GOES_ON}"


def test_a_server_that_is_down_is_said(bucket, server, capsys, monkeypatch):
    name = "CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC"
    monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert submit(bucket, "build", "--cluster", "c", "--how", "rest") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "dataproc: Dataproc does not answer at http://127.0.0.1:9/; run again later"
    )


def test_without_credentials_it_says_what_to_do(bucket, capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    assert submit(bucket, "build", "--cluster", "c", "--how", "rest") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "there are no credentials; run gcloud auth application-default" in line


def test_a_bucket_that_is_missing_is_said(bucket, capsys):
    words = ["submit", "build", *WHERE, *LAKE, "--cluster", "c", "--upload"]
    assert dataproc.main([*words, "--bucket", "gs://no-such-bucket/a"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "the bucket gs://no-such-bucket is not there" in line
    assert line.endswith("or name another by --bucket")


def test_gcloud_is_run_with_these_words_and_its_code_told(bucket, tmp_path, capfd):
    program = tmp_path / "gcloud"
    program.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit ${CODE:-0}\n')
    program.chmod(0o755)
    words = ("build", "--cluster", "c", "--how", "gcloud", "--", "it's")
    for code in (0, 3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
            patch.setenv("CODE", str(code))
            assert submit(bucket, *words) == min(code, 1)
        said = capfd.readouterr().out
        assert said.startswith("dataproc|jobs|submit|pyspark|gs://taxi-jobs/")
        assert said.endswith("|build|it's|")


def test_without_gcloud_it_says_so(bucket, capsys, monkeypatch, tmp_path):
    (tmp_path / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert submit(bucket, "build", "--cluster", "c", "--how", "gcloud") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("dataproc: gcloud is not on the PATH; install")


CLUSTER = ("--cluster", "c", "--bucket", "gs://bucket/a")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("build", *WHERE, *LAKE, "--cluster", "c"), "required: --bucket"),
        (("build", *WHERE, *LAKE, *CLUSTER[:2], "--bucket", "b"), "'b' is no folder"),
        (("build", *WHERE, *LAKE, *CLUSTER[2:]), "--cluster --batch is required"),
        (("build", *WHERE, *LAKE, *CLUSTER, "--batch"), "not allowed with"),
        (("build", *WHERE[:2], "--region", "Europe", *CLUSTER), "'Europe' is no reg"),
        (("build", *WHERE[2:], "--project", "a b", *CLUSTER), "'a b' is no project id"),
        (("build", *WHERE, *LAKE, "--cluster", "C", *CLUSTER[2:]), "'C' is no name"),
        (("build", *WHERE, *CLUSTER), "--lake gs://BUCKET/FOLDER is needed"),
        (("build", *WHERE, *CLUSTER, *LAKE[:2]), "--catalog is needed"),
        (("build", *WHERE, *CLUSTER, *LAKE, "--properties", "x"), "is no NAME=VALUE"),
        (("publish", *WHERE, *CLUSTER), "invalid choice: 'publish'"),
        (
            ("build", *WHERE, *LAKE, *CLUSTER, "--container-image", "i"),
            "a cluster has an image of its own",
        ),
        (
            ("build", *WHERE, *LAKE, "--catalog", "sqlite:/a", *CLUSTER[2:], "--batch"),
            "a batch keeps no file",
        ),
    ],
)  # fmt: skip
def test_wrong_options_are_refused_in_one_line(bucket, capsys, words, said):
    with pytest.raises(SystemExit) as ended:
        dataproc.main(["submit", *words])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("dataproc.py submit: ") and said in line


def test_an_image_with_another_spark_is_refused(bucket, capsys):
    assert submit(bucket, "build", "--cluster", "c", "--image", "2.2-debian12") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("dataproc: --image: 2.2-debian12 carries Spark 3.5.3")


DRIVER = PROJECT / "scripts" / "taxi" / "dataproc" / "driver.py"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "name an archive and one of build, revenue, export"),
        (("a.tar.gz",), 2, "nothing is no command"),
        (("a.tar.gz", "publish"), 2, "'publish' is no command; name one of build"),
        (("a.tar.gz", "--set", "PATH=/", "build"), 2, "is no setting of the project's"),
        (("a.tar.gz", "build"), 2, "is no archive that dataproc.py packed"),
        ((f"a-{64 * '0'}.tar.gz", "build"), 1, "cannot be read (No such file"),
        ((f"{{}}/a-{64 * '0'}.tar.gz", "build"), 1, "has other bytes than its name"),
    ],
)
def test_the_driver_refuses_in_one_line(tmp_path, words, code, said):
    (tmp_path / f"a-{64 * '0'}.tar.gz").write_bytes(b"x")
    command = [sys.executable, DRIVER, *(word.format(tmp_path) for word in words)]
    ended = subprocess.run(
        command, cwd=Path("/"), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (code, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("driver: ") and said in line
