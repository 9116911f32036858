"""One run: every wanted file of a place, fetched where it must be, and landed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from taxi.fetching.offers import Description, Offer, Wanted
from taxi.fetching.plans import find_offers, name_missing
from taxi.fetching.progress import RunProgress
from taxi.fetching.setting import Fetching
from taxi.lake import Lake
from taxi.landing import commits, records
from taxi.landing.dry_run import foresee, recorded_without_writing
from taxi.landing.land import LANDING_RULES_VERSION, Lander
from taxi.landing.months import Months
from taxi.landing.records import recorded
from taxi.landing.report import Report
from taxi.landing.tables import Tables, open_lake_tables
from taxi.landing.workers import jobs_for
from taxi.locks import LakeLock


@dataclass(frozen=True)
class Wishes:
    """What a run is to land.

    Attributes:
        fetching: where the files are, and how they are brought here.
        wanted: which of them are wanted.
        max_bad_values: how many values of a file may be unreadable.
        may_displace: whether a file may replace a better one of an earlier run.
        is_dry_run: whether only to say what would be done.
        form: how the run reports; see `Report`.
        wait_seconds: how long to wait for a lake that is busy at first; None waits on.
        jobs: how many files are read at once, at most; None for one for each core.
    """

    fetching: Fetching
    wanted: Wanted = field(default_factory=Wanted)
    max_bad_values: int = 0
    may_displace: bool = False
    is_dry_run: bool = False
    form: str = "text"
    wait_seconds: float | None = 0
    jobs: int | None = None


def run(lake: Lake, wishes: Wishes) -> Report:
    """Land what is wanted, file by file, and say how each fared.

    Raises:
        TaxiError: if there is nothing to land, or the lake is busy or cannot be used.
    """
    report = Report(wishes.form)
    progress = RunProgress("ingest", wishes.form == "quiet")
    with (
        report.concluding(),
        progress,
        wishes.fetching.open(lake, progress) as fetcher,
    ):
        offers, odd_names = find_offers(fetcher.place, wishes.wanted)
        tables = None
        if not wishes.is_dry_run:
            tables = _repaired_tables(lake, wishes.wait_seconds, report)
        for error in odd_names:
            report.refuse(*str(error).split(": ", 1))
        landed = recorded(tables) if tables else recorded_without_writing(lake)
        plans = fetcher.survey(offers, _knows(landed))
        name_missing(plans, wishes.wanted, fetcher.place, report)
        if tables is None:
            foresee(plans, landed, wishes.may_displace, report)
            return report
        lander = Lander(
            tables,
            lake,
            wishes.max_bad_values,
            wishes.may_displace,
            progress.advance,
        )
        jobs = jobs_for(wishes.jobs)
        Months(fetcher, lander, landed, report, progress, jobs).land(plans)
    report.sum_up()
    return report


def _repaired_tables(lake: Lake, wait_seconds: float | None, report: Report) -> Tables:
    """The landed tables, without what a run left that was killed."""
    with LakeLock(lake, "ingest", alone=False, wait_seconds=wait_seconds):
        tables = open_lake_tables(lake)
        for landing in commits.repair(tables):
            report.repair(landing)
        commits.clear_leftovers(tables, lake.root)
    return tables


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
