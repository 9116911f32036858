"""The size and SHA-256 of every file of a table, recorded when it was committed.

They lie in two tables beside the catalog's: `taxi_files` has a row per file, and
`taxi_recorded_tables` says up to which version a table's files are recorded, so that
only what is new is looked at. Paths count from the lake's root, so a lake that was
moved keeps its checksums.
"""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    delete,
    inspect,
    select,
)

from taxi.bucket_path import BucketPath
from taxi.catalog import Pointer, read_pointers
from taxi.catalogs.tables import create_missing, put, put_new
from taxi.file_access import AnyPath, path_of
from taxi.lake import Lake
from taxi.upkeep.metadata import (
    UnreadableFile,
    read_data_files,
    read_manifests,
    read_metadata,
)

_METADATA = MetaData()

_FILES = Table(
    "taxi_files",
    _METADATA,
    Column("path", Text, primary_key=True),
    Column("byte_count", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
)

_TABLES = Table(
    "taxi_recorded_tables",
    _METADATA,
    Column("table_name", Text, primary_key=True),
    Column("metadata_location", Text, nullable=False),
)

# Rows of one statement; SQLite takes 32,766 values in one.
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Checksum:
    """What the bytes of a file were.

    Attributes:
        sha256: in hexadecimal; of an object `crc32c:` and what Cloud Storage keeps
            with it, as that needs no reading.
    """

    byte_count: int
    sha256: str


def record_files(lake: Lake) -> int:
    """Record the files that the tables' current versions reach and are not recorded.

    The caller holds the lake. What is missing or damaged is left out: a check says so.

    Returns:
        How many files were recorded.
    """
    with closing(lake.open_catalog()) as catalog:
        engine = catalog.engine
        create_missing(engine, _METADATA)
        with engine.connect() as connection:
            pointers = [one for one in read_pointers(connection) if not one.is_view]
            recorded = dict(map(tuple, connection.execute(select(_TABLES))))
            known = set(connection.execute(select(_FILES.c.path)).scalars())
        count = 0
        for pointer in pointers:
            before = recorded.pop(str(pointer), None)
            if before != pointer.location:
                with suppress(UnreadableFile):
                    count += _record_table(engine, lake, pointer, before, known)
        if recorded:
            with engine.begin() as connection:
                gone = _TABLES.c.table_name.in_(recorded)
                connection.execute(delete(_TABLES).where(gone))
    return count


def read_checksums(connection: Connection, lake: Lake) -> dict[AnyPath, Checksum]:
    """What is recorded, by path; nothing if nothing ever was."""
    if not inspect(connection).has_table(_FILES.name):
        return {}
    rows = connection.execute(
        select(_FILES.c.path, _FILES.c.byte_count, _FILES.c.sha256)
    )
    return {lake.root / path: Checksum(size, sha256) for path, size, sha256 in rows}


def forget(engine: Engine, lake: Lake, paths: Iterable[AnyPath]) -> None:
    """Forget the checksums of files that are gone."""
    create_missing(engine, _METADATA)
    names = [_name(lake, path) for path in paths]
    with engine.begin() as connection:
        for first in range(0, len(names), _ROWS_AT_ONCE):
            some = names[first : first + _ROWS_AT_ONCE]
            connection.execute(delete(_FILES).where(_FILES.c.path.in_(some)))


def checksum(path: AnyPath) -> Checksum:
    """Read a file and take its checksum; of an object, ask for it.

    Raises:
        OSError: if it cannot be read.
    """
    if isinstance(path, BucketPath):
        status = path.stat()
        return Checksum(status.st_size, f"crc32c:{status.crc32c}")
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return Checksum(os.fstat(stream.fileno()).st_size, sha256)


def _record_table(
    engine: Engine, lake: Lake, pointer: Pointer, before: str | None, known: set[str]
) -> int:
    """Record the files of a table that are not known, and then that they are."""
    names = {_name(lake, path): path for path in _new_files(pointer, before)}
    missing = sorted(names.keys() - known)
    known.update(missing)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        sums = list(threads.map(_checksum_or_none, (names[name] for name in missing)))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    rows = [
        {
            "path": name,
            "byte_count": one.byte_count,
            "sha256": one.sha256,
            "recorded_at": now,
        }
        for name, one in zip(missing, sums, strict=True)
        if one is not None
    ]
    with engine.begin() as connection:
        if rows:
            # Another landing may have recorded the same file just now.
            put_new(connection, _FILES, rows)
        row = {"table_name": str(pointer), "metadata_location": pointer.location}
        put(connection, _TABLES, row)
    return len(rows)


def _new_files(pointer: Pointer, before: str | None) -> set[AnyPath]:
    """The files that a version of a table reaches and an earlier one does not."""
    known = set()
    if before is not None:
        with suppress(UnreadableFile):
            earlier = read_metadata(before).current_snapshot()
            known = {one.manifest_path for one in read_manifests(earlier)}
    snapshot = read_metadata(pointer.location).current_snapshot()
    files = {path_of(pointer.location)}
    if snapshot is not None:
        files.add(path_of(snapshot.manifest_list))
    for manifest in read_manifests(snapshot):
        if manifest.manifest_path not in known:
            files.add(path_of(manifest.manifest_path))
            files.update(path_of(one.file_path) for one in read_data_files(manifest))
    return files


def _name(lake: Lake, path: AnyPath) -> str:
    return str(path.relative_to(lake.root) if path.is_relative_to(lake.root) else path)


def _checksum_or_none(path: AnyPath) -> Checksum | None:
    try:
        return checksum(path)
    except OSError:
        return None
