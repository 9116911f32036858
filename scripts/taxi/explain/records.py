"""What the account of one cell tells."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from taxi.explain.reading import Cell
from taxi.publishing.waiting import Waiting


@dataclass(frozen=True)
class Tally:
    """Trips, or rows set aside, and the sum of their totals."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class SourceFile:
    """A file of TLC's that brings trips into the cell.

    Attributes:
        origin: where it was read; None where the lake holds another version by now.
        row_count: rows of the whole file, as are `kept_count` and `set_aside`.
        set_aside: rows set aside, by reason.
        in_cell: what of it is in the cell.
    """

    source_month: date
    source_file: str
    origin: str | None
    sha256: str | None
    row_count: int
    kept_count: int
    set_aside: dict[str, int]
    in_cell: Tally


@dataclass(frozen=True)
class NotInIt:
    """Rows of one file that were set aside for one reason, and would be of the zone."""

    source_file: str
    reason: str
    rows: Tally


@dataclass(frozen=True)
class Row:
    """A row of TLC's file.

    Attributes:
        source_row_number: the nth data record of the file, from 0.
        remarks: the flags of a trip, or the reason why the row was set aside.
    """

    source_file: str
    source_row_number: int
    pickup_at: datetime | None
    total_amount: Decimal | None
    remarks: list[str]


@dataclass(frozen=True)
class Account:
    """How a cell's revenue arises. Every dictionary is in the order of its table.

    Attributes:
        mart: the mart's cell, its money by the trips' names; None where it has none.
        trips: the trips of the cell.
        parts: sums of the money columns but the total.
        difference: what the total is above the sum of the parts.
        patterns: the same difference by what explains it, where the trips say so.
        flags: trips that carry a flag; a trip can carry several.
        negative: trips whose total is below zero.
        reversals: trips that reverse another one, and those that are reversed.
        not_in_it: what the zone would have, had it not been set aside.
        rows: the first trips, if any were asked for.
        rows_not_in_it: the first rows set aside, likewise.
        waiting: files that may bring trips of its month, and are not in it yet.
    """

    cell: Cell
    zone_name: str
    borough: str
    mart: dict[str, int | Decimal] | None
    files: list[SourceFile]
    trips: Tally
    parts: dict[str, Decimal]
    difference: Decimal
    patterns: dict[str, Tally]
    flags: dict[str, int]
    negative: Tally
    reversals: dict[str, Tally]
    not_in_it: list[NotInIt]
    rows: list[Row]
    rows_not_in_it: list[Row]
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What mart and trips disagree on; empty if all is well."""
        if self.mart is None:
            return [f"the mart has no such cell, the trips are {self.trips.count:,}"]
        found = {"trip_count": self.trips.count, **self.parts}
        found["total_amount"] = self.trips.amount
        return [
            f"{name} is {self.mart.get(name)} in the mart, {value} by its trips"
            for name, value in found.items()
            if self.mart.get(name) != value
        ]
