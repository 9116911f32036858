"""Naming the cells in which BigQuery differs from what is published."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from taxi.bigquery.marts import Column, Mart
from taxi.bigquery.months import within
from taxi.bigquery.plan import Plan
from taxi.bigquery.warehouse import Warehouse

# Rows of a mart by the values of its key.
_Rows = dict[tuple, list[dict]]


def differing_cells(warehouse: Warehouse, plan: Plan, month: date) -> Iterator[str]:
    """The differences of a month, a line each, in the order of the mart's key.

    The month is held in memory twice, as published and as in BigQuery.

    Raises:
        TaxiError: if BigQuery does not answer.
    """
    mart = plan.mart
    absent = {column.name for column in plan.changes.gained}
    names = ", ".join(f"`{name}`" for name in mart.names if name not in absent)
    sql = (
        f"select {names} from {warehouse.quoted(mart.name)} "
        f"where {within(mart.month_column, [month])}"
    )
    found = warehouse.query(f"reading {mart.name} {month:%Y-%m}", sql)
    theirs = _by_key(mart, (dict(row.items()) for row in found))
    batches = plan.source.read(month)
    ours = _by_key(mart, (row for batch in batches for row in batch.to_pylist()))
    for key in sorted(ours.keys() | theirs.keys(), key=str):
        place = " ".join(f"{n}={value}" for n, value in zip(mart.key, key, strict=True))
        for said in _differences(mart, ours.get(key, []), theirs.get(key, [])):
            yield f"{mart.name} {place}: {said}"


def _differences(mart: Mart, ours: list[dict], theirs: list[dict]) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"rows as published: {len(ours)}, in BigQuery: {len(theirs)}"
        return
    for our, their in zip(ours, theirs, strict=True):
        for column in mart.columns:
            name = column.name
            if our[name] != their.get(name):
                yield (
                    f"{name} is {_said(column, our[name])} as published, "
                    f"{_said(column, their.get(name))} in BigQuery"
                )


def _by_key(mart: Mart, rows: Iterable[dict]) -> _Rows:
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in mart.key)].append(row)
    return found


def _said(column: Column, value) -> str:
    if value is None:
        return "null"
    if column.type.is_decimal:
        # BigQuery writes nine decimals, whatever the column's scale.
        text = f"{value:.{column.type.scale}f}"
        return text if Decimal(text) == value else str(value)
    return str(value)
