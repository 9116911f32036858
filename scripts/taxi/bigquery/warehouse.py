"""BigQuery, and the bucket that loads go through.

The clients find the user's credentials by themselves (`GOOGLE_APPLICATION_CREDENTIALS`,
or those of `gcloud auth application-default login`). `BIGQUERY_EMULATOR_HOST` and
`STORAGE_EMULATOR_HOST` lead them to emulators.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import NotFound, PreconditionFailed
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY
from google.cloud.storage.retry import DEFAULT_RETRY as STORAGE_RETRY

from taxi.bigquery.faults import MeanwhileChanged, told
from taxi.errors import TaxiError
from taxi.fetching.buckets import open_bucket


@dataclass(frozen=True)
class Target:
    """Where an export goes.

    Attributes:
        project: Google Cloud project; None means that of the credentials.
        bucket: bucket that loads go through.
        folder: folder of the bucket, without slashes around it.
        location: such as `EU`; None means that of the dataset.
        timeout: seconds that a request may go unanswered, and is tried again for.
    """

    dataset: str
    bucket: str
    folder: str = ""
    project: str | None = None
    location: str | None = None
    timeout: int = 60


class Warehouse:
    """A dataset of BigQuery's and a bucket, open.

    Raises:
        TaxiError: if there are no credentials.
    """

    def __init__(self, target: Target):
        self.target = target
        self._retry = DEFAULT_RETRY.with_timeout(target.timeout)
        self._call = {"retry": self._retry, "timeout": target.timeout}
        self._storage_call = {
            "retry": STORAGE_RETRY.with_timeout(target.timeout),
            "timeout": target.timeout,
        }
        self.client = _open_client(target)
        self.bucket = open_bucket(target.bucket, self.client.project, None)
        self.dataset = bigquery.DatasetReference(self.client.project, target.dataset)

    # The dataset and its tables

    def find_dataset(self) -> bigquery.Dataset | None:
        with told(f"dataset {self.target.dataset}"):
            try:
                return self.client.get_dataset(self.dataset, **self._call)
            except NotFound:
                return None

    def create_dataset(self) -> None:
        dataset = bigquery.Dataset(self.dataset)
        dataset.location = self.target.location
        with told(f"creating the dataset {self.target.dataset}"):
            self.client.create_dataset(dataset, exists_ok=True, **self._call)

    def quoted(self, name: str) -> str:
        """A table of the dataset, as SQL names it."""
        return f"`{self.dataset.project}.{self.dataset.dataset_id}.{name}`"

    def find_table(self, name: str) -> bigquery.Table | None:
        with told(f"table {name}"):
            try:
                return self.client.get_table(self.dataset.table(name), **self._call)
            except NotFound:
                return None

    def create_table(self, table: bigquery.Table) -> None:
        with told(f"creating the table {table.table_id}"):
            self.client.create_table(table, exists_ok=True, **self._call)

    def update_table(self, table: bigquery.Table, fields: list[str]) -> None:
        """Change what a table says of itself.

        Raises:
            MeanwhileChanged: if somebody else did so since it was read.
        """
        with told(f"changing the table {table.table_id}"):
            try:
                self.client.update_table(table, fields, **self._call)
            except PreconditionFailed as error:
                raise MeanwhileChanged(
                    f"{table.table_id}: somebody else changed the table meanwhile; "
                    "run again"
                ) from error

    def delete_table(self, name: str) -> None:
        with told(f"deleting the table {name}"):
            table = self.dataset.table(name)
            self.client.delete_table(table, not_found_ok=True, **self._call)

    # Jobs

    def query(
        self, about: str, sql: str, *parameters: bigquery.ArrayQueryParameter
    ) -> Iterable[bigquery.Row]:
        """Run SQL, and return its rows."""
        config = bigquery.QueryJobConfig(
            query_parameters=parameters, use_query_cache=False
        )
        with told(about):
            # A job that failed is not run anew: it may have done its work.
            job = self.client.query(sql, config, job_retry=None, **self._call)
            return list(job.result(job_retry=None, retry=self._retry))

    def load(
        self, uris: list[str], stage: str, schema: list[bigquery.SchemaField]
    ) -> None:
        """Fill a table that is there and empty with parquet files of the bucket."""
        config = bigquery.LoadJobConfig(
            source_format=bigquery.SourceFormat.PARQUET,
            schema=schema,
            create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
            write_disposition=bigquery.WriteDisposition.WRITE_EMPTY,
        )
        with told(f"loading {stage}"):
            self.client.load_table_from_uri(
                uris, self.dataset.table(stage), job_config=config, **self._call
            ).result(retry=self._retry)

    def copy(self, source: str, name: str, is_new: bool) -> None:
        """Let a table be as another one, from one moment to the next.

        Args:
            is_new: whether there is no table of the name yet, or an empty one.
        """
        disposition = bigquery.WriteDisposition
        config = bigquery.CopyJobConfig(
            write_disposition=(
                disposition.WRITE_EMPTY if is_new else disposition.WRITE_TRUNCATE
            )
        )
        if not is_new and _emulator():
            # bqemulator 1.4 empties the table and fails if its columns are others.
            self.delete_table(name)
        tables = (self.dataset.table(source), self.dataset.table(name))
        with told(f"putting the table {name} in place"):
            job = self.client.copy_table(*tables, job_config=config, **self._call)
            job.result(retry=self._retry)

    # The bucket

    def upload(self, path: Path, name: str) -> str:
        """Write an object whose name is this export's own. Return its address."""
        with told(f"uploading to gs://{self.bucket.name}"):
            self.bucket.blob(name).upload_from_filename(
                str(path), checksum="crc32c", **self._storage_call
            )
        return f"gs://{self.bucket.name}/{name}"

    def delete_objects(self, prefix: str) -> None:
        """Delete the objects whose names begin so."""
        with told(f"clearing gs://{self.bucket.name}/{prefix}"):
            for blob in self.bucket.list_blobs(prefix=prefix, **self._storage_call):
                blob.delete(**self._storage_call)

    def find_bucket_location(self) -> str | None:
        """Where the bucket is, such as `EU` or `US-EAST1`; None if there is none."""
        with told(f"bucket gs://{self.bucket.name}"):
            try:
                self.bucket.reload(**self._storage_call)
            except NotFound:
                return None
        return self.bucket.location.upper()


def _emulator() -> str | None:
    return os.environ.get("BIGQUERY_EMULATOR_HOST")


def _open_client(target: Target) -> bigquery.Client:
    # The client's own reading of the variable would ask for credentials.
    endpoint = _emulator()
    settings = {"project": target.project, "location": target.location}
    if endpoint:
        named = target.project or os.environ.get("GOOGLE_CLOUD_PROJECT")
        settings["project"] = named or "test"
        settings["credentials"] = AnonymousCredentials()
        settings["client_options"] = ClientOptions(api_endpoint=endpoint)
    with told("BigQuery"):
        try:
            return bigquery.Client(**settings)
        except OSError as error:
            if "project" not in str(error).lower():
                raise
            raise TaxiError("no project is set; name it by --project") from error
