"""Whether a lake is whole: every file as it was committed, every row accounted for.

Nothing is written, so a lake that is read-only can be checked too.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow.parquet as pq
from pyiceberg.manifest import DataFile, FileFormat
from pyiceberg.table.metadata import TableMetadata

from taxi.catalog import Pointer, read_pointers, reading
from taxi.errors import TaxiError
from taxi.file_access import AnyPath, files_under, open_file, path_of
from taxi.lake import LAND_FIRST, Lake
from taxi.landing.sources import first_line
from taxi.upkeep import check_rows
from taxi.upkeep.checksums import Checksum, checksum, read_checksums
from taxi.upkeep.faults import Findings, size
from taxi.upkeep.metadata import (
    UnreadableFile,
    read_data_files,
    read_manifests,
    read_metadata,
)
from taxi.upkeep.reach import Reach
from taxi.upkeep.versions import read_versions

# How often a lake that changes meanwhile is checked anew.
_ATTEMPTS = 3

OnFiles = Callable[[int, int], None]


@dataclass(frozen=True)
class CheckedTable:
    """The current version of a table, as far as its files about itself can be read.

    Attributes:
        files: the data and delete files of the current snapshot.
        side_files: the files that tell of those.
    """

    pointer: Pointer
    metadata: TableMetadata
    files: list[DataFile]
    side_files: list[AnyPath]

    def partition(self, file: DataFile) -> str:
        """The partition of a file, as its folder is called; empty if there is none."""
        spec = self.metadata.specs()[file.spec_id]
        return spec.partition_to_path(file.partition, self.metadata.schema())


@dataclass(frozen=True)
class _Task:
    """A file to look at, with the table that it was first met in."""

    table: CheckedTable
    path: AnyPath
    file: DataFile | None = None

    @property
    def partition(self) -> str:
        return self.table.partition(self.file) if self.file else ""


def check(lake: Lake, is_quick: bool, on_files: OnFiles) -> Findings:
    """Check every table that the catalog names, but no view.

    Args:
        is_quick: whether files are taken for whole if their size is right.
        on_files: is told how many files are done, of how many.

    Raises:
        TaxiError: if the catalog cannot be read, or names no table.
    """
    for _ in range(_ATTEMPTS):
        with reading(lake) as connection:
            pointers = read_pointers(connection)
        if not pointers:
            raise TaxiError(f"the lake {lake} holds no table to check; {LAND_FIRST}")
        findings = _check(lake, pointers, is_quick, on_files)
        with reading(lake) as connection:
            # A landing between two of its commits is no fault: look again.
            if not findings.faults or pointers == read_pointers(connection):
                break
    return findings


def _check(
    lake: Lake, pointers: list[Pointer], is_quick: bool, on_files: OnFiles
) -> Findings:
    with reading(lake) as connection:
        sums = read_checksums(connection, lake)
        histories = read_versions(connection)
    findings = Findings(lake)
    tables = {}
    for pointer in pointers:
        if not pointer.is_view:
            findings.counts["tables"] += 1
            table = _open_table(pointer, findings)
            if table is not None:
                tables[str(pointer)] = table
    _check_files(list(_tasks(tables)), sums, is_quick, findings, on_files)
    check_rows.check_landed(tables, findings)
    for schema in ("marts", "published"):
        check_rows.check_marts(schema, tables, findings)
    named = {
        address
        for versions in histories
        for version in versions
        for address in version.locations
    }
    if not is_quick:
        _note_unreached(pointers, named, findings)
    return findings


def _open_table(pointer: Pointer, findings: Findings) -> CheckedTable | None:
    try:
        metadata = read_metadata(pointer.location)
        snapshot = metadata.current_snapshot()
        side_files = [path_of(pointer.location)]
        if snapshot is not None:
            side_files.append(path_of(snapshot.manifest_list))
        manifests = read_manifests(snapshot)
    except UnreadableFile as error:
        findings.add(pointer, error.fault, file=error.path)
        return None
    files, is_whole = [], True
    for manifest in manifests:
        side_files.append(path_of(manifest.manifest_path))
        try:
            files += read_data_files(manifest)
        except UnreadableFile as error:
            findings.add(pointer, error.fault, file=error.path)
            is_whole = False
    return CheckedTable(pointer, metadata, files, side_files) if is_whole else None


def _tasks(tables: dict[str, CheckedTable]) -> Iterator[_Task]:
    """Every file once, though several tables may share it."""
    seen = set()
    for table in tables.values():
        tasks = [_Task(table, path) for path in table.side_files]
        tasks += [_Task(table, path_of(one.file_path), one) for one in table.files]
        for task in tasks:
            if task.path not in seen:
                seen.add(task.path)
                yield task


def _check_files(
    tasks: list[_Task],
    sums: dict[AnyPath, Checksum],
    is_quick: bool,
    findings: Findings,
    on_files: OnFiles,
) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        faults = threads.map(lambda t: _fault(t, sums.get(t.path), is_quick), tasks)
        for done, (task, fault) in enumerate(zip(tasks, faults, strict=True), 1):
            if fault:
                findings.add(task.table.pointer, fault, task.partition, task.path)
            else:
                findings.counts["bytes"] += task.path.stat().st_size
            on_files(done, len(tasks))
    findings.counts["files"] = len(tasks)
    unknown = sum(task.path not in sums for task in tasks)
    if unknown:
        findings.notes.append(
            f"{unknown:,} files have no SHA-256 recorded yet; "
            "the next landing or build records them"
        )


def _fault(task: _Task, recorded: Checksum | None, is_quick: bool) -> str | None:
    """What is wrong with a file, if anything is."""
    try:
        found = task.path.stat().st_size
        expected = [recorded.byte_count] if recorded else []
        if task.file is not None:
            expected.append(task.file.file_size_in_bytes)
        for byte_count in expected:
            if byte_count != found:
                return f"has {found:,} bytes, not {byte_count:,}"
        if recorded and not is_quick and checksum(task.path) != recorded:
            return "was altered: its SHA-256 is not the one recorded"
        if task.file and task.file.file_format == FileFormat.PARQUET:
            rows = pq.read_metadata(open_file(task.path)).num_rows
            if rows != task.file.record_count:
                return f"has {rows:,} rows, not {task.file.record_count:,}"
    except FileNotFoundError:
        return "is missing"
    # A damaged parquet file can fail in any way.
    except Exception as error:
        return f"cannot be read ({type(error).__name__}: {first_line(error)})"
    return None


def _note_unreached(
    pointers: list[Pointer], named: set[str], findings: Findings
) -> None:
    """Count what lies in the warehouse and no version of a table reaches."""
    reach = Reach()
    reach.paths.update(path_of(one.location) for one in pointers if one.is_view)
    shown = {one.location for one in pointers if not one.is_view}
    try:
        for address in shown:
            reach.add_history(address)
        for address in named - shown:
            if path_of(address).exists():
                reach.add_history(address)
    except UnreadableFile:
        # It is among the faults, or an old version that nothing shows any more.
        return
    sizes = [
        found.byte_count
        for found in files_under(findings.lake.warehouse)
        if found.path not in reach
    ]
    if sizes:
        findings.notes.append(
            f"{len(sizes):,} files ({size(sum(sizes))}) belong to no table any more; "
            "make expire removes them once they are old enough"
        )
