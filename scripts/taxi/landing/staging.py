"""Where a landing writes until its rows may be seen, and how a dead one is cleared.

A landing writes into `staging/<landing id>` of this machine and holds a lock beside
that folder, which the system lets go when the process dies. Just before the commit its
data files are moved under their tables; their names carry the landing's id.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pyiceberg.table import Table
from sqlalchemy.exc import SQLAlchemyError

from taxi.bucket_path import BucketPath, Unanswered
from taxi.file_access import AnyPath, files_under, path_of

# What may end a commit in its midst, like a kill.
_CUTTING_OFF = (KeyboardInterrupt, MemoryError, OSError, SQLAlchemyError, Unanswered)


class Staging:
    """A landing's own folder; leaving the context removes it.

    Where a commit may have been cut off, the lock stays, as a mark of the dead.

    Args:
        home: the lake's folder of this machine.
        landing_id: name of the landing.
        is_committing: whether it changes tables from the first; otherwise it does so
            when it moves its files.
    """

    def __init__(self, home: Path, landing_id: str, is_committing: bool = False):
        self.folder = home / "staging" / landing_id
        self._is_committing = is_committing
        self._lock = None

    def __enter__(self) -> "Staging":
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        path = _lock_of(self.folder)
        while True:
            self._lock = path.open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            # Who clears up may have taken it for a dead one's before it was locked.
            if path.exists() and os.path.samestat(
                path.stat(), os.fstat(self._lock.fileno())
            ):
                break
            self._lock.close()
        self.folder.mkdir()
        return self

    def __exit__(self, kind, error, trace) -> None:
        if not isinstance(error, _CUTTING_OFF):
            self._is_committing = False
        self.close()

    def close(self) -> None:
        if self._is_committing:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            remove(self.folder)
        self._lock.close()

    def move_to(self, table: Table, partition: str, path: Path) -> str:
        """Bring a file into a partition's folder of a table; return its address.

        Raises:
            TaxiError: if a bucket does not take it.
        """
        self._is_committing = True
        address = f"{table.location()}/data/{partition}/{path.name}"
        target = path_of(address)
        if isinstance(target, BucketPath):
            target.receive(path)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
        return address


def left_by_the_dead(home: Path) -> Iterator[Path]:
    """The folders of landings whose process is gone, each locked while it is used.

    Of a folder, its lock alone may be there.
    """
    folder = home / "staging"
    names = {path.name.removesuffix(".lock") for path in folder.glob("*")}
    for name in sorted(names):
        with _lock_of(folder / name).open("a") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder / name


def has_dead(home: Path) -> bool:
    """Whether there is anything to clear up."""
    return any(True for _ in left_by_the_dead(home))


def begun_at(folder: Path) -> float:
    """When a landing began, in seconds of the epoch."""
    paths = [path for path in (folder, _lock_of(folder)) if path.exists()]
    return min(path.stat().st_mtime for path in paths)


def remove(folder: Path) -> None:
    """Remove a landing's folder and its lock."""
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)


def moved_files(table: Table, landing_id: str) -> list[AnyPath]:
    """The data files under a table that a landing moved there."""
    files = files_under(path_of(table.location()) / "data")
    return [one.path for one in files if one.path.name.startswith(landing_id)]


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")
