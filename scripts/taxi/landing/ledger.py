"""What a file is found to hold while it is read: money, faults, NaN and the like.

`Ledger.notes` counts the latter by what was done about them, for people.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from taxi.landing.columns import Column, Kind
from taxi.landing.fitting import BEYOND_METER, reason_of
from taxi.landing.money import cents_of
from taxi.landing.physical_types import is_text
from taxi.landing.sources import BrokenRow
from taxi.landing.values import Typed

# What `tlc.unreadable_values` calls the column of a row that is unreadable as a whole.
ROW = "(row)"

# So many distances beyond all measure are no faults of meters.
_MOST_DISTANCES = 100_000


@dataclass(frozen=True, order=True)
class Fault:
    """A value that does not fit; ordered by its place in the file."""

    row_number: int
    position: int
    column_name: str = field(compare=False)
    value_text: str = field(compare=False)
    reason: str = field(compare=False)

    def __str__(self) -> str:
        if self.column_name == ROW:
            return f"row {self.row_number} has {self.reason}"
        return (
            f"column {self.column_name}, row {self.row_number}: "
            f"{self.value_text!r} is {self.reason}"
        )


class Ledger:
    """Adds up what the batches of one file hold.

    Args:
        tolerated: how many faults may be borne; so many are kept, the rest is counted.
        reasons: why a value of a kind does not fit, for people.
    """

    def __init__(self, tolerated: int, reasons: dict[Kind, str]):
        self._kept = max(tolerated, 1)
        self._reasons = reasons
        self.tolerated = tolerated
        self.cents: dict[str, int | None] = {}
        self.notes: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.distances: list[Fault] = []
        self.fault_count = 0
        self.broken_count = 0
        self.row_count = 0

    @property
    def is_too_bad(self) -> bool:
        return (
            self.fault_count > self.tolerated or len(self.distances) > _MOST_DISTANCES
        )

    @property
    def unreadable(self) -> list[Fault]:
        """What landed as null: values, rows, and distances, which bar no trip."""
        return sorted(self.faults + self.distances)

    def refusal(self) -> str:
        """Why a file with too many faults is refused."""
        if self.fault_count <= self.tolerated:
            count = f"more than {_MOST_DISTANCES:,} distances are {BEYOND_METER}"
            return f"{count}; first {self.distances[0]}"
        first, count = self.faults[0], self.fault_count
        hint = ""
        if self.broken_count:
            hint = f"; --max-bad-values {count} sets such rows aside"
        if count == 1:
            return f"{first}{hint}"
        borne = f", {self.tolerated} may be borne" if self.tolerated else ""
        what = "rows" if self.broken_count == count else "values"
        return f"{count:,} {what} do not fit{borne}; first {first}{hint}"

    def remarks(self) -> list[str]:
        """What was adapted, for people."""
        remarks = [f"{count:,} {text}" for text, count in self.notes.items()]
        if self.broken_count:
            first = next(one for one in self.faults if one.column_name == ROW)
            rows = "row" if self.broken_count == 1 else "rows"
            remarks.append(
                f"{self.broken_count:,} {rows} set aside whole, the first is row "
                f"{first.row_number}"
            )
        return remarks

    def add_broken(self, rows: Iterable[BrokenRow]) -> None:
        """Add rows that are unreadable as a whole."""
        broken = [Fault(one.row_number, -1, ROW, one.text, one.words) for one in rows]
        self.fault_count += len(broken)
        self.broken_count += len(broken)
        self._keep(broken)

    def add(
        self, position: int, column: Column, raw: pa.Array, typed: Typed, first_row: int
    ) -> None:
        """Add one column of one batch, whose first row is `first_row` of the file."""
        if typed.nan_count:
            self.notes[f"NaN of {column.name} as null"] += typed.nan_count
        if typed.beyond is not None:
            note = f"{column.name} of {BEYOND_METER}, as null"
            self.notes[note] += typed.beyond.true_count
            if len(self.distances) <= _MOST_DISTANCES:
                found = _found(raw, typed.beyond)
                self.distances += [
                    Fault(first_row + index, position, column.name, text, BEYOND_METER)
                    for index, text in found
                ]
        if typed.faults is not None:
            self._add_faults(position, column, raw, typed.faults, first_row)
        if column.kind is Kind.MONEY:
            cents = cents_of(raw, typed.faults)
            if cents is not None:
                before = self.cents.get(column.cents_name) or 0
                self.cents[column.cents_name] = before + cents

    def _add_faults(
        self,
        position: int,
        column: Column,
        raw: pa.Array,
        faults: pa.BooleanArray,
        first_row: int,
    ) -> None:
        self.fault_count += faults.true_count
        given = is_text(raw.type)
        found = _found(raw, faults, self._kept)
        self._keep(
            Fault(
                first_row + index,
                position,
                column.name,
                text,
                reason_of(column.kind, text if given else None, self._reasons),
            )
            for index, text in found
        )

    def _keep(self, faults: Iterable[Fault]) -> None:
        # Batches come in order but columns do not: the first rows are what is kept.
        self.faults = sorted([*self.faults, *faults])[: self._kept]


def _found(
    raw: pa.Array, mask: pa.BooleanArray, most: int | None = None
) -> Iterable[tuple[int, str]]:
    """Where a mask holds, and the values there as texts."""
    indices = pc.indices_nonzero(mask)[:most]
    values = raw.take(indices)
    if kinds.is_floating(values.type):
        # All digits that it has, as they are why it does not fit.
        values = values.cast(pa.float64())
    texts = values.cast(pa.string()).to_pylist()
    return zip(indices.to_pylist(), texts, strict=True)
