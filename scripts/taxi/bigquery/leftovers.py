"""What an export leaves while it works, and what a killed one left.

Every export keeps a record in the lake, and holds it as long as it lives. A record that
nobody holds is that of an export that was killed: the next one deletes its stage tables
and files, and nobody else's.
"""

import fcntl
import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from taxi.bigquery.warehouse import Target, Warehouse
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.records import from_record

_STAGE = "taxi_stage"


@dataclass(frozen=True)
class Run:
    """One export.

    Attributes:
        run_id: letters, digits and underscores; no two exports share it.
        marts: those that it stages.
        files: folder of this machine for what it writes.
    """

    run_id: str
    target: Target
    marts: tuple[str, ...]
    files: Path

    def stage(self, mart: str) -> str:
        """The name of the table that a mart is staged in."""
        return f"{_STAGE}_{self.run_id}_{mart}"

    @property
    def folder(self) -> str:
        """The folder of the bucket that its files lie in."""
        name = f"taxi-export-{self.run_id}"
        return f"{self.target.folder}/{name}" if self.target.folder else name

    def clear(self, warehouse: Warehouse) -> None:
        """Delete its stage tables and files."""
        for mart in self.marts:
            warehouse.delete_table(self.stage(mart))
        warehouse.delete_objects(f"{self.folder}/")


@dataclass(frozen=True)
class _Record:
    """What is recorded of an export; its name is that of the file."""

    target: dict
    marts: list[str]


class Runs:
    """The records of the exports from a lake.

    Args:
        warn: told in a line what could not be deleted; the next export tries again.
    """

    def __init__(self, lake: Lake, warn: Callable[[str], None]):
        self._folder = lake.home / "exports"
        self._warn = warn

    @contextmanager
    def begin(self, warehouse: Warehouse, marts: list[str]) -> Iterator[Run]:
        """Record an export; in the end delete what it left, and the record.

        Raises:
            TaxiError: if the lake cannot be written.
        """
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%dt%H%M%S}_{secrets.token_hex(4)}"
        run = Run(run_id, warehouse.target, tuple(marts), self._folder / run_id)
        try:
            run.files.mkdir(parents=True)
            file = (run.files / "record").open("w")
        except OSError as error:
            raise TaxiError(
                f"{run.files} cannot be written ({error.strerror})"
            ) from error
        with file:
            # Whoever finds the record finds it whole, and held.
            fcntl.flock(file, fcntl.LOCK_EX)
            json.dump(asdict(_Record(asdict(run.target), list(run.marts))), file)
            file.flush()
            (run.files / "record").rename(self._record(run))
            try:
                yield run
            finally:
                self._clear(run, lambda _: warehouse)

    def clear_left_behind(self, open_warehouse: Callable[[Target], Warehouse]) -> None:
        """Delete what killed exports left."""
        for path in sorted(self._folder.glob("*.json")):
            with suppress(BlockingIOError, FileNotFoundError), path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                try:
                    run = self._read(path.stem, file)
                except (TaxiError, ValueError) as error:
                    self._warn(
                        f"what the export {path.stem} left stays, as {path} cannot be "
                        f"read ({error}); remove that file to hear no more of it"
                    )
                    continue
                self._clear(run, open_warehouse)

    def _read(self, run_id: str, file: TextIO) -> Run:
        told = from_record(_Record, json.load(file), "it")
        target = from_record(Target, told.target, "its target")
        return Run(run_id, target, tuple(told.marts), self._folder / run_id)

    def _clear(self, run: Run, open_warehouse: Callable[[Target], Warehouse]) -> None:
        shutil.rmtree(run.files, ignore_errors=True)
        try:
            run.clear(open_warehouse(run.target))
        except TaxiError as error:
            self._warn(f"what the export {run.run_id} left stays for now: {error}")
        else:
            self._record(run).unlink(missing_ok=True)

    def _record(self, run: Run) -> Path:
        return self._folder / f"{run.run_id}.json"
