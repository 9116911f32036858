"""What an export is to change: which months of which marts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from google.cloud import bigquery

from taxi.bigquery.fingerprints import (
    Fingerprint,
    bigquery_fingerprints,
    bigquery_sql,
)
from taxi.bigquery.marts import Mart
from taxi.bigquery.months import Months
from taxi.bigquery.source import Source
from taxi.bigquery.tables import Differences, differences
from taxi.bigquery.warehouse import Warehouse
from taxi.errors import TaxiError


@dataclass(frozen=True)
class Plan:
    """What is to become of one table.

    Attributes:
        table: the table that is there, if one is.
        changes: how it differs from the mart; None if there is none.
        is_swapped: whether a new table takes its place, or is the first.
        sent: the months to write, and what they are to hold.
        removed: the months to delete.
        held: what the table holds of the months looked at.
    """

    source: Source
    table: bigquery.Table | None
    changes: Differences | None
    is_swapped: bool
    sent: dict[date, Fingerprint]
    removed: tuple[date, ...]
    held: dict[date, Fingerprint]

    @property
    def mart(self) -> Mart:
        return self.source.mart

    @property
    def is_sending(self) -> bool:
        return bool(self.sent or self.removed or self.is_swapped)

    @property
    def is_widened(self) -> bool:
        """Whether the table gets columns that it lacks."""
        return bool(self.sent and self.changes and self.changes.gained)

    @property
    def is_staged(self) -> bool:
        return bool(self.sent or self.is_swapped)

    @property
    def touched(self) -> list[date]:
        """The months that are to be other than they are."""
        return sorted({*self.sent, *self.removed})


def make_plan(
    warehouse: Warehouse,
    source: Source,
    months: Months,
    is_recreated: bool,
    on_month: Callable[[str], None],
) -> Plan:
    """Compare a mart with its table.

    Args:
        is_recreated: whether a new table is to take the place of one that is there.
        on_month: told what is being read.

    Raises:
        TaxiError: if the table cannot take the mart's rows.
    """
    mart = source.mart
    table = warehouse.find_table(mart.name)
    changes = differences(mart, table) if table else None
    is_swapped = table is None or is_recreated
    if changes and changes.refused and not is_recreated:
        raise TaxiError(
            f"{mart.name} cannot be exported: {'; '.join(changes.refused)} "
            "(--recreate replaces the whole table)"
        )
    held = {} if is_swapped else held_months(warehouse, mart, changes, months)
    here = {month for month in source.months() if months.include(month)}
    sent = {}
    for month in sorted(here):
        on_month(f"{mart.name} {month:%Y-%m}")
        fingerprint = source.fingerprint(month)
        if months.are_forced or held.get(month) != fingerprint:
            sent[month] = fingerprint
    removed = tuple(sorted(held.keys() - here))
    return Plan(source, table, changes, is_swapped, sent, removed, held)


def held_months(
    warehouse: Warehouse, mart: Mart, changes: Differences, months: Months
) -> dict[date, Fingerprint]:
    """What a table of BigQuery's holds, by month.

    Raises:
        TaxiError: if BigQuery does not answer.
    """
    absent = [column.name for column in changes.gained]
    where = months.sql(mart.month_column)
    sql = bigquery_sql(mart, warehouse.quoted(mart.name), where, absent)
    return bigquery_fingerprints(mart, warehouse.query(f"reading {mart.name}", sql))
