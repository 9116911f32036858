"""Which landed months the marts do not show yet, and what brings them there.

A month is landed by ingest.py, built by dbt and published by publish.py, and each of
the three can be ahead of the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from taxi.building.conditions import ServiceMonth, in_reach
from taxi.building.held import read_held, read_landed
from taxi.catalog import MARTS, PUBLISHED, read_locations, reading
from taxi.lake import Lake
from taxi.publishing.reading import open_version

# How far a pickup may lie from the month of its file, in days, as the macro
# days_beyond_source_month says.
REACH_DAYS = 31

# What a month waits for, with what to do about it.
_NOT_BUILT = "landed but not built: run dbt build"
_BUILT_BEFORE = "landed anew but not built since: run dbt build"
_NOT_TAKEN_OUT = "withdrawn but still in the marts: run dbt build"
_NOT_PUBLISHED = "built but not published: run python scripts/publish.py"

# Months that a line names one by one.
_NAMED_MONTHS = 3


@dataclass(frozen=True)
class Waiting:
    """A month of TLC's files that readers do not see as it is landed.

    Attributes:
        state: how far it came, and what to do.
    """

    month: ServiceMonth
    state: str

    @property
    def is_built(self) -> bool:
        return self.state == _NOT_PUBLISHED

    def can_bring(self, service: str, revenue_month: date) -> bool:
        """Whether the file may hold trips that were picked up in a month."""
        reached = in_reach([self.month.month], REACH_DAYS)
        return self.month.service == service and revenue_month in reached

    def as_record(self) -> dict[str, str]:
        """What it is, for a program."""
        state, _, advice = self.state.partition(": run ")
        return {
            "service_type": self.month.service,
            "source_month": f"{self.month.month:%Y-%m}",
            "state": state,
            "run": advice,
        }


def read_waiting(lake: Lake) -> list[Waiting]:
    """The months that wait, in their order.

    Raises:
        TaxiError: if there is no lake, or a metadata file of it is gone.
    """
    with reading(lake) as connection:
        built, published = (
            _read_ledger(read_locations(connection, schema))
            for schema in (MARTS, PUBLISHED)
        )
    catalog = lake.open_existing()
    landed, held = read_landed(catalog).contents, read_held(catalog).contents
    found = {
        month: Waiting(month, _why_not_built(month in landed, month in held))
        for month in landed.keys() | held.keys()
        if landed.get(month) != held.get(month)
    }
    for month in built.keys() | published.keys():
        if month not in found and built.get(month) != published.get(month):
            found[month] = Waiting(month, _NOT_PUBLISHED)
    return [found[month] for month in sorted(found)]


def waiting_lines(waiting: Iterable[Waiting]) -> list[str]:
    """A line for each state, for a person."""
    by_state: dict[str, list[str]] = {}
    for one in waiting:
        by_state.setdefault(one.state, []).append(str(one.month))
    return [_line(names, state) for state, names in by_state.items()]


def _why_not_built(is_landed: bool, is_held: bool) -> str:
    if not is_landed:
        return _NOT_TAKEN_OUT
    return _BUILT_BEFORE if is_held else _NOT_BUILT


def _read_ledger(locations: dict[str, str]) -> dict[ServiceMonth, tuple]:
    """The content of each month that a schema's marts show."""
    columns = ("service_type", "source_month", "sha256", "landed_at")
    if "fct_source_months" not in locations:
        return {}
    table = open_version(locations["fct_source_months"])
    # One of an older layout is built anew before anything else is.
    if not set(columns) <= set(table.schema().column_names):
        return {}
    rows = table.scan(selected_fields=columns).to_arrow().to_pylist()
    return {
        ServiceMonth(row["service_type"], row["source_month"]): (
            row["sha256"],
            row["landed_at"],
        )
        for row in rows
    }


def _line(names: list[str], state: str) -> str:
    if len(names) > _NAMED_MONTHS:
        return f"{len(names)} months, {names[0]} to {names[-1]}, are {state}"
    if len(names) == 1:
        return f"{names[0]} is {state}"
    return f"{', '.join(names[:-1])} and {names[-1]} are {state}"
