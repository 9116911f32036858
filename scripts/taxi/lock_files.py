"""The lock of a lake whose catalog is a file: locked files beside the catalog."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from taxi.errors import TaxiError
from taxi.holders import Holder

if TYPE_CHECKING:
    # Landing holds the lake too, and starts quicker without Spark's modules.
    from pyspark.sql import SparkSession


class FileLock:
    """A file that the system lets go when its process dies, and records beside it.

    Raises:
        TaxiError: if the folder cannot be written.
    """

    def __init__(self, folder: Path, lake: str):
        self._folder = folder
        self._jvm_file = folder / "jvm"
        self._jvm_lock = None
        try:
            folder.mkdir(exist_ok=True)
            self._file = (folder / "lock").open("a")
        except OSError as error:
            raise TaxiError(
                f"the lake {lake} cannot be written ({error.strerror})"
            ) from error

    @property
    def jvm_holder(self) -> str:
        """What a person is to look for to find the JVM that holds the lake."""
        return f"java process, which holds {self._jvm_file}"

    def try_to_take(self, is_alone: bool) -> bool:
        """Take it, alone or together with others, if it is free."""
        kind = fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH
        with suppress(BlockingIOError):
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
            return True
        return False

    def is_held_by_jvm(self) -> bool:
        """Whether the JVM of somebody who died holds the lake still."""
        with self._jvm_file.open("a") as file:
            with suppress(BlockingIOError, PermissionError):
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return False
            return True

    def share_with(self, session: "SparkSession") -> None:
        """Let a JVM hold the lake too."""
        if self._jvm_lock is None:
            file = session._jvm.java.io.RandomAccessFile(str(self._jvm_file), "rw")
            self._jvm_lock = file.getChannel()
            self._jvm_lock.lock()

    def is_still_held(self) -> bool:
        """Whether what was taken is held: the system takes nothing away."""
        return True

    def others(self) -> list[Holder]:
        """Who is said to hold it and may be alive."""
        found = filter(None, map(self.read, ("alone", "together")))
        return list(filter(Holder.is_alive, found))

    def read(self, kind: str) -> Holder | None:
        """The record of who held it last and has not forgotten it."""
        with suppress(FileNotFoundError):
            return Holder.from_json(self._record(kind).read_text(encoding="utf-8"))
        return None

    def write(self, kind: str, holder: Holder) -> None:
        """Record who holds it, `alone` or `together` with others."""
        scratch = self._record(kind).with_suffix(f".{os.getpid()}")
        scratch.write_text(holder.to_json(), encoding="utf-8")
        scratch.replace(self._record(kind))

    def forget(self, kind: str) -> None:
        """Remove a record."""
        self._record(kind).unlink(missing_ok=True)

    def give_back(self) -> None:
        """Let it go, and what the JVM holds."""
        if self._jvm_lock is not None:
            self._jvm_lock.close()
        if not self._file.closed:
            # A child process may hold the same open file: closing would not do.
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._file.close()

    def _record(self, kind: str) -> Path:
        return self._folder / f"{kind}.json"
