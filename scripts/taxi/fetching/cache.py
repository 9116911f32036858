"""The folder of downloads: whole files, halves that can be resumed, and their locks.

Each address has a folder of its own there, named by a hash of it. The file lies in it
under TLC's name once it is whole, and as `part` before; `file.json` and `part.json` say
what the server said of them.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from taxi.errors import TaxiError
from taxi.fetching.offers import Description
from taxi.fetching.patience import Patience, Stopped
from taxi.records import from_record

# How often another process's lock is tried, in seconds.
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Entry:
    """The folder of one address, locked.

    Attributes:
        name: the name of the file, checked.
    """

    folder: Path
    name: str

    @property
    def file(self) -> Path:
        return self.folder / self.name

    @property
    def part(self) -> Path:
        return self.folder / "part"

    def known_file(self) -> Description | None:
        """What is known of the whole file, if it is there as it was fetched."""
        known = self.remembered()
        is_intact = known is not None and known.sha256 == sha256_of(self.file)
        return known if is_intact else None

    def remembered(self) -> Description | None:
        """What was known of the whole file, if it has its length; it is not read."""
        known = self._read("file.json")
        is_file = self.file.is_file() and not self.file.is_symlink()
        is_there = known and is_file and self.file.stat().st_size == known.size
        return known if is_there else None

    def known_part(self) -> Description | None:
        """What is known of the file of which a part is there."""
        return self._read("part.json") if self.part.is_file() else None

    def begin(self, description: Description) -> None:
        """Empty the part, which is to be of the file described."""
        self.drop_part()
        self._write("part.json", description)
        self.part.touch()

    def finish(self, description: Description) -> None:
        """Make the part the file; the description holds its SHA-256."""
        self.drop_file()
        self._write("file.json", description)
        self.part.replace(self.file)
        self.drop_part()

    def drop_part(self) -> None:
        for name in ("part", "part.json"):
            (self.folder / name).unlink(missing_ok=True)

    def drop_file(self) -> None:
        for path in (self.folder / "file.json", self.file):
            path.unlink(missing_ok=True)

    def _read(self, name: str) -> Description | None:
        try:
            told = json.loads((self.folder / name).read_text("utf-8"))
            return from_record(Description, told, name)
        except (OSError, ValueError, TaxiError):
            return None

    def _write(self, name: str, description: Description) -> None:
        unfinished = self.folder / f"{name}.new"
        unfinished.write_text(json.dumps(asdict(description)), "utf-8")
        unfinished.replace(self.folder / name)


@dataclass(frozen=True)
class Cache:
    """A folder of downloads.

    Attributes:
        is_kept: whether a file stays after it was used.
    """

    folder: Path
    is_kept: bool = True

    def remembered(self, address: str, name: str) -> Description | None:
        """What is known of the file that an address had; its bytes are not read."""
        return Entry(self._folder_of(address), name).remembered()

    @contextmanager
    def entry(self, address: str, name: str, patience: Patience) -> Iterator[Entry]:
        """The place of an address, for this process alone while it is open.

        Raises:
            Stopped: if the run ends while another process holds the place.
        """
        folder = self._folder_of(address)
        lock = _lock(folder, patience, name)
        try:
            yield Entry(folder, name)
        finally:
            if not self.is_kept:
                shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)

    def _folder_of(self, address: str) -> Path:
        return self.folder / hashlib.sha256(address.encode()).hexdigest()[:16]

    def clean(self) -> tuple[int, int]:
        """Remove what no process is using. Return how many files and bytes went."""
        count = byte_count = 0
        for folder in sorted(self.folder.glob("*/")):
            if not re.fullmatch(r"[0-9a-f]{16}", folder.name) or folder.is_symlink():
                continue
            lock = _try_lock(folder)
            if lock is None:
                continue
            kept = [path for path in folder.iterdir() if path.suffix != ".json"]
            sizes = [path.stat().st_size for path in kept]
            shutil.rmtree(folder)
            os.close(lock)
            count, byte_count = count + len(sizes), byte_count + sum(sizes)
        with suppress(OSError):
            self.folder.rmdir()
        return count, byte_count


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _lock(folder: Path, patience: Patience, name: str) -> int:
    is_told = False
    while True:
        lock = _try_lock(folder)
        if lock is not None:
            return lock
        if not is_told:
            patience.tell(name, "waits: another process is at it")
            is_told = True
        if patience.stop.wait(_POLL_SECONDS):
            raise Stopped


def _try_lock(folder: Path) -> int | None:
    """Lock a folder for this process alone; None if another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock.json"
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it before may have removed the folder.
        if os.fstat(lock).st_ino == path.stat().st_ino:
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(lock)
    return None
