"""What the tests of BigQuery share: emulators of it and of Cloud Storage."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery, storage

import bigquery_emulator
import gcs_emulator
from exported import Exports
from project import Project
from servers_started import needed
from small_marts import SmallMarts
from taxi.bigquery import marts

PROJECT_ID = "test"


@dataclass(frozen=True)
class Cloud:
    """Cloud Storage, and BigQuery, which reads from it.

    Attributes:
        folder: holds the objects of all buckets.
    """

    folder: Path
    storage_url: str
    bigquery_url: str


@pytest.fixture(scope="session")
def cloud(tmp_path_factory) -> Iterator[Cloud]:
    """Both emulators, on one folder of objects."""
    needed(gcs_emulator.install)
    needed(bigquery_emulator.install)
    folder = tmp_path_factory.mktemp("cloud") / "objects"
    folder.mkdir()
    with gcs_emulator.running(folder) as url, bigquery_emulator.running(folder) as bq:
        yield Cloud(folder, url, bq.url)


@pytest.fixture
def bucket(cloud, monkeypatch) -> Iterator[storage.Bucket]:
    """An empty bucket, which the environment leads to."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud.storage_url)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    client = storage.Client(project=PROJECT_ID, credentials=AnonymousCredentials())
    held = client.create_bucket(f"marts-{uuid4().hex}")
    yield held
    for blob in held.list_blobs():
        blob.delete()
    held.delete()


@pytest.fixture
def client(cloud, monkeypatch) -> Iterator[bigquery.Client]:
    """A client of BigQuery, whose address is in the environment too."""
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", cloud.bigquery_url)
    options = {"api_endpoint": cloud.bigquery_url}
    anyone = AnonymousCredentials()
    with bigquery.Client(PROJECT_ID, anyone, client_options=options) as opened:
        yield opened


@pytest.fixture
def dataset(client) -> Iterator[bigquery.Dataset]:
    """An empty dataset in the EU."""
    wanted = bigquery.Dataset(f"{PROJECT_ID}.marts_{uuid4().hex}")
    wanted.location = "EU"
    yield client.create_dataset(wanted)
    client.delete_dataset(wanted, delete_contents=True, not_found_ok=True)


@pytest.fixture
def exports(
    tmp_path, manifest, bucket, client, dataset, capsys, monkeypatch
) -> Exports:
    """A lake whose marts are exported; the environment leads commands there."""
    project = Project(tmp_path)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    # Parsing takes seconds, and the project stays as it is.
    monkeypatch.setattr(marts, "_manifest", lambda: manifest)
    exported = {mart.name: mart for mart in marts.exported_marts()}
    small = SmallMarts(project, manifest.nodes)
    return Exports(small, exported, client, dataset.dataset_id, bucket, capsys)


@pytest.fixture
def other_lake(exports, tmp_path) -> Exports:
    """Another lake whose marts are exported to the same place."""
    small = replace(exports.small, project=Project(tmp_path / "other"))
    return replace(exports, small=small, rows={})
