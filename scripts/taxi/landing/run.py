"""One run: every wanted file of a place, fetched where it must be, and landed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from taxi.fetching.fetcher import Fetcher
from taxi.fetching.offers import Description, Offer, Wanted
from taxi.fetching.plans import Plan, find_offers, name_missing
from taxi.fetching.progress import RunProgress
from taxi.fetching.setting import Fetching
from taxi.lake import Lake
from taxi.landing import files, records
from taxi.landing.claims import doubtful
from taxi.landing.dry_run import Foresight, recorded_without_writing
from taxi.landing.land import LANDING_RULES_VERSION, Lander
from taxi.landing.months import Months
from taxi.landing.records import recorded
from taxi.landing.recovery import recover
from taxi.landing.report import Report
from taxi.landing.tables import Tables
from taxi.landing.workers import jobs_for


@dataclass(frozen=True)
class Wishes:
    """What a run is to land.

    Attributes:
        fetching: where the files are, and how they are brought here.
        wanted: which of them are wanted.
        max_bad_values: how many values of a file may be unreadable.
        may_displace: whether a file may replace a better or far longer one of an
            earlier run.
        is_dry_run: whether only to say what would be done.
        form: how the run reports; see `Report`.
        wait_seconds: how long to wait for a lake that is busy at first; None waits on.
        jobs: how many files are read at once, at most; None for one for each core.
        ignores_others: whether files whose names tell no month are no fault.
    """

    fetching: Fetching
    wanted: Wanted = field(default_factory=Wanted)
    max_bad_values: int = 0
    may_displace: bool = False
    is_dry_run: bool = False
    form: str = "text"
    wait_seconds: float | None = 0
    jobs: int | None = None
    ignores_others: bool = False


def run(lake: Lake, wishes: Wishes) -> Report:
    """Land what is wanted, file by file, and say how each fared.

    Raises:
        TaxiError: if there is nothing to land, or the lake is busy or cannot be used.
    """
    one = Run(lake, wishes)
    with one.shown(), wishes.fetching.open(lake, one.progress) as fetcher:
        offers = find_offers(
            fetcher.place, wishes.wanted, one.report, wishes.ignores_others
        )
        offers = _of_services_read(offers, one.report)
        one.open_lake()
        one.land(fetcher, offers, _knows(one.landed))
    return one.report


class Run:
    """A run under way.

    Attributes:
        tables: the landed tables, once the lake is open; None in a dry run.
        landed: what they say is landed.
    """

    def __init__(self, lake: Lake, wishes: Wishes):
        self.report = Report(wishes.form)
        self.progress = RunProgress("ingest", wishes.form == "quiet")
        self.tables: Tables | None = None
        self.landed: records.Months = {}
        self._lake = lake
        self._wishes = wishes

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show how it goes, and tell programs why it failed, if it does."""
        with self.report.concluding(), self.progress:
            yield

    def open_lake(self) -> None:
        """Look at what is landed, and finish what a run left that was killed.

        Raises:
            TaxiError: if the lake is busy or cannot be used.
        """
        if self._wishes.is_dry_run:
            self.landed = recorded_without_writing(self._lake)
            return
        self.tables, repaired = recover(self._lake, "ingest", self._wishes.wait_seconds)
        for landing in repaired:
            self.report.repair(landing)
        self.landed = recorded(self.tables)

    def land(
        self,
        fetcher: Fetcher,
        offers: list[Offer],
        is_known: Callable[[Offer, Description], bool],
        is_anew: bool = False,
    ) -> None:
        """Land what is offered, or say what would land.

        Args:
            is_known: whether a file that is described so needs nothing more.
            is_anew: as of a `Lander`.

        Raises:
            TaxiError: if nothing of it is there.
        """
        wishes = self._wishes
        plans = fetcher.survey(offers, is_known)
        name_missing(plans, wishes.wanted, fetcher.place, self.report)
        plans = _without_parts(plans, self.report)
        if self.tables is None:
            foresight = Foresight(
                self.landed,
                self.report,
                wishes.max_bad_values,
                wishes.may_displace,
                is_anew,
                self.progress.advance,
            )
            foresight.foresee(plans)
            return
        lander = Lander(
            self.tables,
            self._lake,
            wishes.max_bad_values,
            wishes.may_displace,
            is_anew,
            self.progress.advance,
        )
        jobs = jobs_for(wishes.jobs)
        months = Months(fetcher, lander, self.landed, self.report, self.progress, jobs)
        months.land(plans)
        self.report.sum_up()


def _of_services_read(offers: list[Offer], report: Report) -> list[Offer]:
    """The offers of services that are read; of the others all names are said once."""
    read = [offer for offer in offers if files.is_read(offer.file.service)]
    others = [offer for offer in offers if not files.is_read(offer.file.service)]
    if not read or not others:
        # A place that holds nothing else was surely named by mistake.
        return offers
    services = " and ".join(sorted({offer.file.service for offer in others}))
    names = [offer.name for offer in others]
    report.ignore(names, f"{services}: this project reads green and yellow alone")
    return read


def _without_parts(plans: list[Plan], report: Report) -> list[Plan]:
    """The plans without files that may be parts of a month, which are refused."""
    refused = []
    for group in doubtful(plans):
        file = group[0].file
        report.refuse_together(
            [plan.file.folders or plan.file.name for plan in group],
            f"each may be a part of {file.service} {file.month:%Y-%m}; leave one file "
            f"there that holds the whole month",
        )
        refused += group
    return [plan for plan in plans if plan not in refused]


def _knows(landed: records.Months) -> Callable[[Offer, Description], bool]:
    """Tells whether a file that is described so is landed, by the same rules."""

    def is_landed(offer: Offer, found: Description) -> bool:
        held = landed.get((offer.file.service, offer.file.month))
        if held is None or held.landing_rules_version != LANDING_RULES_VERSION:
            return False
        if found.sha256 is not None:
            return found.sha256 == held.sha256
        described = Description(held.byte_count, held.etag)
        return held.origin == offer.address and described.is_same_as(found)

    return is_landed
