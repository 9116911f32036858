"""Records what a command of dbt's leaves: called by its hooks, in its process."""

import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow.compute as pc
from sqlalchemy import Connection

from taxi.catalog import MARTS, PUBLISHED, database, read_locations
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.publishing.contents import are_same
from taxi.publishing.reading import Marts
from taxi.publishing.records import FAILED, PASSED, Totals
from taxi.publishing.tables import (
    create_tables,
    finish_build,
    read_publications,
    start_build,
)

# What dbt says of a node that is as it should be; a warning stops nobody.
_GOOD = {"success", "pass", "warn", "no-op"}

# What makes a table of the marts, or judges one.
_NEEDED = ("model", "seed", "snapshot", "test")

# What the tables rest on, of the project's files.
_SQL = ("models", "macros", "seeds", "dbt_project.yml")


def begin_build(lake: Lake, command: str, project: Path) -> int:
    """Record that a command begins to change tables. Return the number of the build.

    Args:
        command: such as `dbt build`.
        project: dbt's project folder.

    Raises:
        TaxiError: if the catalog cannot be written.
    """
    with database(lake) as engine:
        create_tables(engine)
        with engine.begin() as connection:
            before = _ledger_totals(connection)
            return start_build(connection, command, git_commit(project), before)


def end_build(
    lake: Lake,
    build_id: int,
    results: Iterable,
    nodes: Mapping,
    months: list[dict[str, str]] | str,
    is_whole: bool = True,
) -> str | None:
    """Record how a build ended. Return a closing line, if there is one to say.

    Args:
        results: dbt's results, one per node that was run.
        nodes: the enabled nodes of the project, by unique id, as the manifest has them.
        months: what was loaded, as service and month of file, or `all`.
        is_whole: whether the models saw all rows, not `--empty` or `--sample`.

    Raises:
        TaxiError: if the catalog cannot be written.
    """
    results = list(results)
    outcome = outcome_of(results)
    is_complete = is_whole and covers(results, nodes)
    made = {
        node.alias
        for node in nodes.values()
        if node.schema == MARTS and node.resource_type != "test"
    }
    with database(lake) as engine, engine.begin() as connection:
        marts = {
            name: location
            for name, location in read_locations(connection, MARTS).items()
            # A table that no model makes any more is not tested.
            if name in made
        }
        after = _ledger_totals(connection)
        finish_build(connection, build_id, is_complete, outcome, months, after, marts)
        return _closing_line(connection, outcome, is_complete, marts)


def outcome_of(results: Iterable) -> str:
    """Whether all that a command of dbt's ran is as it should be."""
    good = all(result.status in _GOOD for result in results)
    return PASSED if good else FAILED


def covers(results: Iterable, nodes: Mapping) -> bool:
    """Whether every model, seed and data test of the project had its turn."""
    ran = {result.node.unique_id for result in results if hasattr(result, "node")}
    return all(
        unique_id in ran
        for unique_id, node in nodes.items()
        if node.resource_type in _NEEDED and node.config.materialized != "ephemeral"
    )


def git_commit(project: Path) -> str | None:
    """The commit of the project's SQL, with `-dirty` where its files differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(project), "--no-optional-locks", *arguments],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    try:
        # A copy of the project may lie in a folder that is somebody else's checkout.
        git("ls-files", "--error-unmatch", "dbt_project.yml")
        changed = git("status", "--porcelain", "--", *_SQL)
        return git("rev-parse", "HEAD") + ("-dirty" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _ledger_totals(connection: Connection) -> Totals | None:
    """The totals of the ledger at this moment; none if it cannot be read."""
    columns = ("kept_trip_count", "kept_total_amount", "set_aside_row_count")
    marts = Marts(MARTS, read_locations(connection, MARTS))
    # It may not be built yet, of an older layout, or damaged: the build mends that.
    with suppress(TaxiError, OSError, ValueError):
        ledger = marts.open("fct_source_months")
        rows = ledger.scan(selected_fields=columns).to_arrow()
        kept, amount, set_aside = (pc.sum(rows[name]).as_py() or 0 for name in columns)
        return Totals(int(kept), int(amount * 100), int(set_aside))
    return None


def _closing_line(
    connection: Connection, outcome: str, is_complete: bool, marts: dict[str, str]
) -> str | None:
    published = read_locations(connection, PUBLISHED)
    if outcome == FAILED:
        return _kept_line(connection) if published else "Nothing is published yet."
    if not is_complete:
        return None
    if are_same(marts, published):
        return "Published already: nothing in the marts has changed."
    return "Publish it: python scripts/publish.py"


def _kept_line(connection: Connection) -> str:
    *_, last = read_publications(connection)
    return (
        f"Readers of the schema {PUBLISHED} keep publication {last.publication_id}, "
        f"of build {last.build_id}."
    )
