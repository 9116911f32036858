"""What the tests of fetching share: servers, a lake, and the command."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from google.cloud import storage

import gcs_emulator
import ingest
import mirror
from clouds import CloudBucket, faulty_cloud
from offered import name, parquet
from relanding import MONTHS, grow_old
from servers import Server, serving
from servers_started import needed
from taxi.fetching import patience
from taxi.lake import Lake


@dataclass
class Fetched:
    """A lake, and what the command said that fetched into it."""

    lake: Lake
    capture: pytest.CaptureFixture
    out: str = ""
    err: str = ""

    def ingest(self, source: str | Path | None, *options: str) -> int:
        """Run the command; return its exit code and keep what it said."""
        place = [] if source is None else ["--from", str(source)]
        code = ingest.main([*place, "--timeout", "1", *options])
        self.out, self.err = self.capture.readouterr()
        return code

    def clean_cache(self) -> int:
        """Remove the downloads by the command."""
        code = ingest.main(["--clean-cache"])
        self.out, self.err = self.capture.readouterr()
        return code

    def green(self, server: Server, *options: str) -> int:
        """Fetch green 2020-12 from a server."""
        month = ("--services", "green", "--months", "2020-12")
        return self.ingest(server.url, *month, *options)

    def table(self, table: str) -> pa.Table:
        return self.lake.open_catalog().load_table(f"tlc.{table}").scan().to_arrow()

    def row_count(self) -> int:
        return self.table("green_trips").num_rows

    def source_file(self) -> dict:
        (row,) = self.table("source_files").to_pylist()
        return row

    def cached(self, pattern: str) -> list[Path]:
        return sorted((self.lake.root / "cache").glob(f"*/{pattern}"))


@pytest.fixture
def fetched(lake, monkeypatch, capsys) -> Fetched:
    """A lake that the command finds by its environment; retries come at once."""
    monkeypatch.setenv("TAXI_LAKE", str(lake.root))
    for variable in ("TAXI_CATALOG", "TAXI_CACHE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "STORAGE_EMULATOR_HOST"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)
    return Fetched(lake, capsys)


@pytest.fixture
def server():
    """A web server that holds green 2020-12."""
    with serving() as served:
        served.put(name(), parquet())
        yield served


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    """The URL of a fake-gcs-server."""
    needed(gcs_emulator.install)
    folder = tmp_path_factory.mktemp("cloud") / "objects"
    folder.mkdir()
    with gcs_emulator.running(folder) as url:
        yield url


@pytest.fixture
def bucket(cloud, fetched, monkeypatch):
    """An empty bucket `trips`, behind a server that can fail on the way to it."""
    with faulty_cloud(cloud) as front:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", front.url)
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
        client = storage.Client(project="test")
        held = client.create_bucket("trips")
        yield CloudBucket(held, front)
        for blob in held.list_blobs():
            blob.delete()
        held.delete()


@pytest.fixture
def copy(fetched, bucket):
    """Copy into a folder of the bucket; returns the exit code."""

    def run(source, *options: str) -> int:
        place = ["--from", str(source), "--to", "gs://trips/tlc"]
        code = mirror.main([*place, "--timeout", "1", *options])
        fetched.out, fetched.err = fetched.capture.readouterr()
        return code

    return run


@pytest.fixture
def landed(fetched, server):
    """Two green months, landed from a server, the second by older rules."""
    server.put_months("2020-11", "2020-12")
    assert fetched.ingest(server.url, *MONTHS) == 0
    grow_old(fetched)
    server.asked.clear()
    return fetched
