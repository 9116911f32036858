"""What a run says: one line per file, and a summary; or the same as JSON."""

from dataclasses import dataclass, field
from datetime import date

from rich.filesize import decimal

from taxi.landing.diff import Difference
from taxi.landing.drift import Drift
from taxi.landing.files import TripFile
from taxi.landing.records import Landing
from taxi.telling import Teller, as_facts, listed


@dataclass
class Report(Teller):
    """Says how each file fared, and counts.

    Attributes:
        drift: how each file differs from those of today.
    """

    landed: list[Landing] = field(default_factory=list)
    unchanged_count: int = 0
    passed_over_count: int = 0
    fetched_byte_count: int = 0
    drift: Drift = field(default_factory=Drift)

    def fetch(self, name: str, origin: str, byte_count: int) -> None:
        self.fetched_byte_count += byte_count
        if self.form == "text":
            self.say("fetched", name, f"{decimal(byte_count)} from {origin}")

    def land(self, landing: Landing) -> None:
        self.landed.append(landing)
        parts = [f"{landing.row_count:,} trips", dollars(landing.cents)]
        if landing.unreadable_value_count:
            parts.append(f"{landing.unreadable_value_count:,} unreadable values")
        if landing.unknown_columns:
            parts.append(f"not landed: {', '.join(landing.unknown_columns)}")
        self.say(landing.event, landing.source_file, ", ".join(parts), _facts(landing))
        for adaptation in landing.adaptations:
            self.detail(adaptation)
        for name in landing.unknown_columns:
            self.warn(
                "warning",
                landing.source_file,
                f"nobody knows column {name}, which was not landed; "
                "keep the file to land it later",
            )
        self.drift.add_landing(landing, landing.source_file, landing.event)

    def withdraw(self, withdrawal: Landing) -> None:
        """Say what was taken out."""
        trips = f"{withdrawal.row_count:,} trips, {dollars(withdrawal.cents)}"
        self.say("withdrawn", withdrawal.source_file, trips, _facts(withdrawal))

    def leave(self, file: TripFile, held: Landing) -> None:
        self.unchanged_count += 1
        self.say("unchanged", file.name)
        self.drift.add_landing(held, file.name, "unchanged")

    def pass_over(self, file: TripFile, reason: str) -> None:
        self.passed_over_count += 1
        self.say("passed over", file.name, reason)
        self.drift.add_other(file.name, "passed over", reason)

    def repair(self, landing: Landing) -> None:
        self.say("repaired", landing.source_file, "its landing had been cut off")

    def refuse(self, name: str, reason: str) -> None:
        super().refuse(name, reason)
        self.drift.add_other(name, "refused", reason)

    def refuse_together(self, names: list[str], reason: str) -> None:
        super().refuse_together(names, reason)
        for name in names:
            self.drift.add_other(name, "refused", reason)

    def ignore(self, names: list[str], reason: str) -> None:
        super().ignore(names, reason)
        for name in names:
            self.drift.add_other(name, "ignored", reason)

    def foresee(self, event: str, name: str, size: int | None, origin: str) -> None:
        """Say what a run would do about a file."""
        shown = "size not known" if size is None else decimal(size)
        facts = {"bytes": size, "origin": origin}
        self.say(event, name, f"{shown}, {origin}", facts)

    def sum_up(self) -> None:
        """Print the summary."""
        trips = sum(landing.row_count for landing in self.landed)
        cents = sum(one.cents.get("total_amount_cents") or 0 for one in self.landed)
        counts = {
            "landed": len(self.landed),
            "unchanged": self.unchanged_count,
            "passed over": self.passed_over_count,
            "missing": self.missing_count,
            "ignored": self.ignored_count,
            "refused": self.refused_count,
        }
        facts = as_facts(counts) | {
            "fetched_bytes": self.fetched_byte_count,
            "rows": trips,
            "total_amount_cents": cents,
        }
        fetched = self.fetched_byte_count
        self.conclude(
            f"files: {listed(counts, seldom=('passed over', 'missing', 'ignored'))}; "
            + (f"fetched {decimal(fetched)}; " if fetched else "")
            + f"landed {trips:,} trips, {dollars({'total_amount_cents': cents})}",
            facts,
        )

    def conclude_dry_run(
        self, land_count: int, fetch_count: int, byte_count: int
    ) -> None:
        """Print the summary of a run that does nothing.

        Args:
            land_count: files that are here, to be landed.
            fetch_count, byte_count: of those that are to be fetched, and landed then.
        """
        counts = {
            "unchanged": self.unchanged_count,
            "passed over": self.passed_over_count,
            "missing": self.missing_count,
            "ignored": self.ignored_count,
            "refused": self.refused_count,
        }
        facts = {"land": land_count, "fetch": fetch_count, "fetch_bytes": byte_count}
        todo = [f"{fetch_count} files to fetch, {decimal(byte_count)}"] * bool(
            fetch_count
        )
        todo += [f"{land_count} files to land"] * bool(land_count)
        others = listed(counts, seldom=tuple(counts))
        self.conclude(
            f"a dry run: {', '.join(todo) or 'nothing to fetch or land'}; "
            f"nothing was fetched or landed{others and '; '}{others}",
            facts | as_facts(counts),
        )


def _facts(landing: Landing) -> dict:
    """A landing as programs are told of it."""
    return {
        "service": landing.service_type,
        "month": f"{landing.source_month:%Y-%m}",
        "origin": landing.origin,
        "etag": landing.etag,
        "bytes": landing.byte_count,
        "sha256": landing.sha256,
        "rows": landing.row_count,
        "total_amount_cents": landing.cents.get("total_amount_cents"),
        "unreadable_values": landing.unreadable_value_count,
        "unknown_columns": landing.unknown_columns,
        "adaptations": landing.adaptations,
    }


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
