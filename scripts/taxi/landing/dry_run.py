"""What a run would do, said without doing it."""

from contextlib import suppress
from dataclasses import dataclass, field

from taxi.catalog import LANDED
from taxi.errors import TaxiError
from taxi.fetching.cache import sha256_of
from taxi.fetching.plans import Plan
from taxi.lake import Lake
from taxi.landing import checks, files
from taxi.landing.files import TripFile
from taxi.landing.layouts import match
from taxi.landing.ledger import Ledger
from taxi.landing.reading import OnRows, open_source, read_typed, reasons_of
from taxi.landing.records import (
    Landing,
    Months,
    displaces,
    goes_before,
    recorded_in,
)
from taxi.landing.report import Report
from taxi.landing.sources import stamp

_EVENTS = {"fetch": "to fetch", "use": "to land"}


def recorded_without_writing(lake: Lake) -> Months:
    """What is landed; a lake that is not there stays so."""
    name = f"{LANDED}.source_files"
    if not lake.database.exists():
        return {}
    catalog = lake.open_existing()
    return recorded_in(catalog.load_table(name)) if catalog.table_exists(name) else {}


@dataclass
class Foresight:
    """Says what is to be done about each file.

    A file that is here is read as a run reads it, so that it is refused as well.

    Attributes:
        landed: what is landed.
        max_bad_values, may_displace, is_anew, on_rows: as of a `Lander`.
    """

    landed: Months
    report: Report
    max_bad_values: int = 0
    may_displace: bool = False
    is_anew: bool = False
    on_rows: OnRows = lambda name, read, total: None
    _known: checks.Known = field(init=False)
    _done: dict[str, list[Plan]] = field(init=False)

    def __post_init__(self):
        self._known = checks.known_bytes(self.landed)
        self._done = {"fetch": [], "use": []}

    def foresee(self, plans: list[Plan]) -> None:
        """Say it of every file, and sum up."""
        there = [plan for plan in plans if plan.action != "miss"]
        for claims in files.by_month(there, lambda plan: plan.file):
            holder = None
            for plan in claims:
                try:
                    if self._look_at(plan, holder):
                        holder = plan.file
                except TaxiError as error:
                    self.report.refuse(plan.file.name, str(error))
                    if plan.action == "refuse":
                        # Nothing is known against it; see `Months`.
                        break
        fetched = self._done["fetch"]
        size = sum(plan.description.size or 0 for plan in fetched)
        self.report.conclude_dry_run(len(self._done["use"]), len(fetched), size)

    def _look_at(self, plan: Plan, holder: TripFile | None) -> bool:
        """Say what is to be done about a file. Return whether it takes its month.

        Raises:
            TaxiError: if it is to be refused.
        """
        file = plan.file
        held = self.landed.get((file.service, file.month))
        if plan.action == "refuse":
            raise TaxiError(plan.reason)
        if not files.is_read(file.service):
            raise TaxiError(f"{file.service} is a service this project does not read")
        is_beaten = not self.may_displace and goes_before(held, file)
        if holder or is_beaten:
            if file.format == "parquet" and plan.offer.is_here:
                stamp(file.path)
                match(file.service, open_source(file).columns)
            reason = files.goes_first(holder, file) if holder else displaces(held)
            self.report.pass_over(file, reason)
            return False
        if plan.action == "leave" or self._is_landed(plan, held):
            self.report.leave(file, held)
            return True
        if plan.offer.is_here:
            self._examine(file, held)
        self._done[plan.action].append(plan)
        size, address = plan.description.size, plan.offer.address
        self.report.foresee(_EVENTS[plan.action], file.name, size, address)
        return True

    def _is_landed(self, plan: Plan, held: Landing | None) -> bool:
        if not held or self.is_anew or not plan.offer.is_here:
            return False
        with suppress(OSError):
            return sha256_of(plan.file.path) == held.sha256
        return False

    def _examine(self, file: TripFile, held: Landing | None) -> None:
        """Read a file as landing does, and leave nothing of it.

        Raises:
            TaxiError: if it would not land.
        """
        stamp(file.path)
        sha256 = sha256_of(file.path)
        source = open_source(file)
        most = self.max_bad_values
        if self.is_anew and held:
            most = max(most, held.unreadable_value_count)
        ledger = Ledger(most, reasons_of(file))
        layout = match(file.service, source.columns)
        read_typed(file, source, layout, ledger, self.on_rows)
        checks.refuse_known_bytes(file, sha256, self._known)
        if not self.may_displace:
            checks.refuse_lost_rows(ledger.row_count, held)
        self._known[file.service, file.month] = sha256, file.name
