"""Removing what a killed command wrote and no table ever came to hold."""

from datetime import datetime

from taxi.bucket_path import BucketPath
from taxi.catalog import LANDED, read_pointers, reading
from taxi.file_access import AnyPath, files_under, path_of, remove_files
from taxi.lake import Lake
from taxi.locks import LakeLock
from taxi.upkeep.reach import Reach
from taxi.upkeep.versions import read_versions

# The file system's clock runs a little behind the one that processes read.
_CLOCK_SECONDS = 1.0

# Google's clock and this machine's may differ by minutes.
_CLOUD_CLOCK_SECONDS = 300.0


def sweep_orphans(lake: Lake, since: datetime) -> list[AnyPath]:
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
    return _sweep(lake, since.timestamp(), is_landed=False)


def sweep_left_behind(lake: Lake, lock: LakeLock) -> None:
    """Remove what whoever held the lake alone and died had written in vain.

    Raises:
        TaxiError: as `sweep_orphans`.
    """
    if lock.left_behind:
        sweep_orphans(lake, datetime.fromisoformat(lock.left_behind.since))
        lock.settle()


def sweep_landed(lake: Lake, since: float) -> list[AnyPath]:
    """Do so for the landed tables, from a moment in seconds of the epoch.

    The caller holds the lake alone, and every landing that was cut off is finished.
    """
    return _sweep(lake, since, is_landed=True)


def _sweep(lake: Lake, since: float, is_landed: bool) -> list[AnyPath]:
    is_far = isinstance(lake.warehouse, BucketPath)
    since -= _CLOUD_CLOCK_SECONDS if is_far else _CLOCK_SECONDS
    landed = lake.warehouse / LANDED
    new = [
        one.path
        for one in files_under(lake.warehouse)
        if one.modified >= since and one.path.is_relative_to(landed) is is_landed
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
    reach.paths.update(path_of(one.location) for one in pointers if one.is_view)
    return reach
