"""One file into the cache: whole and checked, or not at all."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from taxi.errors import TaxiError
from taxi.fetching.cache import Entry, sha256_of
from taxi.fetching.offers import Body, Description, Offer, Place
from taxi.fetching.patience import Changed, Patience, Stopped, Transient

# A part is resumed so many bytes before its end, and these must be the same again: a
# server can send another file under an old ETag, and a crash can spoil a file's end.
_OVERLAP = 4096

# An attempt that brings so much more makes up for the failures before it.
_PROGRESS = 1 << 20

_PARQUET_ENDS = b"PAR1"


@dataclass
class Download:
    """The download of one file.

    Args:
        limit: the most bytes that the file may have.
        on_bytes: is told how many bytes are there, and of how many if that is known.
    """

    place: Place
    offer: Offer
    entry: Entry
    patience: Patience
    limit: int
    on_bytes: Callable[[int, int | None], None]
    _most: int = 0

    def run(self) -> Description:
        """Fetch the file; return what it turned out to be, with its SHA-256.

        Raises:
            Missing: if it is not there any more.
            TaxiError: if it cannot be had.
            Stopped: if the run ends meanwhile; what was fetched stays.
        """
        return self.patience.persist(self.offer.name, self._attempt)

    def _attempt(self) -> Description:
        try:
            found = self._fetch()
            self._check(found)
        except Changed:
            self.entry.drop_part()
            raise
        except Transient as error:
            error.has_progressed = self._has_progressed()
            raise
        digest = sha256_of(self.entry.part)
        if found.sha256 not in (None, digest):
            raise TaxiError("its SHA-256 is not the one that is kept with it")
        found = replace(found, size=self._held(), sha256=digest)
        self.entry.finish(found)
        return found

    def _fetch(self) -> Description:
        """Bring the part to its end, from where it was left if it is still the same."""
        known = self.entry.known_part() or Description()
        held = self._held()
        is_resumable = known.validator and known.size and 0 < held <= known.size
        start = max(held - _OVERLAP, 0) if is_resumable else 0
        with self.place.read(self.offer, start, known) as body:
            self._check_limit(body.description.size or 0)
            if body.start == 0:
                self.entry.begin(body.description)
            with self.entry.part.open("r+b") as part:
                part.seek(body.start)
                self._write(body, part)
                part.truncate()
        return body.description

    def _write(self, body: Body, part: BinaryIO) -> None:
        end = part.tell()
        for chunk in body.chunks:
            if self.patience.stop.is_set():
                raise Stopped
            before = part.read(len(chunk)) if body.start else b""
            if not chunk.startswith(before):
                raise Changed("the file changed between two parts")
            part.seek(end)
            part.write(chunk)
            end += len(chunk)
            self._check_limit(end)
            self.on_bytes(end, body.description.size)

    def _check(self, found: Description) -> None:
        """Look whether the part is the whole file.

        Raises:
            Changed: if it is not, and more of it would not help.
            Transient: if it is short.
            TaxiError: if nothing can tell.
        """
        held = self._held()
        if found.size is not None and held < found.size:
            raise Transient(f"ended after {held:,} of {found.size:,} bytes")
        if found.size is not None and held > found.size:
            raise Changed(f"brought {held:,} bytes and not {found.size:,}")
        if held == 0:
            raise Changed("brought nothing")
        if found.crc32c not in (None, crc32c_of(self.entry.part)):
            raise Changed("its CRC32C is not the one that the bucket says")
        if self.offer.file.format == "parquet" and not is_parquet(self.entry.part):
            raise Changed(f"what arrived ({held:,} bytes) is no whole parquet")

    def _check_limit(self, size: int) -> None:
        if size > self.limit:
            self.entry.drop_part()
            raise TaxiError(over_limit(size, self.limit))

    def _has_progressed(self) -> bool:
        """Whether the part is clearly longer than any part before."""
        if self._held() < self._most + _PROGRESS:
            return False
        self._most = self._held()
        return True

    def _held(self) -> int:
        return self.entry.part.stat().st_size if self.entry.part.exists() else 0


def over_limit(size: int, limit: int) -> str:
    """Why a file is too large."""
    return f"has {size:,} bytes or more, and --max-bytes allows {limit:,}"


def crc32c_of(path: Path) -> str:
    """CRC32C of a file's bytes, as Google Cloud Storage writes it."""
    checksum = google_crc32c.Checksum()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            checksum.update(chunk)
    return b64encode(checksum.digest()).decode()


def is_parquet(path: Path) -> bool:
    """Whether a file begins and ends as a parquet does."""
    if path.stat().st_size < 2 * len(_PARQUET_ENDS):
        return False
    with path.open("rb") as stream:
        begins = stream.read(4) == _PARQUET_ENDS
        stream.seek(-4, 2)
        return begins and stream.read() == _PARQUET_ENDS
