"""One run: every file of a folder that stands for a wanted month."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.landing import commits, files
from taxi.landing.files import TripFile
from taxi.landing.land import Lander, PassedOver, Unchanged
from taxi.landing.records import Months, recorded
from taxi.landing.report import Report
from taxi.landing.tables import open_lake_tables
from taxi.locks import LakeLock
from taxi.progress import RowProgress


@dataclass(frozen=True)
class Wishes:
    """What a run is to land.

    Attributes:
        folder: where the files are.
        services: services wanted, or None for all.
        first, last: months wanted, both included, as their first days.
        max_bad_values: how many values of a file may be unreadable.
        may_displace: whether a file may replace a better one of an earlier run.
        wait_seconds: how long to wait for a lake that is busy at first; None waits on.
    """

    folder: Path
    services: frozenset[str] | None = None
    first: date = date.min
    last: date = date.max
    max_bad_values: int = 0
    may_displace: bool = False
    wait_seconds: float | None = 0

    def include(self, file: TripFile) -> bool:
        is_wanted = self.services is None or file.service in self.services
        return is_wanted and self.first <= file.month <= self.last


def run(lake: Lake, wishes: Wishes) -> Report:
    """Land what is wanted, file by file, and say how each fared.

    Raises:
        TaxiError: if there is nothing to land, or the lake cannot be used.
    """
    found, odd_names = files.find(wishes.folder)
    wanted = [file for file in found if wishes.include(file)]
    if not wanted and not odd_names:
        raise TaxiError(
            f"{wishes.folder} holds no wanted file of trips "
            "(such as green_tripdata_2023-01.parquet)"
        )
    report = Report()
    with LakeLock(lake, "ingest", alone=False, wait_seconds=wishes.wait_seconds):
        tables = open_lake_tables(lake)
        for landing in commits.repair(tables):
            report.repair(landing)
        commits.clear_leftovers(tables, lake.root)
    for error in odd_names:
        report.refuse(*str(error).split(": ", 1))
    landed = recorded(tables)
    with RowProgress() as progress:
        lander = Lander(
            tables,
            lake,
            wishes.max_bad_values,
            wishes.may_displace,
            progress.advance,
        )
        for claims in files.by_month(wanted):
            _land_month(claims, lander, landed, report, progress)
    report.sum_up()
    return report


def _land_month(
    claims: list[TripFile],
    lander: Lander,
    landed: Months,
    report: Report,
    progress: RowProgress,
) -> None:
    """Let the best readable claim to a month have it; say so of the others."""
    holder = None
    for file in claims:
        progress.begin(file.name)
        try:
            if not files.is_read(file.service):
                raise TaxiError(
                    f"{file.service} is a service this project does not read"
                )
            if holder:
                lander.pass_over(
                    file, f"{holder.name} has the month and goes before it"
                )
            report.land(lander.land(file, landed))
            holder = file
        except Unchanged as found:
            report.leave(file, found.held)
            holder = file
        except PassedOver as reason:
            report.pass_over(file, str(reason))
        except TaxiError as error:
            report.refuse(file.name, str(error), file)
