"""Switching a schema: its rows in the catalog, all in one transaction.

To point a row at an older metadata file is to show the older version.
"""

from pyiceberg.catalog.sql import (
    ICEBERG_TABLE_TYPE,
    IcebergNamespaceProperties,
    IcebergTables,
)
from sqlalchemy import Connection, and_, delete, insert, select

from taxi.catalog import read_locations
from taxi.lake import CATALOG_NAME

_TABLES = IcebergTables.__table__
_NAMESPACES = IcebergNamespaceProperties.__table__


def point(connection: Connection, schema: str, locations: dict[str, str]) -> None:
    """Let a schema hold exactly these tables, once the connection commits.

    Args:
        locations: metadata file by name of table.
    """
    before = read_locations(connection, schema)
    is_of_schema = and_(
        _TABLES.c.catalog_name == CATALOG_NAME, _TABLES.c.table_namespace == schema
    )
    connection.execute(delete(_TABLES).where(is_of_schema))
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
