"""Months of a mart: which are asked for, and SQL that reads no others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from taxi.bigquery.marts import Column


@dataclass(frozen=True)
class Months:
    """The months that an export is asked for.

    Attributes:
        first, last: both included, as first days.
        are_forced: whether they are sent whatever BigQuery holds.
    """

    first: date = date.min
    last: date = date.max
    are_forced: bool = False

    def include(self, month: date) -> bool:
        return self.first <= month <= self.last

    def sql(self, column: Column) -> str:
        """SQL of BigQuery for rows of these months."""
        if self.last == date.max:
            return "true"
        return _between(column, self.first, next_month(self.last))


def first_day(value: date | datetime) -> date:
    """The month of a day or a moment, as its first day."""
    return date(value.year, value.month, 1)


def next_month(month: date) -> date:
    """The first day of the month that follows."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_sql(column: Column) -> str:
    """SQL of BigQuery for the month of a day or a moment, as its first day."""
    if column.type.bigquery == "DATE":
        return f"date_trunc(`{column.name}`, month)"
    return f"date_trunc(date(`{column.name}`), month)"


def within(column: Column, months: Iterable[date]) -> str:
    """SQL of BigQuery for rows of these months; it reads no other partition."""
    conditions = [_between(column, *run) for run in _runs(sorted(months))]
    return " or ".join(conditions) or "false"


def listed(months: Iterable[date]) -> str:
    """Months in words: those that follow each other as first and last."""
    names = []
    for first, end in _runs(sorted(months)):
        last = date(end.year - (end.month == 1), (end.month - 2) % 12 + 1, 1)
        names.append(
            f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
        )
    return ", ".join(names)


def _between(column: Column, first: date, end: date) -> str:
    kind = column.type.bigquery.lower()
    return f"(`{column.name}` >= {kind} '{first}' and `{column.name}` < {kind} '{end}')"


def _runs(months: list[date]) -> list[tuple[date, date]]:
    """First days of months that follow each other, and of the month after them."""
    runs = []
    for month in months:
        if runs and runs[-1][1] == month:
            runs[-1] = (runs[-1][0], next_month(month))
        else:
            runs.append((month, next_month(month)))
    return runs
