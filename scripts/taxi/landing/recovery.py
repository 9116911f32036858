"""Finishing what a run that died had begun, and clearing up after it."""

from taxi.lake import Lake
from taxi.landing import commits, staging
from taxi.landing.records import Landing, new_landing_id
from taxi.landing.staging import Staging
from taxi.landing.tables import Tables, open_lake_tables
from taxi.locks import LakeLock
from taxi.upkeep.checksums import record_files
from taxi.upkeep.sweep import sweep_left_behind


def recover(
    lake: Lake, command: str, wait_seconds: float | None
) -> tuple[Tables, list[Landing]]:
    """Open the landed tables of a lake, as they were to be.

    Returns:
        The tables, and the landings that had been cut off and are finished now.

    Raises:
        TaxiError: if the lake is busy or cannot be used.
    """
    with (
        LakeLock(lake, command, alone=False, wait_seconds=wait_seconds),
        Staging(lake.home, new_landing_id(), is_committing=True),
    ):
        tables = open_lake_tables(lake)
        repaired = _repair(tables, lake)
    if staging.has_dead(lake.home):
        # Alone, as the metadata of a landing that is at its commit looks like a dead
        # one's. Other landings hold the lake only while they commit.
        with LakeLock(lake, command, wait_seconds=None) as lock:
            repaired += recover_alone(lake, lock)
    return tables, repaired


def recover_alone(lake: Lake, lock: LakeLock) -> list[Landing]:
    """Clear up after any command that died, with the lake held alone.

    Returns:
        The landings that had been cut off and are finished now.
    """
    sweep_left_behind(lake, lock)
    tables = open_lake_tables(lake)
    repaired = _repair(tables, lake)
    commits.clear_leftovers(tables, lake)
    return repaired


def _repair(tables: Tables, lake: Lake) -> list[Landing]:
    repaired = commits.repair(tables)
    if repaired:
        record_files(lake)
    return repaired
