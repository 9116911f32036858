"""Which versions of tables a lake's catalog names.

The catalog's row of a table points at a metadata file. Builds and publications name
older versions by their metadata files, in tables beside the catalog's own.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from pyiceberg.catalog.sql import IcebergTables
from sqlalchemy import Connection, column, create_engine, inspect, select, table
from sqlalchemy.exc import DBAPIError

from taxi.errors import TaxiError
from taxi.lake import BUSY_SECONDS, CATALOG_NAME, Lake

# The schema whose rows are pointed at versions that passed every test.
PUBLISHED = "published"

# Where versions are named: the table, when, and a JSON object of metadata files.
_VERSIONS = (
    ("taxi_publications", "published_at", "tables_json"),
    ("taxi_builds", "finished_at", "marts_json"),
)


@dataclass(frozen=True)
class Pointer:
    """A row of the catalog.

    Attributes:
        location: address of the metadata file.
    """

    namespace: str
    name: str
    location: str
    is_view: bool = False

    def __str__(self) -> str:
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True)
class Version:
    """What a build or a publication names: addresses of metadata files."""

    moment: datetime
    locations: tuple[str, ...]


@contextmanager
def reading(lake: Lake) -> Iterator[Connection]:
    """The catalog's database, opened such that nothing is written.

    Raises:
        TaxiError: if there is none, or it is damaged.
    """
    path = lake.catalog_file
    if not path.is_file():
        raise TaxiError(
            f"there is no lake at {lake}: {path} is missing (set TAXI_LAKE)"
        )
    address = f"file:{quote(str(path))}?mode=ro"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS),
    )
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise TaxiError(
            f"the catalog {path} cannot be read ({error.orig}); "
            "put back a copy of it from a backup"
        ) from error
    finally:
        engine.dispose()


def read_pointers(connection: Connection) -> list[Pointer]:
    """The rows of the catalog, in the order of their names, in one SELECT."""
    rows = IcebergTables.__table__.c
    found = connection.execute(
        select(
            rows.table_namespace,
            rows.table_name,
            rows.metadata_location,
            rows.iceberg_type,
        )
        .where(rows.catalog_name == CATALOG_NAME)
        .order_by(rows.table_namespace, rows.table_name)
    )
    return [
        Pointer(namespace, name, location, kind == "VIEW")
        for namespace, name, location, kind in found
    ]


def read_versions(connection: Connection) -> list[list[Version]]:
    """What builds and what publications name, the oldest first."""
    inspector = inspect(connection)
    histories = []
    for name, moment, locations in _VERSIONS:
        if not inspector.has_table(name):
            continue
        columns = {one["name"] for one in inspector.get_columns(name)}
        if not {moment, locations} <= columns:
            continue
        rows = connection.execute(
            select(column(moment), column(locations)).select_from(table(name))
        )
        found = [Version(_moment(at), _locations(text)) for at, text in rows if at]
        histories.append(sorted(found, key=lambda version: version.moment))
    return histories


def versions_kept(histories: list[list[Version]], cutoff: datetime) -> set[str]:
    """The metadata files that a reader since the cutoff may have been shown.

    Those are the versions named since, the one that held at the cutoff, and the newest.
    """
    kept = set()
    for versions in histories:
        before = [version for version in versions if version.moment <= cutoff]
        since = [version for version in versions if version.moment > cutoff]
        for version in (*before[-1:], *since):
            kept.update(version.locations)
    return kept


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _locations(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text or "{}").values())
