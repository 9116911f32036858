"""The transaction that puts staged months in the place of those that were there.

Names of tables and columns come from the project's contracts, months and figures from
fingerprints: no text from outside becomes SQL.
"""

from collections.abc import Callable, Iterable

from taxi.bigquery.fingerprints import Fingerprint, digest_sql
from taxi.bigquery.marts import Mart
from taxi.bigquery.months import within
from taxi.bigquery.plan import Plan

# Makes one name of another.
Named = Callable[[str], str]

# What `error` says, and BigQuery reports, if a table is not as it is to be.
CHANGED = "changed meanwhile"
DIFFERS = "not what was staged"


def replace_months(plans: list[Plan], quoted: Named, stage: Named) -> str:
    """SQL that replaces the months of all tables at one moment, or none.

    A table must hold what it held when the export was planned, and afterwards exactly
    what was staged; an error in between undoes everything.

    Args:
        quoted: a table of the dataset, as SQL names it.
        stage: the name of a mart's stage table.
    """
    statements = ["begin transaction"]
    for plan in plans:
        mart = plan.mart
        table = quoted(mart.name)
        rows = within(mart.month_column, plan.touched)
        names = ", ".join(f"`{name}`" for name in mart.names)
        seen = [plan.held[month] for month in plan.touched if month in plan.held]
        statements += [
            _check(mart, table, rows, seen, f"{mart.name} {CHANGED}"),
            f"delete from {table} where {rows}",
        ]
        if plan.sent:
            statements.append(
                f"insert into {table} ({names}) "
                f"select {names} from {quoted(stage(mart.name))}"
            )
        statements.append(
            _check(mart, table, rows, plan.sent.values(), f"{mart.name} {DIFFERS}")
        )
    statements.append("commit transaction")
    return ";\n".join(statements) + ";"


def _check(
    mart: Mart,
    table: str,
    where: str,
    expected: Iterable[Fingerprint],
    message: str,
) -> str:
    expected = list(expected)
    rows = sum(one.rows for one in expected)
    digest = sum(one.digest for one in expected)
    return (
        f"select if(count(*) = {rows} "
        f"and ifnull({digest_sql(mart)}, 0) = bignumeric '{digest}', "
        f"true, error('{message}')) from {table} where {where}"
    )
