"""Months that one statement loads, so that its memory has a bound."""

from collections.abc import Iterable, Mapping

from taxi.building.conditions import ServiceMonth, of_service_months
from taxi.errors import TaxiError

# The var of dbt_project.yml that says how many rows of TLC's files a statement loads.
ROWS_PER_STATEMENT = "rows_per_statement"


def in_batches(
    months: Iterable[ServiceMonth], row_counts: Mapping[ServiceMonth, int], most: int
) -> list[list[ServiceMonth]]:
    """Months in order, in groups of no more than so many rows; one alone may have more.

    Args:
        row_counts: rows of each month; one that is not landed has none.
    """
    batches: list[list[ServiceMonth]] = []
    filled = most
    for month in sorted(months):
        count = row_counts.get(month, 0)
        if not batches or filled + count > most:
            batches.append([])
            filled = 0
        batches[-1].append(month)
        filled += count
    return batches


def conditions_of(batches: list[list[ServiceMonth]], is_all: bool) -> list[str]:
    """The rows of each batch; if they are to be all rows, the last has the rest.

    Rows of a month that is not landed are a fault, which tests can only see if they
    are loaded.
    """
    conditions = [of_service_months(months) for months in batches]
    if is_all:
        conditions[-1] = f"not ({' or '.join(conditions[:-1])})"
    return conditions


def checked_bound(value: object) -> int:
    """The var as a number of rows.

    Raises:
        TaxiError: if it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise TaxiError(
            f"the var {ROWS_PER_STATEMENT} is {value!r}, and a whole number from 1 on "
            "is wanted; see dbt_project.yml"
        )
    return value
