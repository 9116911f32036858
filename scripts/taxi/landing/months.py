"""Landing month after month, while those that follow are being fetched and read."""

from concurrent.futures import Future
from dataclasses import dataclass

from taxi.errors import TaxiError
from taxi.fetching.fetcher import Brought, Fetcher, NotFetched
from taxi.fetching.offers import Missing
from taxi.fetching.plans import Plan
from taxi.fetching.progress import RunProgress
from taxi.landing import files, records
from taxi.landing.files import TripFile
from taxi.landing.land import Lander, PassedOver, Unchanged
from taxi.landing.reading import Reading
from taxi.landing.records import Landing, goes_before
from taxi.landing.report import Report
from taxi.landing.sources import Unreadable
from taxi.landing.workers import Coming, Workers


@dataclass(frozen=True)
class Months:
    """The months of one run.

    Attributes:
        landed: what is landed now; kept up to date.
        jobs: how many files are read at once.
    """

    fetcher: Fetcher
    lander: Lander
    landed: records.Months
    report: Report
    progress: RunProgress
    jobs: int

    def land(self, plans: list[Plan]) -> None:
        """Land what was planned, and say how each file fared.

        Months go in their order, whichever file arrives first: a run says and records
        the same each time.
        """
        months = files.by_month(
            [plan for plan in plans if plan.action != "miss"], lambda plan: plan.file
        )
        are_needed = [self._is_needed(claims[0], None) for claims in months]
        needed = [
            m[0] for m, is_needed in zip(months, are_needed, strict=True) if is_needed
        ]
        arrivals = self.fetcher.arrivals(needed)
        held = [self.landed.get((one.file.service, one.file.month)) for one in needed]
        with Workers(self.lander, self.jobs) as workers:
            ahead = workers.in_order(zip(arrivals, held, strict=True))
            for claims, is_needed in zip(months, are_needed, strict=True):
                self._land_month(claims, next(ahead) if is_needed else None)

    def _land_month(self, claims: list[Plan], coming: Coming | None) -> None:
        """Let the best readable claim to a month have it; say so of the others."""
        holder = None
        for plan in claims:
            try:
                self._land_file(plan, holder, coming)
                holder = plan.file
            except Unchanged as found:
                self.report.leave(plan.file, found.held)
                holder = plan.file
            except PassedOver as reason:
                self.report.pass_over(plan.file, str(reason))
            except Missing as reason:
                self.report.miss(plan.file.name, str(reason))
            except NotFetched as error:
                self.report.refuse(plan.file.name, str(error))
                # Nothing is known against it, so no other file takes its month.
                return
            except TaxiError as error:
                self.report.refuse(plan.file.name, str(error))
            finally:
                self.progress.end(plan.file.name)
            coming = None

    def _land_file(
        self, plan: Plan, holder: TripFile | None, coming: Coming | None
    ) -> None:
        file = plan.file
        if not files.is_read(file.service):
            raise TaxiError(f"{file.service} is a service this project does not read")
        reason = files.goes_first(holder, file) if holder else ""
        if plan.action == "leave":
            held = self.landed[file.service, file.month]
            raise PassedOver(reason) if holder else Unchanged(held)
        brought = coming[0].result() if coming else self._brought(plan, holder)
        try:
            self._land_brought(plan, brought, reason, coming and coming[1])
        except Unreadable:
            if not brought.is_from_cache:
                raise
            # It was spoilt on its way into the cache; its place may hold it whole.
            self._land_brought(plan, self.fetcher.bring(plan), reason)

    def _land_brought(
        self,
        plan: Plan,
        brought: Brought,
        reason: str,
        reading: Future[Reading] | None = None,
    ) -> None:
        """Land a file that is here, unless there is a reason to pass it over."""
        name, origin = plan.file.name, plan.offer.address
        with brought:
            if brought.byte_count:
                self.report.fetch(name, origin, brought.byte_count)
            try:
                if reason:
                    self.lander.pass_over(brought.file, reason)
                self.report.land(self._landing(brought.file, reading))
            except (PassedOver, TaxiError) as error:
                if brought.entry or plan.offer.is_here:
                    self.report.drift.look_at(brought.file)
                if isinstance(error, Unreadable):
                    brought.drop()
                raise

    def _landing(self, file: TripFile, reading: Future[Reading] | None) -> Landing:
        if reading is None:
            return self.lander.land(file, self.landed)
        with reading.result() as read:
            return self.lander.commit(read, self.landed)

    def _brought(self, plan: Plan, holder: TripFile | None) -> Brought:
        if self._is_needed(plan, holder):
            return self.fetcher.bring(plan)
        return Brought(plan.file, plan.description)

    def _is_needed(self, plan: Plan, holder: TripFile | None) -> bool:
        """Whether it takes a file's bytes to decide about it.

        A CSV gives way by its name alone; see `Lander.pass_over` for a second parquet.
        """
        file = plan.file
        if plan.action == "leave" or not files.is_read(file.service):
            return False
        held = self.landed.get((file.service, file.month))
        is_beaten = not self.lander.may_displace and goes_before(held, file)
        return file.format == "parquet" or not (holder or is_beaten)
