"""What the tests of lakes on buckets share: Cloud Storage on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

import gcs_emulator
from project import Project
from servers_started import needed
from taxi.lake import Lake


@dataclass(frozen=True)
class OnBucket(Project):
    """A lake whose data lie on a bucket, and the commands on it.

    Attributes:
        bucket: its name.
    """

    bucket: str = ""

    @property
    def lake(self) -> Lake:
        return Lake.from_environment(self.environment)

    @property
    def environment(self) -> dict[str, str]:
        folder = {
            "TAXI_LOGS": str(self.folder / "logs"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_TARGET_PATH": str(self.target),
        }
        return folder | {
            "TAXI_LAKE": f"gs://{self.bucket}/some/lake",
            "TAXI_CATALOG": f"sqlite:{self.folder}/home/catalog.db",
        }


@pytest.fixture(scope="session")
def storage_url(tmp_path_factory) -> Iterator[str]:
    """Cloud Storage, or what stands for it."""
    needed(gcs_emulator.install)
    folder = tmp_path_factory.mktemp("storage") / "objects"
    folder.mkdir()
    with gcs_emulator.running(folder) as url:
        yield url


@pytest.fixture
def bucket(storage_url, monkeypatch) -> storage.Bucket:
    """An empty bucket, to which the environment leads."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_url)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    client = storage.Client(project="test", credentials=AnonymousCredentials())
    return client.create_bucket(f"lake-{uuid4().hex}")


@pytest.fixture
def on_bucket(tmp_path: Path, bucket) -> OnBucket:
    """A lake that does not exist yet."""
    return OnBucket(tmp_path / "on bucket", bucket=bucket.name)


@pytest.fixture
def without_connector(tmp_path, monkeypatch) -> None:
    """An environment whose Spark was installed without the connector."""
    folder = tmp_path / "without connector"
    folder.mkdir()
    # A session that is told of no jars is one that was installed without them.
    monkeypatch.setenv("PYTHONPATH", str(folder))
    (folder / "sitecustomize.py").write_text(
        "import taxi.gcs as s, pathlib; s.GCS_JARS = pathlib.Path('/none')\n"
    )
