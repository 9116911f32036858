"""The rows of the lake's catalog: each points at the metadata file of a version.

Metadata and data files never change once they are written, so a row says all of what
its table or view holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from taxi.errors import TaxiError
from taxi.lake import CATALOG_NAME, Lake

# The schema that files are landed in, the one that dbt builds and tests, and the one
# that readers read.
LANDED = "tlc"
MARTS = "marts"
PUBLISHED = "published"


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


def engine_of(catalog: Catalog) -> Engine:
    """The database of a catalog.

    Raises:
        TaxiError: if the catalog keeps no database that rows can be switched in.
    """
    if not isinstance(catalog, SqlCatalog):
        raise TaxiError(
            f"a {type(catalog).__name__} cannot publish: that needs a catalog on a SQL "
            "database; set TAXI_CATALOG to sqlite:/folder/catalog.db"
        )
    return catalog.engine


@contextmanager
def database(lake: Lake) -> Iterator[Engine]:
    """The database of a lake's catalog, for a while.

    Raises:
        TaxiError: if it cannot be opened, read or written.
    """
    try:
        engine = engine_of(lake.open_catalog())
        try:
            yield engine
        finally:
            engine.dispose()
    except DBAPIError as error:
        raise lake.database.unusable(error) from error


@contextmanager
def reading(lake: Lake) -> Iterator[Connection]:
    """The catalog's database, opened such that nothing is written.

    Raises:
        TaxiError: if there is none, or it cannot be read.
    """
    lake.require()
    held_in = lake.database
    engine = held_in.reading_engine()
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise held_in.unreadable(error) from error
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


def namespaces(catalog: Catalog) -> list[str]:
    """The schemas of a catalog."""
    return [".".join(parts) for parts in catalog.list_namespaces()]


def read_locations(connection: Connection, schema: str) -> dict[str, str]:
    """The metadata file of every table of a schema, by name, in one SELECT."""
    return {
        pointer.name: pointer.location
        for pointer in read_pointers(connection)
        if pointer.namespace == schema and not pointer.is_view
    }
