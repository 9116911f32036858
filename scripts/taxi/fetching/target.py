"""A folder of a bucket that files are copied into, each checked, none over another's.

A file goes up in parts, and a broken connection does not end that. A run that is killed
leaves nothing of it that can be seen, and the next one sends that file anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from google.api_core.exceptions import PreconditionFailed
from google.cloud import storage

from taxi.errors import TaxiError
from taxi.fetching.buckets import Bucket, explained
from taxi.fetching.cache import sha256_of
from taxi.fetching.download import crc32c_of
from taxi.fetching.fetcher import Brought
from taxi.fetching.offers import Description, Offer

_CONTENT_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".zip": "application/zip",
}


@dataclass
class Target:
    """The folder of the bucket that is copied into.

    Attributes:
        objects: what was there when the run began, by name without the folder.
    """

    place: Bucket
    objects: dict[str, storage.Blob] = field(init=False)

    def __post_init__(self):
        blobs = self.place.list_objects()
        self.objects = {blob.name.rsplit("/", 1)[-1]: blob for blob in blobs}

    def holds(self, offer: Offer, found: Description) -> bool:
        """Whether a file that is described so was copied, as far as can be told."""
        blob = self.objects.get(offer.name)
        if blob is None:
            return False
        kept = blob.metadata or {}
        if found.sha256 is not None:
            return kept.get("sha256") == found.sha256 and found.size == blob.size
        copied = Description(blob.size, kept.get("etag"), kept.get("last_modified"))
        return kept.get("origin") == offer.address and copied.is_same_as(found)

    def put(
        self,
        name: str,
        origin: str | None,
        brought: Brought,
        on_bytes: Callable[[int], None] = lambda done: None,
    ) -> str:
        """Copy a file, unless the same bytes are there. Return what was done.

        Args:
            origin: address that the file has on the network.
            on_bytes: is told how many bytes were read to be sent.

        Raises:
            TaxiError: if somebody else is writing the object, or it arrives changed.
            Transient: if it is worth another attempt.
        """
        path = brought.file.path
        crc32c = crc32c_of(path)
        notes = _notes(brought, origin)
        held = self.objects.get(name)
        if held is not None and held.crc32c == crc32c:
            self._note(held, notes)
            return "unchanged"
        blob = self.place.object(name)
        blob.metadata = notes
        try:
            self._send(blob, path, held.generation if held else 0, on_bytes)
        except PreconditionFailed as error:
            # Another mirror's, or this one's own whose answer was lost.
            self._compare(name, crc32c, error)
            return "unchanged"
        if blob.crc32c != crc32c:
            raise TaxiError("arrived changed: its CRC32C differs; run again")
        return "replaced" if held else "mirrored"

    def _send(
        self,
        blob: storage.Blob,
        path: Path,
        generation: int,
        on_bytes: Callable[[int], None],
    ) -> None:
        """Upload a file over the generation that was seen; 0 is none.

        Raises:
            PreconditionFailed: if there is another one by now.
        """
        with explained(self.place.bucket.name), _Watched(path, on_bytes) as data:
            blob.upload_from_file(
                data,
                size=path.stat().st_size,
                content_type=_CONTENT_TYPES[path.suffix.lower()],
                if_generation_match=generation,
                checksum="crc32c",
                timeout=self.place.timeout,
                retry=self.place.retry,
            )

    def _note(self, blob: storage.Blob, notes: dict[str, str]) -> None:
        """Note where the bytes are from, if that is not there yet."""
        if (blob.metadata or {}) | notes == blob.metadata:
            return
        blob.metadata = (blob.metadata or {}) | notes
        with explained(self.place.bucket.name):
            try:
                blob.patch(
                    if_metageneration_match=blob.metageneration,
                    timeout=self.place.timeout,
                )
            except PreconditionFailed:
                # Another mirror is noting the same.
                return

    def _compare(self, name: str, crc32c: str, error: Exception) -> None:
        with explained(self.place.bucket.name):
            blob = self.place.bucket.get_blob(
                self.place.object(name).name, timeout=self.place.timeout
            )
        if blob is None or blob.crc32c != crc32c:
            raise TaxiError(
                "another mirror wrote another file there meanwhile; run again"
            ) from error


def _notes(brought: Brought, origin: str | None) -> dict[str, str]:
    """What an object says of the file that it is a copy of."""
    found = brought.description
    notes = {
        "sha256": found.sha256 or sha256_of(brought.file.path),
        "etag": found.first_etag or found.etag,
        "last_modified": found.modified,
        "origin": origin,
    }
    return {key: value for key, value in notes.items() if value}


class _Watched(FileIO):
    """A file that says how far it was read."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None]):
        super().__init__(path)
        self._on_bytes = on_bytes

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self._on_bytes(self.tell())
        return data
