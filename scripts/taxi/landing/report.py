"""What a run says: one line per file, and a summary."""

import sys
from dataclasses import dataclass, field
from datetime import date

from taxi.landing.diff import Difference
from taxi.landing.files import TripFile
from taxi.landing.records import Landing


@dataclass
class Report:
    """Says how each file fared, and counts.

    Landed, unchanged and passed-over files are results and go to stdout; refused ones
    go to stderr.
    """

    landed: list[Landing] = field(default_factory=list)
    unchanged_count: int = 0
    passed_over_count: int = 0
    refused_count: int = 0

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

    def withdraw(self, withdrawal: Landing) -> None:
        self._say(
            "withdrawn",
            withdrawal.source_file,
            f"{withdrawal.row_count:,} trips, {dollars(withdrawal.cents)}",
        )

    def leave(self, file: TripFile) -> None:
        self.unchanged_count += 1
        self._say("unchanged", file.name)

    def pass_over(self, file: TripFile, reason: str) -> None:
        self.passed_over_count += 1
        self._say("passed over", file.name, reason)

    def repair(self, landing: Landing) -> None:
        self._say("repaired", landing.source_file, "its landing had been cut off")

    def refuse(self, name: str, reason: str) -> None:
        self.refused_count += 1
        self._say("refused", name, reason, to=sys.stderr)

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


def print_difference(service: str, month: date, difference: Difference | None) -> None:
    """Say how a month differs from what it was before it was last changed."""
    if difference is None:
        print(f"{service} {month:%Y-%m} was landed once; there is nothing to compare")
        return
    counts, last = difference.counts, difference.last
    print(
        f"{service} {month:%Y-%m}, {last.event} at {last.landed_at:%Y-%m-%d %H:%M:%S}Z"
    )
    for name in ("before", "after"):
        landing = getattr(difference, name)
        told = f"{landing.source_file}, SHA-256 {landing.sha256}" if landing else "none"
        print(f"{name:<7} {counts[name]:,} rows, {told}")
    print(
        f"rows    {counts['added']:,} added, {counts['gone']:,} gone; of these, "
        f"{counts['altered']:,} pairs are one row that was altered"
    )
    print(f"{'dollars':<22}{'before':>18}{'after':>18}{'change':>16}")
    for name, (before, after) in difference.sums.items():
        print(f"{name:<22}{before:>18,.2f}{after:>18,.2f}{after - before:>+16,.2f}")


def dollars(cents: dict[str, int | None]) -> str:
    """The sum of total_amount, as 1,093,070.80 dollars."""
    total = cents.get("total_amount_cents") or 0
    sign = "-" if total < 0 else ""
    return f"{sign}{abs(total) // 100:,}.{abs(total) % 100:02d} dollars"
