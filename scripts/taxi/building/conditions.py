"""Months of services, and the conditions in SQL that pick their rows."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

EVERY_ROW = "true"
NO_ROW = "false"


@dataclass(frozen=True, order=True)
class ServiceMonth:
    """The month of one service, which one file of TLC's fills.

    Attributes:
        service: `green` or `yellow`.
        month: first day of the file's month.
    """

    service: str
    month: date

    def __str__(self) -> str:
        return f"{self.service} {self.month:%Y-%m}"


def of_service_months(
    months: Iterable[ServiceMonth], column: str = "source_month"
) -> str:
    """The rows of some months of some services, by service_type and a month."""
    by_service: dict[str, set[date]] = {}
    for one in months:
        by_service.setdefault(one.service, set()).add(one.month)
    conditions = [
        f"(service_type = '{service}' and {of_months(column, wanted)})"
        for service, wanted in sorted(by_service.items())
    ]
    return f"({' or '.join(conditions)})" if conditions else NO_ROW


def of_months(column: str, months: Iterable[date]) -> str:
    """The rows whose date, a first of a month, is one of some."""
    literals = ", ".join(f"date '{month}'" for month in sorted(months))
    return f"{column} in ({literals})" if literals else NO_ROW


def within_months(column: str, months: Iterable[date]) -> str:
    """The rows whose wall-clock time lies in one of some months.

    Ranges, because statistics of files and partitions by month know them.
    """
    ranges = [
        f"({column} >= timestamp_ntz '{month}' and {column} < timestamp_ntz '{after}')"
        for month, after in ((month, next_month(month)) for month in sorted(months))
    ]
    return f"({' or '.join(ranges)})" if ranges else NO_ROW


def revenue_rows(column: str, months: Iterable[date]) -> str:
    """The rows of a mart of revenue in some months, by its month or its hour."""
    of = of_months if column == "revenue_month" else within_months
    return of(column, months)


def in_reach(months: Iterable[date], days: int) -> set[date]:
    """The months that lie within some days of one of these, as their first days."""
    reached = set()
    for month in months:
        day = first_of(month - timedelta(days=days))
        last = date(month.year, month.month, monthrange(month.year, month.month)[1])
        while day <= last + timedelta(days=days):
            reached.add(day)
            day = next_month(day)
    return reached


def first_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after one that is given by its first day."""
    return first_of(month + timedelta(days=31))
