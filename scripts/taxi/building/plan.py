"""What a build loads: the months that changed, or all where the logic did."""

from dataclasses import dataclass
from datetime import date

from pyiceberg.catalog.sql import SqlCatalog

from taxi.building.batches import (
    ROWS_PER_STATEMENT,
    checked_bound,
    conditions_of,
    in_batches,
)
from taxi.building.conditions import (
    EVERY_ROW,
    NO_ROW,
    ServiceMonth,
    in_reach,
    of_months,
    of_service_months,
    revenue_rows,
    within_months,
)
from taxi.building.held import LOADED_MONTHS, read_held, read_landed
from taxi.building.logic import Logic
from taxi.building.recorded import LOGIC, UNKNOWN, Recorded, read_recorded

# The bound of dbt_project.yml, for a project that does not set it.
_ROWS_PER_STATEMENT = 20_000_000


@dataclass(frozen=True)
class Command:
    """The command of dbt that a plan is for.

    Attributes:
        selected: ids of the nodes that it selects.
        runs_tests: whether it runs the tests it selects.
        is_full_refresh: whether it replaces everything.
        is_empty: whether it builds tables without rows.
    """

    selected: frozenset[str]
    runs_tests: bool
    is_full_refresh: bool = False
    is_empty: bool = False


@dataclass(frozen=True)
class Plan:
    """What one command of dbt loads, and what its tests look at.

    Attributes:
        months: months whose content differs from what the facts hold.
        landed: months that are landed.
        replaced_whole: ids of models whose rows are all made anew.
        staying: ids of models and seeds that are left as they are.
        untested: months that the tests look at, or None for all.
        tested: months whose tests have passed once the command ends well.
        is_complete: whether all models are selected, so that the months count as
            loaded in the end.
        unlisted: ids of models that may come after the months are said to be loaded,
            and for which they therefore never are.
        row_counts: rows of each landed month.
        rows_per_statement: how many of them one statement loads at most.
        reach_days: how far a pickup may lie from its source month, in days.
        logic: hash of everything the verdict of the tests follows from.
        properties: what each model and seed says of itself once it is built.
    """

    months: frozenset[ServiceMonth]
    landed: frozenset[ServiceMonth]
    replaced_whole: frozenset[str]
    staying: frozenset[str]
    untested: frozenset[ServiceMonth] | None
    tested: frozenset[ServiceMonth]
    is_complete: bool
    unlisted: frozenset[str]
    row_counts: dict[ServiceMonth, int]
    rows_per_statement: int
    reach_days: int
    logic: str
    properties: dict[str, dict[str, str]]

    def loaded_rows(self, node_id: str) -> str:
        """The rows, by source month, that a model loads."""
        if node_id in self.replaced_whole:
            return EVERY_ROW
        return of_service_months(self.months)

    def statements(self, node_id: str) -> list[str]:
        """The rows, by source month, that a model loads with one statement each."""
        is_all = node_id in self.replaced_whole
        batches = in_batches(
            self.landed if is_all else self.months,
            self.row_counts,
            self.rows_per_statement,
        )
        if len(batches) < 2:
            return [self.loaded_rows(node_id)]
        return conditions_of(batches, is_all)

    def reached_months(self) -> set[date]:
        """The months in which a loaded month may have, or may have had, pickups."""
        return in_reach({one.month for one in self.months}, self.reach_days)

    def reachable_rows(self, column: str) -> str:
        """The rows of a mart of revenue that a loaded month may change."""
        return revenue_rows(column, self.reached_months())

    def reached_rows(self, node_id: str, column: str) -> str:
        """The rows of aggregates by source month whose hour is in a reached month."""
        if node_id in self.replaced_whole:
            return EVERY_ROW
        return self._picked_up_within(column, self.reached_months())

    def tested_months(self) -> str:
        """The rows, by source month, that tests look at."""
        return EVERY_ROW if self.untested is None else of_service_months(self.untested)

    def tested_revenue(self, column: str) -> str:
        """The rows of a mart of revenue that tests look at."""
        if self.untested is None:
            return EVERY_ROW
        return revenue_rows(column, self._tested_revenue_months())

    def _tested_revenue_months(self) -> set[date]:
        return in_reach({one.month for one in self.untested}, self.reach_days)

    def tested_pickups(self, column: str) -> str:
        """The trips that tests compare with the months of revenue they look at."""
        if self.untested is None:
            return EVERY_ROW
        return self._picked_up_within(column, self._tested_revenue_months())

    def tested_rows(self, node) -> str:
        """The rows that a test of a model or source looks at, by its columns."""
        columns = node.columns
        is_whole = node.resource_type == "model" and node.config.materialized == "table"
        if self.untested is None or is_whole or node.resource_type == "seed":
            return EVERY_ROW
        for column in ("revenue_month", "revenue_hour_at"):
            if column in columns:
                return self.tested_revenue(column)
        if "service_type" in columns and "source_month" in columns:
            return self.tested_months()
        if "source_month" in columns:
            return of_months("source_month", {one.month for one in self.untested})
        return EVERY_ROW

    def _picked_up_within(self, column: str, months: set[date]) -> str:
        if not months:
            return NO_ROW
        sources = in_reach(months, self.reach_days)
        return (
            f"({within_months(column, months)} "
            f"and {of_months('source_month', sources)})"
        )


