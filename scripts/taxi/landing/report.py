"""What a run says: one line per file, and a summary."""

import sys
from dataclasses import dataclass, field

from taxi.landing import drift
from taxi.landing.files import TripFile
from taxi.landing.records import Landing


@dataclass
class Report:
    """Says how each file fared, and counts.

    Landed, unchanged and passed-over files are results and go to stdout; refused ones
    and warnings go to stderr.

    Attributes:
        entries: what `drift` tells of each file.
    """

    landed: list[Landing] = field(default_factory=list)
    unchanged_count: int = 0
    passed_over_count: int = 0
    refused_count: int = 0
    entries: list[dict] = field(default_factory=list)

    def land(self, landing: Landing) -> None:
        self.landed.append(landing)
        parts = [f"{landing.row_count:,} trips", dollars(landing.cents)]
        if landing.unreadable_value_count:
            parts.append(f"{landing.unreadable_value_count:,} unreadable values")
        if landing.unknown_columns:
            parts.append(f"not landed: {', '.join(landing.unknown_columns)}")
        if landing.adaptations:
            parts.append(f"adapted: {'; '.join(landing.adaptations)}")
        self._say(landing.event, landing.source_file, ", ".join(parts))
        for name in landing.unknown_columns:
            self._say(
                "warning",
                landing.source_file,
                f"nobody knows column {name}, which was not landed; "
                "keep the file to land it later",
                to=sys.stderr,
            )
        entry = drift.entry_of_landing(landing, landing.source_file, landing.event)
        self.entries.append(entry)

    def withdraw(self, withdrawal: Landing) -> None:
        self._say(
            "withdrawn",
            withdrawal.source_file,
            f"{withdrawal.row_count:,} trips, {dollars(withdrawal.cents)}",
        )

    def leave(self, file: TripFile, held: Landing) -> None:
        self.unchanged_count += 1
        self._say("unchanged", file.name)
        self.entries.append(drift.entry_of_landing(held, file.name, "unchanged"))

    def pass_over(self, file: TripFile, reason: str) -> None:
        self.passed_over_count += 1
        self._say("passed over", file.name, reason)
        entry = drift.entry_of_other(file.name, file, "passed over", reason)
        self.entries.append(entry)

    def repair(self, landing: Landing) -> None:
        self._say("repaired", landing.source_file, "its landing had been cut off")

    def refuse(self, name: str, reason: str, file: TripFile | None = None) -> None:
        self.refused_count += 1
        self._say("refused", name, reason, to=sys.stderr)
        self.entries.append(drift.entry_of_other(name, file, "refused", reason))

    def sum_up(self) -> None:
        """Print the summary."""
        trips = sum(landing.row_count for landing in self.landed)
        cents = sum(one.cents.get("total_amount_cents") or 0 for one in self.landed)
        passed = self.passed_over_count
        counts = [
            f"{len(self.landed)} landed",
            f"{self.unchanged_count} unchanged",
            *([f"{passed} passed over"] if passed else []),
            f"{self.refused_count} refused",
        ]
        print(
            f"files: {', '.join(counts)}; "
            f"landed {trips:,} trips, {dollars({'total_amount_cents': cents})}"
        )

    def _say(self, event: str, name: str, text: str = "", to=None) -> None:
        print(f"{event:<11} {name}" + (f": {text}" if text else ""), file=to)


def dollars(cents: dict[str, int | None]) -> str:
    """The sum of total_amount, as 1,093,070.80 dollars."""
    total = cents.get("total_amount_cents") or 0
    sign = "-" if total < 0 else ""
    return f"{sign}{abs(total) // 100:,}.{abs(total) % 100:02d} dollars"
