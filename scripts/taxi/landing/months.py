"""Landing month after month, while the files of later months are being fetched."""

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
from taxi.landing.records import goes_before
from taxi.landing.report import Report
from taxi.landing.sources import Unreadable


@dataclass(frozen=True)
class Months:
    """The months of one run.

    Attributes:
        landed: what is landed now; kept up to date.
    """

    fetcher: Fetcher
    lander: Lander
    landed: records.Months
    report: Report
    progress: RunProgress

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
        for claims, is_needed in zip(months, are_needed, strict=True):
            self._land_month(claims, next(arrivals) if is_needed else None)
        self.progress.end()

    def _land_month(self, claims: list[Plan], coming: Future[Brought] | None) -> None:
        """Let the best readable claim to a month have it; say so of the others."""
        holder = None
        for plan in claims:
            self.progress.begin(plan.file.name)
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
            coming = None

    def _land_file(
        self, plan: Plan, holder: TripFile | None, coming: Future[Brought] | None
    ) -> None:
        file = plan.file
        if not files.is_read(file.service):
            raise TaxiError(f"{file.service} is a service this project does not read")
        reason = f"{holder.name} has the month and goes before it" if holder else ""
        if plan.action == "leave":
            held = self.landed[file.service, file.month]
            raise PassedOver(reason) if holder else Unchanged(held)
        brought = self._brought(plan, holder, coming)
        try:
            self._land_brought(plan, brought, reason)
        except Unreadable:
            if not brought.is_from_cache:
                raise
            # It was spoilt on its way into the cache; its place may hold it whole.
            self._land_brought(plan, self.fetcher.bring(plan), reason)

    def _land_brought(self, plan: Plan, brought: Brought, reason: str) -> None:
        """Land a file that is here, unless there is a reason to pass it over."""
        name, origin = plan.file.name, plan.offer.address
        with brought:
            if brought.byte_count:
                self.report.fetch(name, origin, brought.byte_count)
            try:
                if reason:
                    self.lander.pass_over(brought.file, reason)
                self.report.land(self.lander.land(brought.file, self.landed))
            except (PassedOver, TaxiError) as error:
                if brought.entry or plan.offer.is_here:
                    self.report.drift.look_at(brought.file)
                if isinstance(error, Unreadable):
                    brought.drop()
                raise

    def _brought(
        self, plan: Plan, holder: TripFile | None, coming: Future[Brought] | None
    ) -> Brought:
        if coming:
            return coming.result()
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
