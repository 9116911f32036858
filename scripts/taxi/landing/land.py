"""Landing one file: read whole, check, and only then let its rows be seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from taxi.errors import TaxiError
from taxi.fetching.cache import sha256_of
from taxi.lake import Lake
from taxi.landing import commits
from taxi.landing.conversion import Converter
from taxi.landing.csv_source import CsvSource
from taxi.landing.files import TripFile
from taxi.landing.layouts import FileColumn, Layout, match
from taxi.landing.ledger import Fault, Ledger
from taxi.landing.parquet_source import ParquetSource
from taxi.landing.records import (
    Landing,
    Months,
    displaces,
    goes_before,
    new_landing_id,
)
from taxi.landing.rows import RowWriter, write_rows
from taxi.landing.sources import Source, stamp
from taxi.landing.staging import Staging
from taxi.landing.tables import Tables
from taxi.landing.texts import TEXT_REASONS
from taxi.landing.values import REASONS
from taxi.locks import LakeLock

# Raise it when the same file would land otherwise than before: all land anew.
LANDING_RULES_VERSION = 2

OnRows = Callable[[int, int | None], None]


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
        on_rows: is told how many rows were read, and of how many if that is known.
    """

    tables: Tables
    lake: Lake
    max_bad_values: int = 0
    may_displace: bool = False
    is_anew: bool = False
    on_rows: OnRows = lambda read, total: None

    def land(self, file: TripFile, landed: Months) -> Landing:
        """Land a file in the place of what its month holds.

        Args:
            landed: what is landed now; the new landing is entered.

        Raises:
            PassedOver, Unchanged: if the file is not to be landed.
            TaxiError: if it cannot be. The text does not name the file.
        """
        key = file.service, file.month
        self._look_at_rank(file, landed.get(key))
        before = stamp(file.path)
        sha256 = sha256_of(file.path)
        self._look(file, sha256, landed.get(key))

        most = self.max_bad_values
        if self.is_anew and key in landed:
            most = max(most, landed[key].unreadable_value_count)
        source = open_source(file)
        layout = match(file.service, source.columns)
        landing_id = new_landing_id()
        with Staging(self.lake.root, landing_id) as staging:
            ledger, paths = self._read(file, source, layout, staging, most)
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
            # Whoever builds meanwhile reads a lake that stands still.
            with LakeLock(self.lake, "ingest", alone=False, wait_seconds=None):
                landing = self._commit(file, landing, ledger.faults, paths, staging)
        landed[key] = landing
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

    def _read(
        self,
        file: TripFile,
        source: Source,
        layout: Layout,
        staging: Staging,
        max_bad_values: int,
    ) -> tuple[Ledger, list[Path]]:
        """Read and type the whole file, and write it where nobody looks."""
        reasons = TEXT_REASONS if file.format == "csv" else REASONS
        ledger = Ledger(max_bad_values, reasons)
        converter = Converter(layout, ledger)
        table = self.tables.trips[file.service]
        with RowWriter(
            staging.folder, staging.folder.name, table, file, layout.has_derived_zones
        ) as writer:
            read = 0
            for batch in source.batches(layout.file_names):
                columns = converter.columns(batch, read)
                read += batch.num_rows
                self.on_rows(read, source.row_count)
                # A file that is refused is read on only to count its faults.
                if not ledger.is_too_bad:
                    writer.write(columns)
            if ledger.is_too_bad:
                raise TaxiError(ledger.refusal())
            if read == 0:
                raise TaxiError("holds no trips")
            if source.row_count not in (None, read):
                raise TaxiError(f"says {source.row_count:,} rows and holds {read:,}")
            writer.close()
        ledger.row_count = read
        return ledger, writer.paths

    def _commit(
        self,
        file: TripFile,
        landing: Landing,
        faults: list[Fault],
        paths: list[Path],
        staging: Staging,
    ) -> Landing:
        """Move the data files under their tables and commit them."""
        month = f"source_month={file.month}"
        trips = self.tables.trips[file.service]
        try:
            if faults:
                path = staging.folder / f"{landing.landing_id}-unreadable.parquet"
                write_rows(
                    path,
                    self.tables.unreadable_values,
                    [_unreadable(file, fault) for fault in faults],
                )
                address = staging.move_to(self.tables.unreadable_values, month, path)
                landing = replace(landing, unreadable_file=address)
            addresses = [staging.move_to(trips, month, path) for path in paths]
            landing = commits.commit_rows(
                self.tables,
                landing,
                addresses,
                lambda held: self._look(file, landing.sha256, held),
            )
        except BaseException:
            commits.discard(self.tables, landing.landing_id)
            raise
        commits.finish(self.tables, landing)
        return landing


def described(columns: list[FileColumn]) -> list[dict[str, str]]:
    """Columns as the records of a landing have them."""
    return [{"name": column.name, "type": column.type_name} for column in columns]


def open_source(file: TripFile) -> Source:
    """Open a file by its form."""
    return (
        ParquetSource(file.path) if file.format == "parquet" else CsvSource(file.path)
    )


def _settled(path: Path) -> Path:
    """A path that leads there from everywhere; the name of a link stays."""
    return path.parent.resolve() / path.name


def _unreadable(file: TripFile, fault: Fault) -> dict:
    """A fault as a row of `tlc.unreadable_values`."""
    return {
        "service_type": file.service,
        "source_month": file.month,
        "source_file": file.name,
        "source_row_number": fault.row_number,
        "column_name": fault.column_name,
        "value_text": fault.value_text,
        "reason": fault.reason,
    }
