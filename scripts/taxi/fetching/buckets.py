"""TLC's files in Google Cloud Storage.

The client finds the user's credentials by itself: a key file that
`GOOGLE_APPLICATION_CREDENTIALS` names, or those of `gcloud auth application-default
login`. `STORAGE_EMULATOR_HOST` leads it to an emulator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import requests
from google.api_core.exceptions import (
    GoogleAPIError,
    NotFound,
    PreconditionFailed,
    RetryError,
    ServerError,
    TooManyRequests,
)
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    TransportError,
)
from google.cloud import storage
from google.cloud.storage.retry import DEFAULT_RETRY

from taxi.errors import TaxiError
from taxi.fetching.offers import (
    Body,
    Description,
    Listing,
    Offer,
    Wanted,
    latest_only,
    refuse_odd_characters,
)
from taxi.fetching.patience import Transient
from taxi.landing import files
from taxi.landing.file_names import OddName
from taxi.landing.files import Seen, TripFile
from taxi.landing.sources import first_line

# Bytes that are asked for at once; also the parts of an upload (a multiple of 256 KiB).
CHUNK_BYTES = 8 << 20

# What the next attempt may not meet.
_TRANSIENT = (
    ServerError,
    TooManyRequests,
    TransportError,
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)


class Bucket:
    """A folder of a bucket, or one object there.

    Args:
        bucket: the bucket, open.
        prefix: the folder without slashes around it, or the object's whole name.
        timeout: seconds without an answer after which a request has stalled.
    """

    def __init__(
        self, bucket: storage.Bucket, prefix: str, retries: int, timeout: float
    ):
        self.bucket = bucket
        self.prefix = prefix
        self.timeout = timeout
        # As long as the pauses before a web server is given up.
        self.retry = DEFAULT_RETRY.with_timeout(2.0**retries)

    def offers(self, wanted: Wanted) -> Listing:
        """See `Place`."""
        seen, offers = Seen(), []
        for blob in self._objects_within():
            file = self._look_at(blob, seen)
            if file and wanted.includes(file):
                offers.append(self._offer(file, blob))
        return Listing(latest_only(offers) if wanted.is_latest else offers, seen)

    def offer_of(self, address: str, file: TripFile) -> Offer | None:
        """A file by its address, whatever its name tells; None if it is gone."""
        name = address.removeprefix(f"gs://{self.bucket.name}/")
        with explained(self.bucket.name):
            blob = self.bucket.get_blob(name, timeout=self.timeout, retry=self.retry)
        return self._offer(file, blob) if blob else None

    def _look_at(self, blob: storage.Blob, seen: Seen) -> TripFile | None:
        """Read an object's path from the folder."""
        path = PurePosixPath(blob.name.removeprefix(f"{self.prefix}/"))
        if blob.name == self.prefix:
            path = PurePosixPath(path.name)
        if any(part.startswith((".", "_")) for part in path.parts[:-1]):
            return None
        try:
            if files.is_named_as_trips(path.name):
                refuse_odd_characters(path.name)
        except OddName as error:
            seen.odd_names.append(error)
            return None
        return seen.look_at(path, PurePosixPath(self.prefix).name)

    def _offer(self, file: TripFile, blob: storage.Blob) -> Offer:
        address = f"gs://{self.bucket.name}/{blob.name}"
        return Offer(file, address, blob.name, describe(blob))

    def describe(self, offer: Offer) -> Description:
        """See `Place`."""
        return offer.description

    @contextmanager
    def read(self, offer: Offer, start: int, known: Description) -> Iterator[Body]:
        """See `Place`. Every byte is of the generation that was listed."""
        described = offer.description
        if known.generation != described.generation:
            start = 0
        blob = self.bucket.blob(offer.locator, generation=described.generation)
        yield Body(start, described, self._chunks(blob, start, described.size))

    def list_objects(self) -> list[storage.Blob]:
        """The objects directly in the folder, not those of folders within."""
        return self._listed(delimiter="/")

    def _objects_within(self) -> list[storage.Blob]:
        """All objects of the folder, or the one that the prefix names."""
        if not files.parse(PurePosixPath(self.prefix)):
            # Consoles make objects that stand for folders.
            return [blob for blob in self._listed() if not blob.name.endswith("/")]
        settings = {"timeout": self.timeout, "retry": self.retry}
        with explained(self.bucket.name):
            blob = self.bucket.get_blob(self.prefix, **settings)
        return [blob] if blob else []

    def _listed(self, delimiter: str | None = None) -> list[storage.Blob]:
        folder = f"{self.prefix}/" if self.prefix else ""
        with explained(self.bucket.name):
            return list(
                self.bucket.list_blobs(
                    prefix=folder,
                    delimiter=delimiter,
                    timeout=self.timeout,
                    retry=self.retry,
                )
            )

    def object(self, name: str) -> storage.Blob:
        """An object of the folder, to be written in parts that can be resumed."""
        path = f"{self.prefix}/{name}" if self.prefix else name
        return self.bucket.blob(path, chunk_size=CHUNK_BYTES)

    def _chunks(self, blob: storage.Blob, start: int, size: int) -> Iterator[bytes]:
        while start < size:
            end = min(start + CHUNK_BYTES, size)
            with explained(self.bucket.name):
                chunk = blob.download_as_bytes(
                    start=start,
                    end=end - 1,
                    raw_download=True,
                    # A checksum is of the whole; `Download` compares it.
                    checksum=None,
                    timeout=self.timeout,
                    retry=None,
                )
            if not chunk:
                raise Transient(f"gs://{self.bucket.name} sent nothing")
            yield chunk
            start += len(chunk)

    def __str__(self) -> str:
        return f"gs://{self.bucket.name}/{self.prefix}".rstrip("/")


