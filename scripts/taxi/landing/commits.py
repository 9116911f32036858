"""Making a landing visible, completely or not at all, and repairing half a one.

A landing takes up to four commits: rows first, then its lines in the other tables. The
rows' snapshot carries the whole record, so whoever finds lines missing can write them.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.expressions import And, BooleanExpression, EqualTo
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.table import Table, Transaction
from pyiceberg.table.metadata import TableMetadata
from sqlalchemy.exc import OperationalError

from taxi.errors import TaxiError
from taxi.file_access import path_of
from taxi.lake import Lake
from taxi.landing import staging
from taxi.landing.records import SNAPSHOT_KEY, Landing, in_snapshots, recorded
from taxi.landing.sources import first_line
from taxi.landing.tables import Tables
from taxi.upkeep.sweep import sweep_landed

_ATTEMPTS = 8


class _Transaction(Transaction):
    """A transaction that computes its metadata once for each change of it.

    pyiceberg copies them at every look, with every snapshot that the table ever had: of
    many small landings that is most of the time.
    """

    _computed: tuple[tuple, TableMetadata] | None = None

    @property
    def table_metadata(self) -> TableMetadata:
        if self._computed is None or self._computed[0] is not self._updates:
            self._computed = self._updates, super().table_metadata
        return self._computed[1]


def commit(table: Table, change: Callable[[Transaction], bool]) -> None:
    """Commit a change to a table, again from its newest state if another was quicker.

    Args:
        change: makes the change; returns False if nothing is left to do. It is called
            anew at each attempt, as a failed commit may have landed all the same.

    Raises:
        TaxiError: if others commit all the time, or the catalog stays locked.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0.05, 0.2) * 2**attempt)
        table.refresh()
        transaction = _Transaction(table)
        try:
            if change(transaction):
                transaction.commit_transaction()
            return
        except (CommitFailedException, OperationalError) as error:
            last = error
    said = "is being changed by another process"
    if isinstance(last, OperationalError) and "locked" not in str(last):
        said = f"cannot be changed: {first_line(last.orig)}"
    raise TaxiError(f"{'.'.join(table.name())} {said}; run again later") from last


def commit_rows(
    tables: Tables,
    landing: Landing,
    addresses: list[str],
    look: Callable[[Landing | None], None],
) -> Landing:
    """Put a file's data files in the place of its month's rows, in one commit.

    Args:
        addresses: the data files, where they stay.
        look: called with what the month holds as it is about to be replaced; raises to
            give way.

    Returns:
        The landing, with the event that it turned out to be.
    """
    table = tables.trips[landing.service_type]
    month = EqualTo("source_month", landing.source_month.isoformat())

    def change(transaction: Transaction) -> bool:
        nonlocal landing
        before = _latest(table, landing)
        if before and before.landing_id == landing.landing_id:
            return False
        look(None if before is None or before.is_withdrawal else before)
        is_replacement = _has_files(table, month)
        landing = replace(landing, event="replaced" if is_replacement else "landed")
        if is_replacement:
            transaction.delete(month)
        transaction.add_files(
            addresses,
            snapshot_properties={SNAPSHOT_KEY: landing.to_json()},
            check_duplicate_files=False,
        )
        return True

    commit(table, change)
    return landing


def commit_withdrawal(tables: Tables, landing: Landing) -> None:
    """Take the rows of a month out, in one commit that carries the record of it."""
    table = tables.trips[landing.service_type]

    def change(transaction: Transaction) -> bool:
        latest = _latest(table, landing)
        if latest and latest.landing_id == landing.landing_id:
            return False
        transaction.delete(
            EqualTo("source_month", landing.source_month.isoformat()),
            snapshot_properties={SNAPSHOT_KEY: landing.to_json()},
        )
        return True

    commit(table, change)