def make_plan(
    catalog: SqlCatalog, logic: Logic, command: Command, reach_days: int
) -> Plan:
    """Compare what is landed and written with what the tables say they hold.

    Raises:
        TaxiError: if a var is not what it must be.
    """
    bound = checked_bound(logic.variables.get(ROWS_PER_STATEMENT, _ROWS_PER_STATEMENT))
    found = read_landed(catalog)
    landed = found.contents
    held = read_held(catalog)
    months = frozenset(
        one
        for one in landed | held.contents
        if landed.get(one) != held.contents.get(one)
    )
    models = {node.unique_id for node in logic.nodes("model")}
    tests = {node.unique_id for node in logic.nodes("test")}
    nodes = {node.unique_id: node for node in logic.nodes("model", "seed")}
    recorded = _recorded(catalog, nodes)
    of_this_logic = {
        node_id
        for node_id, one in recorded.items()
        if one.logic == logic.of(node_id)
        and one.is_view == (nodes[node_id].config.materialized == "view")
    }
    is_anew = command.is_full_refresh or command.is_empty
    same = set() if is_anew else of_this_logic
    unlisted = _unlisted(logic, models)
    is_complete = models <= command.selected and not command.is_empty and not unlisted
    is_tested = is_complete and command.runs_tests and tests <= command.selected
    untested = {one for one in landed if held.logic.get(one) != logic.of_all} | months

    def stays(node_id: str) -> bool:
        node, found = nodes[node_id], recorded.get(node_id)
        if (node.schema, node.alias) == LOADED_MONTHS and found:
            return not is_complete or not (months or (is_tested and untested))
        if node_id not in same or not found.carries_descriptions(node):
            return False
        is_touched = months and logic.rests_on_landed(node_id)
        return node.config.materialized == "view" or not is_touched

    def properties(node_id: str) -> dict[str, str]:
        # Of a parent that was not built with it, nobody can tell what it held.
        is_sure = (
            set(logic.parents(node_id)) <= command.selected | of_this_logic
            and not command.is_empty
        )
        return {LOGIC: logic.of(node_id) if is_sure else UNKNOWN}

    return Plan(
        months=months,
        landed=frozenset(landed),
        replaced_whole=frozenset(models - same),
        staying=frozenset(filter(stays, nodes)),
        untested=None if models - same else frozenset(untested),
        tested=frozenset(landed if is_tested else landed.keys() - untested),
        is_complete=is_complete,
        unlisted=frozenset(unlisted),
        row_counts=found.row_counts,
        rows_per_statement=bound,
        reach_days=reach_days,
        logic=logic.of_all,
        properties={node_id: properties(node_id) for node_id in nodes},
    )


def is_up_to_date(catalog: SqlCatalog, logic: Logic) -> bool:
    """Whether the facts hold what is landed, and passed the tests of this logic."""
    landed, held = read_landed(catalog).contents, read_held(catalog)
    return landed == held.contents and all(
        held.logic[one] == logic.of_all for one in landed
    )


def _unlisted(logic: Logic, models: set[str]) -> set[str]:
    """The models that the one which says what is loaded does not wait for."""
    (last,) = (
        node.unique_id
        for node in logic.nodes("model")
        if (node.schema, node.alias) == LOADED_MONTHS
    )
    return models - logic.before(last) - {last}


def _recorded(catalog: SqlCatalog, nodes: dict) -> dict[str, Recorded]:
    """What the tables and views that are there say of themselves, by node."""
    recorded = read_recorded(catalog)
    found = {
        node_id: recorded.get((node.schema, node.alias))
        for node_id, node in nodes.items()
    }
    return {node_id: one for node_id, one in found.items() if one}