def describe(blob: storage.Blob) -> Description:
    """What the bucket says of an object; SHA-256 and first ETag are the mirror's."""
    metadata = blob.metadata or {}
    return Description(
        size=blob.size,
        etag=blob.etag,
        sha256=metadata.get("sha256"),
        crc32c=blob.crc32c,
        generation=blob.generation,
        first_etag=metadata.get("etag"),
    )


def open_bucket(name: str, project: str | None, endpoint: str | None) -> storage.Bucket:
    """Open a bucket with the user's credentials; a plain http endpoint needs none.

    Raises:
        TaxiError: if there are no credentials.
    """
    options = {"api_endpoint": endpoint} if endpoint else None
    is_plain = endpoint is not None and urlsplit(endpoint).scheme == "http"
    credentials = AnonymousCredentials() if is_plain else None
    if is_plain and project is None:
        project = "none"
    try:
        client = storage.Client(project, credentials, client_options=options)
    except DefaultCredentialsError as error:
        raise TaxiError(
            f"gs://{name}: no credentials; run gcloud auth application-default login, "
            "or name a key file in GOOGLE_APPLICATION_CREDENTIALS"
        ) from error
    except OSError as error:
        if "project" not in str(error).lower():
            raise
        raise TaxiError(f"gs://{name}: no project is set; name it by --project") from (
            error
        )
    return client.bucket(name)


@contextmanager
def explained(bucket: str) -> Iterator[None]:
    """Turn what the client raises into one line; a lost race stays what it is.

    Raises:
        PreconditionFailed: if the object was changed by somebody else.
        Transient: if it is worth another attempt.
        TaxiError: if it is not.
    """
    try:
        yield
    except PreconditionFailed:
        raise
    except NotFound as error:
        raise TaxiError(f"gs://{bucket} is not there, or what it held is gone") from (
            error
        )
    except RetryError as error:
        raise TaxiError(
            f"gs://{bucket}: {_text(error.cause or error)}; run again later"
        ) from error
    except _TRANSIENT as error:
        raise Transient(f"gs://{bucket}: {_text(error)}") from error
    except (GoogleAPIError, GoogleAuthError, requests.RequestException) as error:
        raise TaxiError(f"gs://{bucket}: {_text(error)}") from error


def _text(error: Exception) -> str:
    """An error's first line; what it says of the network is not for people."""
    if isinstance(error, requests.RequestException):
        return "no connection, or it broke"
    return first_line(error)
