"""Landing one file: read whole, check, and only then let its rows be seen."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

from taxi.errors import TaxiError
from taxi.fetching.cache import sha256_of
from taxi.lake import Lake
from taxi.landing import commits
from taxi.landing.files import TripFile
from taxi.landing.layouts import match
from taxi.landing.ledger import Ledger
from taxi.landing.reading import (
    OnRows,
    Reading,
    described,
    open_source,
    reasons_of,
    write_typed,
)
from taxi.landing.records import (
    Landing,
    Months,
    displaces,
    goes_before,
    new_landing_id,
)
from taxi.landing.sources import stamp
from taxi.landing.staging import Staging
from taxi.landing.tables import Tables
from taxi.locks import LakeLock
from taxi.upkeep.checksums import record_files

# Raise it when the same file would land otherwise than before: all land anew.
LANDING_RULES_VERSION = 2


class PassedOver(Exception):
    """A file gives way to a better one of its month; nothing is wrong."""


class Unchanged(Exception):
    """The file is landed already, by the same rules, as `held` tells."""

    def __init__(self, held: Landing):
        super().__init__()
        self.held = held


@dataclass(frozen=True)
class Lander:
    """Lands files into the tables of one lake.

    Attributes:
        lake: the lake, which is held only while a file is committed.
        max_bad_values: how many values of a file may be unreadable.
        may_displace: whether a file may replace a better one of an earlier run.
        is_anew: whether a file lands though it is landed by the same rules; then it may
            have as many unreadable values as it had.
        on_rows: is told of which file how many rows were read, and of how many if that
            is known.
    """

    tables: Tables
    lake: Lake
    max_bad_values: int = 0
    may_displace: bool = False
    is_anew: bool = False
    on_rows: OnRows = lambda name, read, total: None

    def land(self, file: TripFile, landed: Months) -> Landing:
        """Read a file and commit it; see `read` and `commit`."""
        with self.read(file, landed.get((file.service, file.month))) as reading:
            return self.commit(reading, landed)

    def read(self, file: TripFile, held: Landing | None) -> Reading:
        """Read a file whole, and write its rows where nobody looks.

        Several threads may do so at once.

        Args:
            held: what its month holds now.

        Raises:
            PassedOver, Unchanged: if the file is not to be landed.
            TaxiError: if it cannot be. The text does not name the file.
        """
        self._look_at_rank(file, held)
        before = stamp(file.path)
        sha256 = sha256_of(file.path)
        self._look(file, sha256, held)

        source = open_source(file)
        layout = match(file.service, source.columns)
        most = self.max_bad_values
        if self.is_anew and held:
            most = max(most, held.unreadable_value_count)
        ledger = Ledger(most, reasons_of(file))
        table = self.tables.trips[file.service]
        landing_id = new_landing_id()
        with ExitStack() as stack:
            staging = stack.enter_context(Staging(self.lake.home, landing_id))
            paths = write_typed(
                file, source, layout, ledger, table, staging.folder, self.on_rows
            )
            if stamp(file.path) != before:
                raise TaxiError("was changed while it was read; run again")
            landing = Landing(
                landing_id=landing_id,
                event="landed",
                service_type=file.service,
                source_month=file.month,
                source_file=file.name,
                source_format=file.format,
                origin=file.origin or str(_settled(file.path)),
                byte_count=before.size,
                sha256=sha256,
                etag=file.etag,
                row_count=ledger.row_count,
                cents=ledger.cents,
                unreadable_value_count=ledger.fault_count,
                columns=described(source.columns),
                adaptations=[*source.remarks, *layout.adaptations, *ledger.remarks()],
                unknown_columns=list(layout.unknown),
                landed_at=datetime.now(UTC),
                landing_rules_version=LANDING_RULES_VERSION,
            )
            stack.pop_all()
        return Reading(file, landing, ledger.faults, paths, staging)

    def commit(self, reading: Reading, landed: Months) -> Landing:
        """Put what was read in the place of what its month holds.

        Args:
            landed: what is landed now; the new landing is entered.

        Raises:
            PassedOver, Unchanged: if another run was quicker.
            TaxiError: if the lake cannot be changed. The text does not name the file.
        """
        # Whoever builds meanwhile reads a lake that stands still.
        with LakeLock(self.lake, "ingest", alone=False, wait_seconds=None):
            landing = self._commit(reading)
        landed[landing.service_type, landing.source_month] = landing
        return landing

    def pass_over(self, file: TripFile, reason: str) -> NoReturn:
        """Give way to another file of the month.

        A second parquet is somebody's doing, so it is opened: a fault in it is said. A
        CSV beside the parquet is how TLC published for years.

        Raises:
            PassedOver: always, unless
            TaxiError: the file is a parquet that could not land anyway.
        """
        if file.format == "parquet":
            stamp(file.path)
            match(file.service, open_source(file).columns)
        raise PassedOver(reason)

    def _look_at_rank(self, file: TripFile, held: Landing | None) -> None:
        """Give way to a landed file of better rank, unless told to displace it."""
        if not self.may_displace and goes_before(held, file):
            self.pass_over(file, displaces(held))

    def _look(self, file: TripFile, sha256: str, held: Landing | None) -> None:
        """Decide by what the month holds whether the file is to land."""
        self._look_at_rank(file, held)
        is_same = held and (held.sha256, held.landing_rules_version) == (
            sha256,
            LANDING_RULES_VERSION,
        )
        if is_same and not self.is_anew:
            raise Unchanged(held)

    def _commit(self, reading: Reading) -> Landing:
        """Move the data files under their tables and commit them."""
        landing = replace(reading.landing, landed_at=datetime.now(UTC))
        move = partial(
            reading.staging.move_to, partition=f"source_month={landing.source_month}"
        )
        try:
            if reading.faults:
                path = reading.write_faults(self.tables.unreadable_values)
                address = move(self.tables.unreadable_values, path=path)
                landing = replace(landing, unreadable_file=address)
            trips = self.tables.trips[landing.service_type]
            addresses = [move(trips, path=path) for path in reading.paths]
            landing = commits.commit_rows(
                self.tables,
                landing,
                addresses,
                lambda held: self._look(reading.file, landing.sha256, held),
            )
        except BaseException:
            commits.discard(self.tables, landing.landing_id)
            raise
        commits.finish(self.tables, landing)
        record_files(self.lake)
        return landing


def _settled(path: Path) -> Path:
    """A path that leads there from everywhere; the name of a link stays."""
    return path.parent.resolve() / path.name
