"""The project's own tables beside the catalog's, on either database."""

from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

# The catalog's own table of tables, by which there is a catalog.
CATALOG_TABLE = "iceberg_tables"

# What this project's advisory locks on PostgreSQL have in common: "taxi" in ASCII.
LOCK_CLASS = 0x74617869

# The lock of who creates tables; `taxi.lock_sessions` has the others.
_CREATING = 3


def create_missing(engine: Engine, tables: MetaData) -> None:
    """Create tables where they are missing; another process may do so at once."""
    if set(tables.tables) <= set(inspect(engine).get_table_names()):
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # There, two that create one table disturb each other all the same.
            connection.execute(
                select(func.pg_advisory_xact_lock(LOCK_CLASS, _CREATING))
            )
        for table in tables.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))


def put_new(connection: Connection, table: Table, rows: list[dict]) -> None:
    """Insert rows, but those whose key is there already."""
    connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def put(connection: Connection, table: Table, row: dict) -> None:
    """Insert a row, or change the one that has its key."""
    key = {column.name for column in table.primary_key}
    values = {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=values)
    )


def _insert(connection: Connection, table: Table):
    is_sqlite = connection.dialect.name == "sqlite"
    return (sqlite if is_sqlite else postgresql).insert(table)
