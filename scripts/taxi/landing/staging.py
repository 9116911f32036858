"""Where a landing writes until its rows may be seen, and how a dead one is cleared.

A landing writes into `staging/<landing id>` of the lake and holds a lock beside that
folder, which the system lets go when the process dies. Just before the commit its data
files are moved under their tables; their names carry the landing's id.
"""

import fcntl
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyiceberg.table import Table


class Staging:
    """A landing's own folder; leaving the context removes it.

    Args:
        root: folder of the lake.
        landing_id: name of the landing.
    """

    def __init__(self, root: Path, landing_id: str):
        self.folder = root / "staging" / landing_id
        self._lock = None

    def __enter__(self) -> "Staging":
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _lock_of(self.folder).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.folder.mkdir()
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        remove(self.folder)
        self._lock.close()

    def move_to(self, table: Table, partition: str, path: Path) -> str:
        """Move a file into a partition's folder of a table; return its address."""
        address = f"{table.location()}/data/{partition}/{path.name}"
        target = local_path(address)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
        return address


def left_by_the_dead(root: Path) -> list[Path]:
    """The folders of landings whose process is gone."""
    folders = (root / "staging").glob("*/")
    return [folder for folder in folders if not _is_alive(folder)]


def remove(folder: Path) -> None:
    """Remove a landing's folder and its lock."""
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)


def moved_files(table: Table, landing_id: str) -> list[Path]:
    """The data files under a table that a landing moved there."""
    folder = local_path(table.location()) / "data"
    return list(folder.glob(f"*/{landing_id}*.parquet"))


def local_path(address: str) -> Path:
    """The path of a `file:` address."""
    return Path(unquote(urlsplit(address).path))


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _is_alive(folder: Path) -> bool:
    with _lock_of(folder).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
