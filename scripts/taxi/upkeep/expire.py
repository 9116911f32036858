"""Letting old versions go: snapshots first, then the files that only they needed.

Kept are the current snapshot of every table, all snapshots newer than the cutoff, the
one that was current at the cutoff, since somebody may have been reading it ever since,
and what branches and tags name. The same holds for publications and builds. A kill at
any moment leaves files that nothing reaches, and the next run removes those.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from pyiceberg.table.metadata import TableMetadata

from taxi.catalog import PUBLISHED, Pointer, read_pointers, reading
from taxi.file_access import AnyPath, files_under, path_of, remove_files
from taxi.lake import Lake
from taxi.upkeep.checksums import forget, read_checksums, record_files
from taxi.upkeep.reach import Reach, named_by_companion
from taxi.upkeep.versions import read_versions, versions_kept

# What names others goes first: a version whose file is gone is asked for no more.
_ORDER = (".json", ".avro")

# Files removed between two words about the progress.
_FILES_AT_ONCE = 100


@dataclass(frozen=True)
class OldFile:
    """A file to remove, with the table whose folder it lies in."""

    path: AnyPath
    byte_count: int
    table: str


@dataclass(frozen=True)
class Plan:
    """What is to go.

    Attributes:
        snapshots: ids of snapshots by table.
        files: in the order in which they go.
        reach: what stays.
    """

    snapshots: dict[Pointer, list[int]]
    files: list[OldFile]
    reach: Reach

    @property
    def snapshot_count(self) -> int:
        return sum(map(len, self.snapshots.values()))

    @property
    def byte_count(self) -> int:
        return sum(file.byte_count for file in self.files)

    def by_table(self) -> dict[str, Counter]:
        """Counts of snapshots, files and bytes, by the name of the table."""
        counts: dict[str, Counter] = {}
        for pointer, ids in self.snapshots.items():
            counts.setdefault(str(pointer), Counter())["snapshots"] += len(ids)
        for file in self.files:
            counts.setdefault(file.table, Counter())["files"] += 1
            counts[file.table]["bytes"] += file.byte_count
        return dict(sorted(counts.items()))


def plan(lake: Lake, cutoff: datetime) -> Plan:
    """Find what nobody needs who reads what was current at the cutoff or later.

    Raises:
        TaxiError: if the lake is damaged, so that nobody can tell.
    """
    with reading(lake) as connection:
        pointers = read_pointers(connection)
        histories = read_versions(connection)
    reach = Reach()
    snapshots = {}
    for pointer in pointers:
        if pointer.is_view:
            reach.paths.add(path_of(pointer.location))
            continue
        metadata = reach.add_version(pointer.location)
        kept = _named(metadata)
        if pointer.namespace != PUBLISHED:
            kept |= _recent(metadata, cutoff)
            ids = [one.snapshot_id for one in metadata.snapshots]
            old = [number for number in ids if number not in kept]
            snapshots |= {pointer: old} if old else {}
        _add(reach, metadata, kept)
    for address in sorted(versions_kept(histories, cutoff)):
        # One that an earlier run let go, when it was asked to keep less.
        if path_of(address).exists():
            metadata = reach.add_version(address)
            _add(reach, metadata, _named(metadata))
    return Plan(snapshots, _old_files(lake, reach, cutoff), reach)


def expire(lake: Lake, cutoff: datetime, on_files: Callable[[int, int], None]) -> Plan:
    """Let go what is older than the cutoff. The caller holds the lake alone.

    Args:
        on_files: is told how many files are gone, of how many.

    Returns:
        What went.

    Raises:
        TaxiError: if the lake is damaged, or a file cannot be removed.
    """
    before = plan(lake, cutoff)
    with closing(lake.open_catalog()) as catalog:
        for pointer, ids in before.snapshots.items():
            table = catalog.load_table((pointer.namespace, pointer.name))
            table.maintenance.expire_snapshots().by_ids(ids).commit()
        now = plan(lake, cutoff)
        paths = [file.path for file in now.files]
        for first in range(0, len(paths), _FILES_AT_ONCE):
            remove_files(paths[first : first + _FILES_AT_ONCE], lake.warehouse)
            on_files(min(first + _FILES_AT_ONCE, len(paths)), len(paths))
        with reading(lake) as connection:
            recorded = read_checksums(connection, lake)
        gone = [p for p in recorded if p not in now.reach and not p.exists()]
        forget(catalog.engine, lake, gone)
    record_files(lake)
    return Plan(before.snapshots, now.files, now.reach)


def _named(metadata: TableMetadata) -> set[int]:
    """The snapshots that a table, its branches or its tags show."""
    ids = {reference.snapshot_id for reference in metadata.refs.values()}
    return ids | {metadata.current_snapshot_id}


def _recent(metadata: TableMetadata, cutoff: datetime) -> set[int]:
    """The snapshots since the cutoff, and the one that was current then."""
    moment = cutoff.timestamp() * 1000
    ids = {s.snapshot_id for s in metadata.snapshots if s.timestamp_ms >= moment}
    before = [e.snapshot_id for e in metadata.snapshot_log if e.timestamp_ms <= moment]
    return ids | set(before[-1:])


def _add(reach: Reach, metadata: TableMetadata, ids: set[int]) -> None:
    reach.add_snapshots(s for s in metadata.snapshots if s.snapshot_id in ids)


def _old_files(lake: Lake, reach: Reach, cutoff: datetime) -> list[OldFile]:
    files = []
    for found in files_under(lake.warehouse):
        if found.modified < cutoff.timestamp() and found.path not in reach:
            table = ".".join(found.path.relative_to(lake.warehouse).parts[:2])
            files.append(OldFile(found.path, found.byte_count, table))
    return sorted(files, key=_rank)


def _rank(file: OldFile) -> int:
    suffix = (named_by_companion(file.path) or file.path).suffix
    return _ORDER.index(suffix) if suffix in _ORDER else len(_ORDER)
