"""Months in SQL and in words."""

from datetime import date

import pytest

from taxi.bigquery.marts import Column
from taxi.bigquery.months import NO_MONTH, listed, next_month, within
from taxi.bigquery.types import column_type

DAY = Column("d", column_type("date"), True, "")


@pytest.mark.parametrize(
    ("months", "sql", "words"),
    [
        ([], "false", ""),
        (
            [date(2023, 1, 1)],
            "(`d` >= date '2023-01-01' and `d` < date '2023-02-01')",
            "2023-01",
        ),
        (
            [date(2023, 1, 1), date(2022, 12, 1), date(2023, 3, 1)],
            "(`d` >= date '2022-12-01' and `d` < date '2023-02-01') or "
            "(`d` >= date '2023-03-01' and `d` < date '2023-04-01')",
            "2022-12 to 2023-01, 2023-03",
        ),
        (
            [NO_MONTH, date(1, 2, 1), date(9999, 12, 1)],
            "(`d` is null or `d` < date '0001-02-01') or "
            "(`d` >= date '0001-02-01' and `d` < date '0001-03-01') or "
            "`d` >= date '9999-12-01'",
            "no month, 0001-02, 9999-12",
        ),
    ],
)
def test_months_are_read_and_told_as_runs(months, sql, words):
    assert within(DAY, months) == sql
    assert listed(months) == words


def test_the_months_of_a_year_follow_each_other():
    month = date(2023, 1, 1)
    for _ in range(12):
        month = next_month(month)
    assert month == date(2024, 1, 1)
