"""What each build left, and what was published: two small tables beside the catalog's.

Numbers count up. Moments are ISO 8601 in UTC, money is in whole cents, and tables are
named by their metadata files, as the catalog names them.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from taxi.catalogs.tables import create_missing
from taxi.errors import TaxiError
from taxi.publishing.records import Build, Publication, Totals

_TABLES = MetaData()

_BUILDS = Table(
    "taxi_builds",
    _TABLES,
    Column("build_id", Integer, primary_key=True),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("command", Text, nullable=False),
    Column("is_complete", Boolean),
    Column("outcome", Text),
    Column("git_commit", Text),
    Column("months_json", Text),
    Column("rows_before", BigInteger),
    Column("cents_before", BigInteger),
    Column("set_aside_before", BigInteger),
    Column("rows_after", BigInteger),
    Column("cents_after", BigInteger),
    Column("set_aside_after", BigInteger),
    Column("marts_json", Text),
    sqlite_autoincrement=True,
)

_PUBLICATIONS = Table(
    "taxi_publications",
    _TABLES,
    Column("publication_id", Integer, primary_key=True),
    Column("published_at", Text, nullable=False),
    Column("build_id", Integer, nullable=False),
    Column("restores", Integer),
    Column("tables_json", Text, nullable=False),
    sqlite_autoincrement=True,
)


def now() -> str:
    """This moment in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def create_tables(engine: Engine) -> None:
    """Create the two tables where they are missing."""
    create_missing(engine, _TABLES)


def start_build(
    connection: Connection, command: str, git_commit: str | None, before: Totals | None
) -> int:
    """Record that a build begins, and return its number."""
    row = {"started_at": now(), "command": command, "git_commit": git_commit}
    row |= _totals_row("before", before)
    return connection.execute(insert(_BUILDS).values(row)).inserted_primary_key[0]


def finish_build(
    connection: Connection,
    build_id: int,
    is_complete: bool,
    outcome: str,
    months: list[dict[str, str]] | str,
    after: Totals | None,
    marts: dict[str, str],
) -> None:
    """Record how a build ended."""
    row = {
        "finished_at": now(),
        "is_complete": is_complete,
        "outcome": outcome,
        "months_json": json.dumps(months),
        "marts_json": json.dumps(marts, sort_keys=True),
    }
    row |= _totals_row("after", after)
    connection.execute(
        update(_BUILDS).where(_BUILDS.c.build_id == build_id).values(row)
    )


def add_publication(
    connection: Connection, build_id: int, tables: dict[str, str], restores: int | None
) -> int:
    """Record a switch, and return its number."""
    row = {
        "published_at": now(),
        "build_id": build_id,
        "restores": restores,
        "tables_json": json.dumps(tables, sort_keys=True),
    }
    return connection.execute(insert(_PUBLICATIONS).values(row)).inserted_primary_key[0]


def read_builds(connection: Connection) -> list[Build]:
    """All builds, the newest last."""
    return [
        Build(
            build_id=row.build_id,
            started_at=row.started_at,
            finished_at=row.finished_at,
            command=row.command,
            is_complete=row.is_complete,
            outcome=row.outcome,
            git_commit=row.git_commit,
            months=_told(row.months_json or "[]", f"build {row.build_id}"),
            before=_totals(row.rows_before, row.cents_before, row.set_aside_before),
            after=_totals(row.rows_after, row.cents_after, row.set_aside_after),
            marts=_told(row.marts_json or "{}", f"build {row.build_id}"),
        )
        for row in _rows(connection, _BUILDS)
    ]


def read_publications(connection: Connection) -> list[Publication]:
    """All publications, the newest last."""
    return [
        Publication(
            row.publication_id,
            row.published_at,
            row.build_id,
            row.restores,
            _told(row.tables_json, f"publication {row.publication_id}"),
        )
        for row in _rows(connection, _PUBLICATIONS)
    ]


def _rows(connection: Connection, table: Table) -> Iterable:
    # A reader creates nothing: the lake may be read-only.
    if not inspect(connection).has_table(table.name):
        return []
    (key,) = table.primary_key
    return connection.execute(select(table).order_by(key)).all()


def _told(text: str, what: str):
    try:
        return json.loads(text)
    except ValueError as error:
        raise TaxiError(
            f"the record of {what} in the catalog is damaged; "
            "put back a copy of the catalog from a backup"
        ) from error


def _totals(rows: int | None, cents: int | None, set_aside: int | None):
    return None if rows is None else Totals(rows, cents, set_aside)


def _totals_row(moment: str, totals: Totals | None) -> dict[str, int]:
    if totals is None:
        return {}
    return {
        f"rows_{moment}": totals.rows,
        f"cents_{moment}": totals.cents,
        f"set_aside_{moment}": totals.set_aside,
    }
