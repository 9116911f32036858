"""Months of a mart: which are asked for, and SQL that reads no others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from taxi.bigquery.marts import Column

# Stands for the rows that somebody put into BigQuery without a month, and for the first
# month that there is.
NO_MONTH = date.min


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


def first_day(value: date | datetime | None) -> date:
    """The month of a day or a moment, as its first day; `NO_MONTH` of none."""
    return NO_MONTH if value is None else date(value.year, value.month, 1)


def next_month(month: date) -> date:
    """The first day of the month that follows; of the last that there is, its end."""
    if (month.year, month.month) == (date.max.year, date.max.month):
        return date.max
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
        last = first_day(end - timedelta(days=1))
        names.append(
            _name(first) if first == last else f"{_name(first)} to {_name(last)}"
        )
    return ", ".join(names)


def _name(month: date) -> str:
    return "no month" if month == NO_MONTH else month.isoformat()[:7]


def _between(column: Column, first: date, end: date) -> str:
    name, kind = f"`{column.name}`", column.type.bigquery.lower()
    if first == NO_MONTH:
        return f"({name} is null or {name} < {kind} '{end}')"
    if end == date.max:
        return f"{name} >= {kind} '{first}'"
    return f"({name} >= {kind} '{first}' and {name} < {kind} '{end}')"


def _runs(months: list[date]) -> list[tuple[date, date]]:
    """First days of months that follow each other, and of the month after them."""
    runs = []
    for month in months:
        if runs and runs[-1][1] == month and runs[-1][0] != NO_MONTH:
            runs[-1] = (runs[-1][0], next_month(month))
        else:
            runs.append((month, next_month(month)))
    return runs
