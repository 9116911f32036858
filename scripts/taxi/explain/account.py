"""The account of one cell: where its trips and its money come from."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.catalog import Catalog

from taxi.errors import TaxiError
from taxi.explain import reading
from taxi.explain.reading import Cell
from taxi.explain.records import Account, NotInIt, Row, SourceFile, Tally
from taxi.publishing.reading import Marts
from taxi.publishing.waiting import Waiting, waiting_lines

NOTHING = Decimal("0.00")

# Columns of fct_trips that say what a negative total undoes.
REVERSALS = ("is_reversal", "is_reversed")


class NoSuchCell(TaxiError):
    """The marts hold no trip of a cell."""


def explain(
    catalog: Catalog,
    marts: Marts,
    cell: Cell,
    row_count: int = 0,
    waiting: Iterable[Waiting] = (),
) -> Account:
    """Read and reckon the account of a cell.

    Args:
        catalog: where TLC's files are listed as they are landed now.
        marts: the marts of one moment.
        row_count: how many trips, and rows set aside, to list one by one.
        waiting: months that the marts do not show yet.

    Raises:
        NoSuchCell: if there is no such cell.
        TaxiError: if the marts are not built, or the zone is none.
    """
    near = [one for one in waiting if one.can_bring(cell.service, cell.month)]
    zone = reading.read_zone(marts, cell.zone)
    mart = reading.read_mart_cell(marts, cell)
    trips = reading.read_trips(marts, cell)
    months = pc.unique(trips["source_month"]).to_pylist()
    set_aside = reading.read_set_aside(marts, cell, months)
    in_zone = set_aside.filter(pc.equal(set_aside["pickup_location_id"], cell.zone))
    if mart is None and not trips.num_rows:
        raise NoSuchCell(_no_such_cell(marts, cell, zone["zone_name"], in_zone, near))
    ledger = reading.read_ledger(marts, cell.service)
    origins = reading.read_origins(catalog, cell.service)
    names = [name for name in trips.column_names if name.endswith("_amount")]
    parts = {name: _sum(trips[name]) for name in names if name != "total_amount"}
    total = _sum(trips["total_amount"])
    difference = _difference(trips, list(parts))
    flags = [name for name in trips.column_names if name.startswith(("has_", "is_"))]
    return Account(
        cell=cell,
        zone_name=zone["zone_name"],
        borough=zone["borough"],
        mart=_by_trips_names(mart, names),
        files=[
            _source_file(month, ledger.get(month, {}), origins, trips, set_aside)
            for month in months
        ],
        trips=Tally(trips.num_rows, total),
        parts=parts,
        difference=_sum(difference),
        patterns=_patterns(trips, difference),
        flags={name: pc.sum(trips[name]).as_py() or 0 for name in flags},
        negative=_tally(trips, pc.less(trips["total_amount"], NOTHING)),
        reversals={
            name: _tally(trips, trips[name]) for name in REVERSALS if name in flags
        },
        not_in_it=_not_in_it(in_zone, ledger),
        rows=[
            _row(row, ledger, [name for name in flags if row[name]])
            for row in trips.slice(0, row_count).to_pylist()
        ],
        rows_not_in_it=[
            _row(row, ledger, [row["set_aside_reason"]])
            for row in in_zone.slice(0, row_count).to_pylist()
        ],
        waiting=near,
    )


def _no_such_cell(
    marts: Marts,
    cell: Cell,
    zone_name: str,
    set_aside: pa.Table,
    waiting: list[Waiting],
) -> str:
    """Why there is nothing to explain, and what to change or do."""
    if waiting:
        is_built = any(one.is_built for one in waiting)
        return (
            f"the schema {marts.schema} holds no {cell.service} trip of "
            f"{cell.month:%Y-%m} in zone {cell.zone} ({zone_name}) yet: "
            f"{'; '.join(waiting_lines(waiting))}"
            f"{', or read it with --working' if is_built else ''}"
        )
    months = reading.read_months(marts, cell.service)
    if not months:
        return f"--service: the marts hold no {cell.service} trips."
    if cell.month not in months:
        return (
            f"--month: the marts hold no {cell.service} trips of {cell.month:%Y-%m}; "
            f"they have {_months(months)}."
        )
    aside = set_aside.num_rows
    return (
        f"--zone: no {cell.service} trip of {cell.month:%Y-%m} started in zone "
        f"{cell.zone} ({zone_name})" + (f"; {aside} set aside." if aside else ".")
    )


def _months(months: list[date]) -> str:
    """The months in words, the last few if they are many."""
    names = [f"{month:%Y-%m}" for month in months]
    if len(names) > 12:
        return f"{len(names)} months from {names[0]} to {names[-1]}"
    return ", ".join(names)


def _sum(amounts: pa.ChunkedArray) -> Decimal:
    return pc.sum(amounts).as_py() or NOTHING


def _tally(rows: pa.Table, mask: pa.ChunkedArray) -> Tally:
    found = rows.filter(mask)
    return Tally(found.num_rows, _sum(found["total_amount"]))


def _by_trips_names(mart: dict | None, names: Iterable[str]) -> dict | None:
    """The mart's counts and sums under the names that the trips have for them."""
    if mart is None:
        return None
    sums = {name: mart.get(f"{name.removesuffix('_amount')}_revenue") for name in names}
    return {"trip_count": mart["trip_count"], **sums}


