"""An account as a person reads it, and as JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from taxi.errors import TaxiError
from taxi.explain.reading import Cell
from taxi.explain.records import Account, Row, SourceFile, Tally
from taxi.publishing.waiting import Waiting, waiting_lines

_NAME = 34
_REVERSALS = {
    "is_reversal": "which reverse another row",
    "is_reversed": "the trips that they reverse",
}


def lines(account: Account) -> Iterator[str]:
    """The account, line by line; the verdict last, if it is good news."""
    cell = account.cell
    yield (
        f"{account.zone_name} (zone {cell.zone}, {account.borough}), "
        f"{cell.service}, {cell.month:%Y-%m}"
    )
    yield _tally("fct_monthly_zone_revenue", _of_mart(account))
    yield ""
    yield "TLC's files that bring its trips"
    for file in account.files:
        yield from _file(file)
    yield ""
    yield "Its total, part by part"
    for name, amount in account.parts.items():
        yield _money(name, amount)
    yield _money("all parts", sum(account.parts.values(), Decimal("0.00")))
    yield _money("difference: total less parts", account.difference)
    for pattern, tally in account.patterns.items():
        yield _tally(f"  {pattern}", tally)
    yield _money("total_amount", account.trips.amount)
    yield ""
    yield from _reversals(account)
    yield ""
    yield "Flags of its trips; a trip can carry several"
    yield from _or_none(
        f"  {name:<{_NAME}}{_count(count, 'trip')}".rstrip()
        for name, count in account.flags.items()
        if count
    )
    yield ""
    yield "Not in it: rows of the zone that were set aside, and why"
    yield from _or_none(
        _tally(group.reason, group.rows, "row") + f"  {group.source_file}"
        for group in account.not_in_it
    )
    yield from _rows(account.rows_not_in_it)
    yield ""
    if account.rows:
        yield f"Trips, the first {len(account.rows):,} of {account.trips.count:,}"
        yield from _rows(account.rows)
        yield ""
    if account.waiting:
        yield "Not in it yet: files that may bring trips of its month"
        yield from (f"  {line}" for line in waiting_lines(account.waiting))
        yield ""
    if not account.faults:
        yield verdict(account)


def verdict(account: Account) -> str:
    """Whether the mart's cell is the sum of its trips, in one line."""
    if account.faults:
        return (
            f"{account.cell}: the mart and its trips disagree, run dbt build: "
            f"{'; '.join(account.faults)}."
        )
    return (
        f"The sum over {_count(account.trips.count, 'trip').strip()} equals the mart's "
        f"cell to the cent: {account.trips.amount:,} USD."
    )


def as_json(account: Account) -> str:
    """The whole account; amounts and moments are strings, exact as they are."""
    return _as_text(
        asdict(account)
        | {
            "waiting": [one.as_record() for one in account.waiting],
            "agrees": not account.faults,
            "verdict": verdict(account),
        }
    )


def nothing_as_json(cell: Cell, waiting: Iterable[Waiting], error: TaxiError) -> str:
    """Why there is no account of a cell."""
    near = [one for one in waiting if one.can_bring(cell.service, cell.month)]
    return _as_text(
        {
            "cell": asdict(cell),
            "waiting": [one.as_record() for one in near],
            "agrees": None,
            "error": str(error),
        }
    )


def _as_text(document: dict) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _of_mart(account: Account) -> Tally:
    mart = account.mart or {"trip_count": 0, "total_amount": Decimal("0.00")}
    return Tally(mart["trip_count"], mart["total_amount"])


def _count(number: int, what: str) -> str:
    return f"{number:>12,} {what if number == 1 else f'{what}s':<5}"


def _tally(name: str, tally: Tally, what: str = "trip") -> str:
    return f"  {name:<{_NAME}}{_count(tally.count, what)}{tally.amount:>18,} USD"


def _money(name: str, amount: Decimal) -> str:
    return f"  {name:<{_NAME}}{'':>18}{amount:>18,} USD"


def _file(file: SourceFile) -> Iterator[str]:
    yield _tally(file.source_file, file.in_cell)
    replaced = "the lake holds another version by now; run dbt build"
    yield f"    origin     {file.origin or replaced}"
    yield f"    SHA-256    {file.sha256 or 'unknown'}"
    aside = sum(file.set_aside.values())
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in file.set_aside.items())
    yield (
        f"    its rows   {file.row_count:,}: {file.kept_count:,} kept, "
        f"{aside:,} set aside" + (f" ({reasons})" if reasons else "")
    )


def _reversals(account: Account) -> Iterator[str]:
    yield "Reversals, which the total deducts"
    yield _tally("totals below zero", account.negative)
    for name, tally in account.reversals.items():
        yield _tally(f"  {_REVERSALS[name]}", tally)


def _rows(rows: list[Row]) -> Iterator[str]:
    """A table of rows; row numbers count TLC's data records from 0."""
    if not rows:
        return
    width = max(len(row.source_file) for row in rows)
    yield f"  {'file':<{width}}{'row':>10}  {'pickup':<19}{'total':>12}  remarks"
    for row in rows:
        total = "none" if row.total_amount is None else f"{row.total_amount:,}"
        yield (
            f"  {row.source_file:<{width}}{row.source_row_number:>10}  "
            f"{_moment(row.pickup_at):<19}{total:>12}  {', '.join(row.remarks)}"
        ).rstrip()


def _moment(moment: datetime | None) -> str:
    return "none" if moment is None else moment.isoformat(sep=" ")


def _or_none(found: Iterator[str]) -> Iterator[str]:
    yield from list(found) or ["  none"]
