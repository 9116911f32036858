"""What a run would do, said without doing it."""

from taxi.catalog import LANDED
from taxi.fetching.cache import sha256_of
from taxi.fetching.plans import Plan
from taxi.lake import Lake
from taxi.landing import files
from taxi.landing.records import (
    Landing,
    Months,
    displaces,
    goes_before,
    recorded_in,
)
from taxi.landing.report import Report

_EVENTS = {"fetch": "to fetch", "use": "to land"}


def recorded_without_writing(lake: Lake) -> Months:
    """What is landed; a lake that is not there stays so."""
    name = f"{LANDED}.source_files"
    if not lake.database.exists():
        return {}
    catalog = lake.open_existing()
    return recorded_in(catalog.load_table(name)) if catalog.table_exists(name) else {}


def foresee(
    plans: list[Plan],
    landed: Months,
    report: Report,
    may_displace: bool = False,
    is_anew: bool = False,
) -> None:
    """Say what is to be done about each file.

    Args:
        may_displace, is_anew: as of a `Lander`.
    """
    there = [plan for plan in plans if plan.action != "miss"]
    fetched = []
    for claims in files.by_month(there, lambda plan: plan.file):
        holder = None
        for plan in claims:
            held = landed.get((plan.file.service, plan.file.month))
            if plan.action == "refuse":
                report.refuse(plan.file.name, plan.reason)
            elif not files.is_read(plan.file.service):
                report.refuse(
                    plan.file.name,
                    f"{plan.file.service} is a service this project does not read",
                )
            elif holder:
                reason = f"{holder.name} has the month and goes before it"
                report.pass_over(plan.file, reason)
            elif not may_displace and goes_before(held, plan.file):
                report.pass_over(plan.file, displaces(held))
            else:
                holder = plan.file
                fetched += [plan] if plan.action == "fetch" else []
                _foresee(plan, None if is_anew else held, report)
    size = sum(plan.description.size or 0 for plan in fetched)
    report.conclude_dry_run(len(fetched), size)


def _foresee(plan: Plan, held: Landing | None, report: Report) -> None:
    is_here = plan.offer.is_here and plan.file.path.is_file()
    is_same = held and is_here and sha256_of(plan.file.path) == held.sha256
    if plan.action == "leave" or is_same:
        report.leave(plan.file, held)
        return
    report.foresee(
        _EVENTS[plan.action], plan.file.name, plan.description.size, plan.offer.address
    )