def _difference(trips: pa.Table, parts: list[str]) -> pa.ChunkedArray:
    """Trip by trip, the total less its parts; a part that is missing counts as 0."""
    amounts = [pc.fill_null(trips[name], NOTHING) for name in parts]
    return pc.subtract(trips["total_amount"], reduce(pc.add, amounts))


def _patterns(trips: pa.Table, difference: pa.ChunkedArray) -> dict[str, Tally]:
    """The difference by pattern, those without any left out."""
    if "total_pattern" not in trips.column_names:
        return {}
    named = pc.fill_null(trips["total_pattern"], "no pattern")
    table = pa.table({"pattern": named, "total_amount": difference})
    table = table.filter(pc.not_equal(difference, NOTHING))
    return {
        pattern: _tally(table, pc.equal(table["pattern"], pattern))
        for pattern in sorted(set(table["pattern"].to_pylist()))
    }


def _file_name(ledger: dict[date, dict], month: date) -> str:
    """The name of a month's file; rows without their file's line have none."""
    return ledger.get(month, {}).get("source_file") or f"(file of {month:%Y-%m})"


def _source_file(
    month: date,
    line: dict,
    origins: dict[str, str],
    trips: pa.Table,
    set_aside: pa.Table,
) -> SourceFile:
    reasons = set_aside.filter(pc.equal(set_aside["source_month"], month))
    counts = Counter(reasons["set_aside_reason"].to_pylist())
    return SourceFile(
        source_month=month,
        source_file=_file_name({month: line}, month),
        origin=origins.get(line.get("sha256")),
        sha256=line.get("sha256"),
        row_count=line.get("file_row_count", 0),
        kept_count=line.get("kept_trip_count", 0),
        set_aside=dict(sorted(counts.items())),
        in_cell=_tally(trips, pc.equal(trips["source_month"], month)),
    )


def _not_in_it(rows: pa.Table, ledger: dict[date, dict]) -> list[NotInIt]:
    groups = rows.group_by(["source_month", "set_aside_reason"]).aggregate(
        [([], "count_all"), ("total_amount", "sum")]
    )
    order = [("source_month", "ascending"), ("set_aside_reason", "ascending")]
    return [
        NotInIt(
            _file_name(ledger, group["source_month"]),
            group["set_aside_reason"],
            Tally(group["count_all"], group["total_amount_sum"] or NOTHING),
        )
        for group in groups.sort_by(order).to_pylist()
    ]


def _row(row: dict, ledger: dict[date, dict], remarks: list[str]) -> Row:
    return Row(
        _file_name(ledger, row["source_month"]),
        row["source_row_number"],
        row["pickup_at"],
        row["total_amount"],
        remarks,
    )
