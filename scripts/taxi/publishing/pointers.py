"""The catalog's rows: each points at the metadata file of a table's version.

Metadata and data files never change once they are written. To point a row at an older
metadata file is therefore to show the older version, and one transaction on the
catalog's database can do so for many tables at one moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import (
    ICEBERG_TABLE_TYPE,
    IcebergNamespaceProperties,
    IcebergTables,
    SqlCatalog,
)
from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select
from sqlalchemy.exc import DBAPIError

from taxi.errors import TaxiError
from taxi.lake import CATALOG_NAME, Lake

# The schema that dbt builds and tests, and the one that readers read.
MARTS = "marts"
PUBLISHED = "published"

_TABLES = IcebergTables.__table__
_NAMESPACES = IcebergNamespaceProperties.__table__


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
        raise TaxiError(
            f"the catalog {lake.catalog_file} cannot be used: {error.orig}"
        ) from error


def read_pointers(connection: Connection, schema: str) -> dict[str, str]:
    """The metadata file of every table of a schema, by name, in one SELECT."""
    is_table = or_(
        _TABLES.c.iceberg_type == ICEBERG_TABLE_TYPE, _TABLES.c.iceberg_type.is_(None)
    )
    rows = connection.execute(
        select(_TABLES.c.table_name, _TABLES.c.metadata_location)
        .where(_of(schema), is_table)
        .order_by(_TABLES.c.table_name)
    )
    return {row.table_name: row.metadata_location for row in rows}


def point(connection: Connection, schema: str, locations: dict[str, str]) -> None:
    """Let a schema hold exactly these tables, once the connection commits.

    Args:
        locations: metadata file by name of table.
    """
    before = read_pointers(connection, schema)
    connection.execute(delete(_TABLES).where(_of(schema)))
    connection.execute(
        insert(_TABLES),
        [
            {
                "catalog_name": CATALOG_NAME,
                "table_namespace": schema,
                "table_name": name,
                "metadata_location": location,
                "previous_metadata_location": before.get(name),
                "iceberg_type": ICEBERG_TABLE_TYPE,
            }
            for name, location in sorted(locations.items())
        ],
    )
    key = {"catalog_name": CATALOG_NAME, "namespace": schema, "property_key": "exists"}
    known = and_(*(_NAMESPACES.c[name] == value for name, value in key.items()))
    if connection.execute(select(_NAMESPACES).where(known)).first() is None:
        connection.execute(insert(_NAMESPACES).values(**key, property_value="true"))


def _of(schema: str):
    return and_(
        _TABLES.c.catalog_name == CATALOG_NAME, _TABLES.c.table_namespace == schema
    )