def finish(tables: Tables, landing: Landing) -> None:
    """Write a landing's lines into the other tables, as far as they are missing."""
    _put_unreadable_values(tables, landing)
    _put_source_file(tables, landing)
    _append_to_landings(tables.landings, landing)


def repair(tables: Tables) -> list[Landing]:
    """Finish the landings that were killed after their rows. Return those."""
    known = set(_column(tables.landings, "landing_id"))
    halves = [
        landing
        for table in tables.trips.values()
        for landing in in_snapshots(table)
        if landing.landing_id not in known
    ]
    for landing in halves:
        finish(tables, landing)
    return halves


def discard(tables: Tables, landing_id: str) -> None:
    """Delete the data files of a landing, unless a table refers to them."""
    for table in (*tables.trips.values(), tables.unreadable_values):
        files = staging.moved_files(table, landing_id)
        if not files:
            continue
        table.refresh()
        live = {task.file.file_path for task in table.scan().plan_files()}
        live = {path_of(address) for address in live}
        told = {one.landing_id for one in in_snapshots(table)}
        if landing_id not in told and not live & set(files):
            for file in files:
                file.unlink()


def clear_leftovers(tables: Tables, lake: Lake) -> None:
    """Remove what landings left whose process died; after `repair`, and alone."""
    for folder in staging.left_by_the_dead(lake.home):
        discard(tables, folder.name)
        sweep_landed(lake, staging.begun_at(folder))
        staging.remove(folder)


def _put_source_file(tables: Tables, landing: Landing) -> None:
    table = tables.source_files

    def change(transaction: Transaction) -> bool:
        months = recorded(tables)
        held = months.pop((landing.service_type, landing.source_month), None)
        held_id = held and held.landing_id
        if held_id == (None if landing.is_withdrawal else landing.landing_id):
            return False
        if not _is_latest(tables, landing):
            return False
        held_any = bool(months) or held is not None
        if not landing.is_withdrawal:
            months[landing.service_type, landing.source_month] = landing
        in_order = sorted(months.items(), key=lambda item: item[0])
        # The whole table anew: it stays one small file, quick to read.
        rows = _to_arrow(table, [one.to_row() for _, one in in_order])
        transaction.overwrite(rows) if held_any else transaction.append(rows)
        return True

    commit(table, change)


def _append_to_landings(table: Table, landing: Landing) -> None:
    def change(transaction: Transaction) -> bool:
        if landing.landing_id in _column(table, "landing_id"):
            return False
        transaction.append(_to_arrow(table, [landing.to_row()]))
        return True

    commit(table, change)


def _put_unreadable_values(tables: Tables, landing: Landing) -> None:
    table = tables.unreadable_values
    month = And(
        EqualTo("service_type", landing.service_type),
        EqualTo("source_month", landing.source_month.isoformat()),
    )

    def change(transaction: Transaction) -> bool:
        held = {task.file.file_path for task in table.scan(month).plan_files()}
        wanted = {landing.unreadable_file} - {None}
        if held == wanted or not _is_latest(tables, landing):
            return False
        if held:
            transaction.delete(month)
        if wanted:
            transaction.add_files(list(wanted), check_duplicate_files=False)
        return True

    commit(table, change)


def _is_latest(tables: Tables, landing: Landing) -> bool:
    table = tables.trips[landing.service_type].refresh()
    latest = _latest(table, landing)
    return latest is not None and latest.landing_id == landing.landing_id


def _latest(table: Table, landing: Landing) -> Landing | None:
    """The newest landing of the same month in the snapshots of a trip table."""
    same = (o for o in in_snapshots(table) if o.source_month == landing.source_month)
    return next(reversed(list(same)), None)


def _has_files(table: Table, rows: BooleanExpression) -> bool:
    return any(True for _ in table.scan(rows).plan_files())


def _column(table: Table, name: str) -> list:
    return table.scan(selected_fields=(name,)).to_arrow()[name].to_pylist()


def _to_arrow(table: Table, rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema_to_pyarrow(table.schema()))
