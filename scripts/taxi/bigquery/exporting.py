"""Exporting the published marts: plan, send, compare."""

from collections.abc import Callable
from dataclasses import dataclass

from taxi.bigquery.leftovers import Runs
from taxi.bigquery.marts import exported_marts
from taxi.bigquery.months import Months
from taxi.bigquery.places import check_places
from taxi.bigquery.plan import Plan, make_plan
from taxi.bigquery.sending import Sender
from taxi.bigquery.source import Notes
from taxi.bigquery.warehouse import Target, Warehouse
from taxi.bigquery.ways import way_of
from taxi.lake import Lake
from taxi.publishing.records import FAILED
from taxi.publishing.shown import Shown, read_shown


@dataclass(frozen=True)
class Request:
    """What is to be exported, and how.

    Attributes:
        tables: names of marts; None means all that are exported.
        is_creating: whether to create the dataset if it is missing.
        is_recreating: whether new tables take the place of those that are there.
        way: how rows get there, see `taxi.bigquery.ways`.
    """

    target: Target
    tables: list[str] | None
    months: Months
    is_creating: bool
    is_recreating: bool
    way: str


class Exporter:
    """Exports what a lake has published.

    Args:
        on_step: told what is being done, for progress.
        warn: told what somebody should know, in a line.

    Attributes:
        warehouse: where it goes.

    Raises:
        TaxiError: if nothing is published, or a mart cannot be exported.
    """

    def __init__(
        self,
        lake: Lake,
        request: Request,
        on_step: Callable[[str], None],
        warn: Callable[[str], None],
    ):
        self._request = request
        self._on_step = on_step
        self._runs = Runs(lake, warn)
        self._way = way_of(request.way, lake, on_step)
        on_step("reading the contracts")
        marts = exported_marts(request.tables)
        shown = read_shown(lake)
        if shown.newer:
            warn(_newer_line(shown))
        notes = Notes(lake.home / "exports" / "fingerprints")
        self._sources = [
            self._way.open(mart, shown.marts.open(mart.name), notes) for mart in marts
        ]
        self._labels = {
            "taxi_publication": str(shown.publication.publication_id),
            "taxi_build": str(shown.build.build_id),
            "taxi_commit": shown.build.git_commit or "unknown",
        }
        self.warehouse = Warehouse(request.target)

    def plan(self, is_sending: bool = False) -> list[Plan]:
        """What is to become of each table.

        Args:
            is_sending: whether the plans are to be sent.

        Raises:
            TaxiError: if the dataset or the bucket is missing, a table cannot take its
                mart's rows, or BigQuery refuses.
        """
        request = self._request
        check_places(self.warehouse, request.is_creating, is_sending)
        if is_sending:
            self._way.check()
        return [
            make_plan(
                self.warehouse,
                source,
                request.months,
                request.is_recreating,
                lambda month: self._on_step(f"{month}: comparing"),
            )
            for source in self._sources
        ]

    def send(self, plans: list[Plan]) -> dict[str, int | None]:
        """Let each table hold what its plan says.

        Returns:
            The bytes sent, by mart; None where they are not known.

        Raises:
            TaxiError: if BigQuery refuses, or what arrives is not what was sent.
        """
        sender = Sender(self.warehouse, self._labels, self._on_step)
        marts = [plan.mart.name for plan in plans if plan.is_staged]
        sizes = {}
        if any(plan.is_sending for plan in plans):
            with self._runs.begin(self.warehouse, marts) as run:
                sizes = sender.send(plans, run, self._way.fill)
        for plan in plans:
            sender.describe(plan)
        return sizes

    def clear_left_behind(self) -> None:
        """Delete what exports that were killed left."""
        self._on_step("clearing up after killed exports")
        self._runs.clear_left_behind(Warehouse)


def _newer_line(shown: Shown) -> str:
    newer = shown.newer
    said = "failed" if newer.outcome == FAILED else "was not published"
    return (
        f"build {newer.build_id} of {newer.started_at[:19]}Z {said}; what is exported "
        f"is build {shown.build.build_id}"
    )
