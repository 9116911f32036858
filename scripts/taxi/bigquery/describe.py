"""Plans in words: what is to be sent, or was."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from taxi.bigquery.fill import write_month
from taxi.bigquery.months import listed
from taxi.bigquery.plan import Plan
from taxi.bigquery.statements import replace_months
from taxi.bigquery.tables import widening_sql
from taxi.bigquery.warehouse import Warehouse


@dataclass(frozen=True)
class Words:
    """How a plan is told: before it is done, or after."""

    create: str
    replace: str
    widen: str
    send: str
    delete: str


PLANNED = Words(
    "would be created",
    "would be replaced whole",
    "would gain",
    "would send",
    "would delete",
)
DONE = Words("created", "replaced whole", "gained", "sent", "deleted")


def plan_line(plan: Plan, words: Words, byte_count: int | None) -> str:
    """What becomes of a table, in a line.

    Args:
        byte_count: size of the files that are sent, if it is known.
    """
    parts = []
    if plan.is_swapped:
        parts.append(words.create if plan.table is None else words.replace)
    elif plan.is_widened:
        gained = ", ".join(column.name for column in plan.changes.gained)
        parts.append(f"{words.widen} {gained}")
    if plan.sent:
        rows = sum(one.rows for one in plan.sent.values())
        parts.append(
            f"{words.send} {_count(plan.sent)} ({listed(plan.sent)}), {rows:,} rows"
        )
        if byte_count is not None:
            parts[-1] += f", {byte_count:,} bytes"
    if plan.removed:
        parts.append(f"{words.delete} {_count(plan.removed)} ({listed(plan.removed)})")
    same = plan.held.keys() - plan.touched
    if same or not parts:
        parts.append(f"{_count(same)} as published already")
    return f"{plan.mart.name}: {'; '.join(parts)}"


def byte_counts(plans: list[Plan]) -> dict[str, int]:
    """The size of the files that would be sent, by mart."""
    with TemporaryDirectory() as folder:
        scratch = Path(folder) / "month.parquet"
        return {
            plan.mart.name: sum(
                write_month(plan.source, month, scratch) for month in plan.sent
            )
            for plan in plans
        }


def statements(plans: list[Plan], warehouse: Warehouse) -> Iterator[str]:
    """What would be run in BigQuery, with STAGE in the names of stage tables."""
    quoted = warehouse.quoted
    for plan in plans:
        name = plan.mart.name
        if plan.is_staged:
            yield f"-- load {len(plan.sent)} files into {quoted(_stage(name))}"
        if plan.is_swapped:
            yield f"-- copy {quoted(_stage(name))} to {quoted(name)}"
        elif plan.is_widened:
            yield f"{widening_sql(plan.changes.gained, quoted(name))};"
    replaced = [plan for plan in plans if plan.is_sending and not plan.is_swapped]
    if replaced:
        yield replace_months(replaced, quoted, _stage)


def _stage(name: str) -> str:
    return f"STAGE_{name}"


def _count(months) -> str:
    return f"{len(months)} month{'s' if len(months) != 1 else ''}"
