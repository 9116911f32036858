"""What a file is found to hold while it is read: money, faults, NaN and the like.

`Ledger.notes` counts the latter by what was done about them, for people.
"""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from taxi.landing.columns import Column, Kind
from taxi.landing.money import cents_of
from taxi.landing.values import Typed


@dataclass(frozen=True, order=True)
class Fault:
    """A value that does not fit; ordered by its place in the file."""

    row_number: int
    position: int
    column_name: str = field(compare=False)
    value_text: str = field(compare=False)
    reason: str = field(compare=False)

    def __str__(self) -> str:
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
        self.fault_count = 0
        self.row_count = 0

    @property
    def is_too_bad(self) -> bool:
        return self.fault_count > self.tolerated

    def refusal(self) -> str:
        """Why a file with too many faults is refused."""
        if self.fault_count == 1:
            return str(self.faults[0])
        borne = f", {self.tolerated} may be borne" if self.tolerated else ""
        return f"{self.fault_count:,} values do not fit{borne}; first {self.faults[0]}"

    def remarks(self) -> list[str]:
        """What was adapted, for people."""
        return [f"{count:,} {text}" for text, count in self.notes.items()]

    def add(
        self, position: int, column: Column, raw: pa.Array, typed: Typed, first_row: int
    ) -> None:
        """Add one column of one batch, whose first row is `first_row` of the file."""
        if typed.nan_count:
            self.notes[f"NaN of {column.name} as null"] += typed.nan_count
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
        indices = pc.indices_nonzero(faults)[: self._kept]
        texts = raw.take(indices).cast(pa.string()).to_pylist()
        reason = self._reasons[column.kind]
        self.faults += [
            Fault(first_row + index, position, column.name, text, reason)
            for index, text in zip(indices.to_pylist(), texts, strict=True)
        ]
        # Batches come in order but columns do not: the first rows are what is kept.
        self.faults = sorted(self.faults)[: self._kept]
