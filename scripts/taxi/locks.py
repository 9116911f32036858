"""Who may change the lake now.

A command that changes tables that others read together, such as a build, holds the lake
alone. A landing holds it together with other landings, and only while it commits. Who
only reads asks nobody. The system lets a lock go when its process dies.
"""

import fcntl
import json
import os
import re
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from taxi.errors import TaxiError
from taxi.lake import Lake

if TYPE_CHECKING:
    # Landing holds the lake too, and starts quicker without Spark's modules.
    from pyspark.sql import SparkSession

_PAUSE_SECONDS = 0.1

_ADVICE = "try again later, or wait with --wait (dbt: TAXI_WAIT=SECONDS)"

# A JVM whose Python was killed may still be at a commit; it ends by itself.
_JVM_END_SECONDS = 60


def wait_of_environment() -> float:
    """How many seconds to wait for the lake, by `TAXI_WAIT`; 0 if it is not set.

    Raises:
        TaxiError: if it is no number of seconds.
    """
    text = os.environ.get("TAXI_WAIT") or "0"
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise TaxiError(f"TAXI_WAIT: {text!r} is no number of seconds")
    return float(text)


@dataclass(frozen=True)
class Holder:
    """Who holds the lake.

    Attributes:
        command: what it does, such as `dbt build`.
        since: when it began to change the lake, in ISO 8601, UTC.
    """

    command: str
    process_id: int
    host: str
    since: str

    @classmethod
    def this_process(cls, command: str) -> "Holder":
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        return cls(command, os.getpid(), socket.gethostname(), now)

    def is_alive(self) -> bool:
        """Whether the process may still be there; of another host nobody knows."""
        try:
            if self.host == socket.gethostname():
                os.kill(self.process_id, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def __str__(self) -> str:
        return (
            f"{self.command} (process {self.process_id} on {self.host}, "
            f"since {self.since[:19]}Z)"
        )


class LakeLock:
    """Holds the lake until it is released, or the process ends.

    Args:
        command: what the lake is held for, as others are told.
        alone: whether nobody else may hold it, or only others who do not insist.
        wait_seconds: how long to wait for others to let go; None waits on.

    Attributes:
        left_behind: who held the lake alone before and died without letting it go. It
            is remembered until `settle` is called.

    Raises:
        TaxiError: if the lake is busy, naming by whom, or cannot be written.
    """

    def __init__(
        self,
        lake: Lake,
        command: str,
        alone: bool = True,
        wait_seconds: float | None = 0,
    ):
        self._folder = lake.catalog_file.parent / "locks"
        self._is_alone = alone
        self._record = self._folder / ("alone.json" if alone else "together.json")
        self._jvm_file = self._folder / "jvm"
        self._jvm_lock = None
        self._me = Holder.this_process(command)
        lake.create_folders()
        try:
            self._folder.mkdir(exist_ok=True)
            self._file = (self._folder / "lock").open("a")
        except OSError as error:
            raise TaxiError(
                f"the lake {lake} cannot be written ({error.strerror})"
            ) from error
        try:
            self._take(fcntl.LOCK_EX if alone else fcntl.LOCK_SH, lake, wait_seconds)
            self._await_jvm()
            self.left_behind = _read(self._folder / "alone.json")
            # What a dead holder left is as old as the oldest that was not settled.
            since = self.left_behind.since if alone and self.left_behind else None
            self._write(replace(self._me, since=since or self._me.since))
        except BaseException:
            self._file.close()
            raise

    def share_with(self, session: "SparkSession") -> None:
        """Let the JVM of a session hold the lake too, as it may outlive its Python."""
        if self._jvm_lock is None and session.sparkContext.master.startswith("local"):
            file = session._jvm.java.io.RandomAccessFile(str(self._jvm_file), "rw")
            self._jvm_lock = file.getChannel()
            self._jvm_lock.lock()

    def settle(self) -> None:
        """Forget who was left behind: what it left is repaired."""
        self.left_behind = None
        self._write(self._me)

    def release(self) -> None:
        """Let the lake go."""
        if not self._file.closed:
            if self._jvm_lock is not None:
                self._jvm_lock.close()
            if self._is_alone and self.left_behind:
                self._write(self.left_behind)
            else:
                self._record.unlink(missing_ok=True)
            # A child process may hold the same open file: closing would not do.
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._file.close()

    def __enter__(self) -> "LakeLock":
        return self

    def __exit__(self, *_) -> None:
        self.release()

    def _take(self, kind: int, lake: Lake, wait_seconds: float | None) -> None:
        end = None if wait_seconds is None else time.monotonic() + wait_seconds
        is_told = False
        while True:
            with suppress(BlockingIOError):
                return fcntl.flock(self._file, kind | fcntl.LOCK_NB)
            busy = f"the lake {lake} is busy: {self._others()}"
            if end is not None and time.monotonic() >= end:
                raise TaxiError(f"{busy}; {_ADVICE}")
            if not is_told and sys.stderr.isatty():
                print(f"{busy}; waiting", file=sys.stderr)
                is_told = True
            time.sleep(_PAUSE_SECONDS)

    def _others(self) -> str:
        names = ("alone.json", "together.json")
        found = filter(None, (_read(self._folder / name) for name in names))
        return str(next(filter(Holder.is_alive, found), "another process"))

    def _await_jvm(self) -> None:
        end = time.monotonic() + _JVM_END_SECONDS
        with self._jvm_file.open("a") as file:
            while True:
                with suppress(BlockingIOError, PermissionError):
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                if time.monotonic() >= end:
                    raise TaxiError(
                        "the Spark of a build that was killed still holds the lake; "
                        f"end its java process, which holds {self._jvm_file}"
                    )
                time.sleep(_PAUSE_SECONDS)

    def _write(self, holder: Holder) -> None:
        text = json.dumps(asdict(holder))
        scratch = self._record.with_suffix(f".{os.getpid()}")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(self._record)


def _read(path: Path) -> Holder | None:
    """A record of a holder; none if there is none, or it was cut off."""
    with suppress(FileNotFoundError, ValueError, TypeError):
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    return None
