"""Who may change the lake now.

A command that changes tables that others read together, such as a build, holds the lake
alone. A landing holds it together with other landings, and only while it commits. Who
only reads asks nobody. The system lets a lock go when its process dies, and so does the
server of a catalog on PostgreSQL.
"""

import sys
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from taxi.catalogs.postgresql import PostgresDatabase
from taxi.errors import TaxiError
from taxi.holders import Holder
from taxi.lake import Lake
from taxi.lock_files import FileLock
from taxi.lock_sessions import SessionLock

if TYPE_CHECKING:
    # Landing holds the lake too, and starts quicker without Spark's modules.
    from pyspark.sql import SparkSession

_PAUSE_SECONDS = 0.1

_ADVICE = "try again later, or wait with --wait (dbt: TAXI_WAIT=SECONDS)"

# A JVM whose Python was killed may still be at a commit; it ends by itself.
_JVM_END_SECONDS = 60


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
        self._lake = lake
        self._is_alone = alone
        self._kind = "alone" if alone else "together"
        self._me = Holder.this_process(command)
        lake.create_folders()
        self._lock = _lock_of(lake)
        self._is_held = True
        try:
            self._take(wait_seconds)
            self._await_jvm()
            self.left_behind = self._lock.read("alone")
            # What a dead holder left is as old as the oldest that was not settled.
            oldest = (alone and self.left_behind) or self._me
            self._lock.write(self._kind, replace(self._me, since=oldest.since))
        except DBAPIError as error:
            self._lock.give_back()
            raise lake.database.unusable(error) from error
        except BaseException:
            self._lock.give_back()
            raise

    def share_with(self, session: "SparkSession") -> None:
        """Let the JVM of a session hold the lake too, as it may outlive its Python."""
        # A session of Spark Connect has its JVM elsewhere.
        if getattr(session, "_jvm", None) is not None:
            self._lock.share_with(session)

    def check(self) -> None:
        """Check that the lake is held still.

        Raises:
            TaxiError: if the server of the catalog has ended the session that held it.
        """
        if not self._lock.is_still_held():
            raise TaxiError(
                f"the lake {self._lake} is not held any more: the server of its "
                "catalog was restarted or lost, and others may have changed the lake "
                "meanwhile; run the command again"
            )

    def settle(self) -> None:
        """Forget who was left behind: what it left is repaired.

        Raises:
            TaxiError: if the lake is not held any more.
        """
        self.check()
        self.left_behind = None
        self._lock.write(self._kind, self._me)

    def release(self) -> None:
        """Let the lake go."""
        if self._is_held:
            self._is_held = False
            # Who lost the lake is remembered, as if it had died.
            with suppress(DBAPIError):
                if self._lock.is_still_held():
                    self._leave_record()
            self._lock.give_back()

    def __enter__(self) -> "LakeLock":
        return self

    def __exit__(self, *_) -> None:
        self.release()

    def _leave_record(self) -> None:
        if self._is_alone and self.left_behind:
            self._lock.write(self._kind, self.left_behind)
        else:
            self._lock.forget(self._kind)

    def _take(self, wait_seconds: float | None) -> None:
        end = None if wait_seconds is None else time.monotonic() + wait_seconds
        is_told = False
        while not self._lock.try_to_take(self._is_alone):
            others = next(map(str, self._lock.others()), "another process")
            busy = f"the lake {self._lake} is busy: {others}"
            if end is not None and time.monotonic() >= end:
                raise TaxiError(f"{busy}; {_ADVICE}")
            if not is_told and sys.stderr.isatty():
                print(f"{busy}; waiting", file=sys.stderr)
                is_told = True
            time.sleep(_PAUSE_SECONDS)

    def _await_jvm(self) -> None:
        end = time.monotonic() + _JVM_END_SECONDS
        while self._lock.is_held_by_jvm():
            if time.monotonic() >= end:
                raise TaxiError(
                    "the Spark of a build that was killed still holds the lake; "
                    f"end its {self._lock.jvm_holder}"
                )
            time.sleep(_PAUSE_SECONDS)


def _lock_of(lake: Lake) -> FileLock | SessionLock:
    if isinstance(lake.database, PostgresDatabase):
        return SessionLock(lake.database)
    return FileLock(lake.catalog_file.parent / "locks", str(lake))
