"""A path in Google Cloud Storage, with as much of `pathlib.Path` as a lake needs.

Credentials are found as `taxi.fetching.buckets` says, and `STORAGE_EMULATOR_HOST` leads
to an emulator. Google's modules are loaded when a bucket is first asked.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from taxi.errors import TaxiError

if TYPE_CHECKING:
    from google.cloud import storage

SCHEME = "gs://"

# Names that Google allows to a bucket, and folders that every reader writes alike.
_ADDRESS = re.compile(r"gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/[A-Za-z0-9._=-]+)*/?")

# How long a request is tried again, and how long one may go unanswered.
_SECONDS = 60
_FIRST_SECONDS = 8

_ROLE = "the account needs the role Storage Object User on the bucket"

# What pyarrow's client raises: kind, and what it was told last.
_OF_CLOUD = re.compile(
    r"google::cloud::Status\((\w+): (?:.*last message of )?(.*?) error_info="
)


class Unanswered(TaxiError):
    """Cloud Storage gave no answer: what was asked for may have been done or not."""


@dataclass(frozen=True)
class Status:
    """What is known of an object without reading it.

    Attributes:
        st_size: bytes.
        st_mtime: when it was written, in seconds of the epoch, by Google's clock.
        crc32c: of its bytes, as Cloud Storage words it.
    """

    st_size: int
    st_mtime: float
    crc32c: str


class BucketPath(PurePosixPath):
    """The path of an object, or of what its readers take for a folder.

    Made of an address by `of_address`. As text it is that address again.
    """

    @classmethod
    def of_address(cls, address: str) -> "BucketPath":
        """The path of `gs://bucket/folder`. Raise ValueError for another text."""
        path = cls("/" + address.removeprefix(SCHEME).rstrip("/"))
        if not address.startswith(SCHEME) or ".." in path.parts:
            raise ValueError(address)
        return path

    @classmethod
    def of_folder(cls, address: str) -> "BucketPath":
        """The same of an address that a person wrote, and that every reader bears."""
        if not _ADDRESS.fullmatch(address):
            raise ValueError(address)
        return cls.of_address(address)

    def __str__(self) -> str:
        text = super().__str__()
        return f"gs:/{text}" if text.startswith("/") else text

    @property
    def bucket_name(self) -> str:
        return self.parts[1]

    @property
    def object_name(self) -> str:
        return "/".join(self.parts[2:])

    def stat(self) -> Status:
        """Ask for an object.

        Raises:
            FileNotFoundError: if there is none.
            TaxiError: if Cloud Storage refuses, or does not answer.
        """
        with _said(self):
            blob = self._bucket().get_blob(self.object_name, **_patience(_SECONDS))
        if blob is None:
            raise FileNotFoundError(2, "is not there", str(self))
        return _status(blob)

    def exists(self) -> bool:
        try:
            self.stat()
        except FileNotFoundError:
            return False
        return True

    def unlink(self, missing_ok: bool = False) -> None:
        """Delete an object; raise as `stat` does."""
        try:
            with _said(self):
                blob = self._bucket().blob(self.object_name)
                blob.delete(**_patience(_SECONDS))
        except FileNotFoundError:
            if not missing_ok:
                raise

    def objects(self) -> Iterator[tuple["BucketPath", Status]]:
        """The objects of a folder and its folders, in the order of their names."""
        with _said(self):
            prefix = f"{self.object_name}/" if self.object_name else None
            listed = self._bucket().list_blobs(prefix=prefix, **_patience(_SECONDS))
            for blob in listed:
                # Hadoop marks a folder by an empty object whose name ends so.
                if not blob.name.endswith("/"):
                    name = f"{SCHEME}{self.bucket_name}/{blob.name}"
                    yield BucketPath.of_address(name), _status(blob)

    def receive(self, file: Path) -> None:
        """Let an object that is not there yet have the bytes of a file.

        Raises:
            TaxiError: if there is another one, or as `stat` does.
        """
        from google.api_core.exceptions import PreconditionFailed

        from taxi.fetching.download import crc32c_of

        blob = self._bucket().blob(self.object_name)
        with _said(self):
            try:
                blob.upload_from_filename(
                    str(file),
                    if_generation_match=0,
                    checksum="crc32c",
                    **_patience(_SECONDS),
                )
            except PreconditionFailed as error:
                # It may be this upload's own, whose answer was lost.
                if self.stat().crc32c != crc32c_of(file):
                    raise TaxiError(f"{self} is there already, with other bytes") from (
                        error
                    )

    def check_bucket(self, option: str) -> None:
        """Ask for the first object of a folder, and soon give up.

        Args:
            option: what names the bucket.

        Raises:
            TaxiError: if the bucket is missing or refused, or nobody answers.
        """
        wanted = {"prefix": self.object_name or None, "max_results": 1}
        try:
            with _said(self):
                patience = _patience(_FIRST_SECONDS)
                next(iter(self._bucket().list_blobs(**wanted, **patience)), None)
        except FileNotFoundError as error:
            bucket = f"{SCHEME}{self.bucket_name}"
            raise TaxiError(
                f"the bucket {bucket} is not there; create it (gcloud storage buckets "
                f"create {bucket}), or name another by {option}"
            ) from error

    def _bucket(self) -> "storage.Bucket":
        return _open(self.bucket_name, os.environ.get("STORAGE_EMULATOR_HOST"))


def in_few_words(error: OSError) -> str:
    """The first line of what a file system says, and no details of a bucket's."""
    line = str(error).splitlines()[0]
    told = _OF_CLOUD.search(line)
    if not told:
        return line
    kind, said = told.groups()
    # What curl says is for whoever mends the network.
    said = "no connection" if "CURL" in said else said
    return f"Cloud Storage: {kind}: {said}; run again, nothing half-done can be seen"


@cache
def _open(name: str, emulator: str | None) -> "storage.Bucket":
    from taxi.fetching.buckets import open_bucket

    # Nothing that is asked of a bucket needs a project.
    return open_bucket(name, "none", None)


def _patience(seconds: float) -> dict:
    from google.cloud.storage.retry import DEFAULT_RETRY

    return {"timeout": seconds, "retry": DEFAULT_RETRY.with_timeout(seconds)}


def _status(blob: "storage.Blob") -> Status:
    return Status(blob.size, blob.updated.timestamp(), blob.crc32c)


@contextmanager
def _said(path: BucketPath) -> Iterator[None]:
    """Turn what the client raises into one line.

    Raises:
        FileNotFoundError: if the object is not there.
        Unanswered: if no answer came.
        TaxiError: for everything else.
    """
    from google.api_core.exceptions import (
        Forbidden,
        GoogleAPIError,
        NotFound,
        Unauthorized,
    )
    from google.auth.exceptions import GoogleAuthError
    from requests import RequestException

    from taxi.fetching.buckets import explained
    from taxi.fetching.patience import Transient

    try:
        with explained(path.bucket_name):
            yield
    except (TaxiError, Transient) as error:
        why = error.__cause__
        if isinstance(why, NotFound):
            raise FileNotFoundError(2, "is not there", str(path)) from error
        if isinstance(why, Forbidden | Unauthorized):
            bucket = f"{SCHEME}{path.bucket_name}"
            raise TaxiError(f"{bucket}: not allowed; {_ROLE}") from error
        if isinstance(why, GoogleAPIError | GoogleAuthError | RequestException):
            raise Unanswered(str(error)) from error
        raise
