"""Removing what a killed command wrote and no table ever came to hold."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from taxi.catalog import LANDED, read_pointers, reading
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.landing.staging import local_path
from taxi.locks import LakeLock
from taxi.upkeep.reach import Reach, files_under
from taxi.upkeep.versions import read_versions

# The file system's clock runs a little behind the one that processes read.
_CLOCK_SECONDS = 1.0


def sweep_orphans(lake: Lake, since: datetime) -> list[Path]:
    """Remove what was written since a moment and belongs to no version of a table.

    It leaves the landed tables alone: landing clears up its own. The caller holds the
    lake alone.

    Args:
        since: when the command began that was killed; with a zone.

    Returns:
        What was removed.

    Raises:
        TaxiError: if the lake is damaged, so that nobody can tell what belongs to it,
            or a file cannot be removed.
    """
    folders = [one for one in lake.warehouse.glob("*/") if one.name != LANDED]
    return _sweep(lake, since.timestamp(), folders)


def sweep_left_behind(lake: Lake, lock: LakeLock) -> None:
    """Remove what whoever held the lake alone and died had written in vain.

    Raises:
        TaxiError: as `sweep_orphans`.
    """
    if lock.left_behind:
        sweep_orphans(lake, datetime.fromisoformat(lock.left_behind.since))
        lock.settle()


def sweep_landed(lake: Lake, since: float) -> list[Path]:
    """Do so for the landed tables, from a moment in seconds of the epoch.

    The caller holds the lake alone, and every landing that was cut off is finished.
    """
    return _sweep(lake, since, [lake.warehouse / LANDED])


def remove_files(paths: Iterable[Path], warehouse: Path) -> None:
    """Remove files, and the folders that are empty then.

    Raises:
        TaxiError: if one cannot be removed.
    """
    try:
        for path in paths:
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == warehouse or any(folder.iterdir()):
                    break
                folder.rmdir()
    except OSError as error:
        raise TaxiError(f"{path} cannot be removed ({error.strerror})") from error


def _sweep(lake: Lake, since: float, folders: list[Path]) -> list[Path]:
    since -= _CLOCK_SECONDS
    new = [
        Path(entry)
        for folder in folders
        for entry in files_under(folder)
        if entry.stat().st_mtime >= since
    ]
    if not new:
        return []
    reach = _reach(lake, since)
    orphans = [path for path in new if path not in reach]
    remove_files(orphans, lake.warehouse)
    return orphans


def _reach(lake: Lake, since: float) -> Reach:
    """Everything since a moment that any version of a table reaches."""
    with reading(lake) as connection:
        pointers = read_pointers(connection)
        histories = read_versions(connection)
    reach = Reach(since)
    addresses = {pointer.location for pointer in pointers if not pointer.is_view}
    for versions in histories:
        addresses.update(one for version in versions for one in version.locations)
    for address in sorted(addresses):
        reach.add_history(address)
    reach.paths.update(local_path(one.location) for one in pointers if one.is_view)
    return reach
