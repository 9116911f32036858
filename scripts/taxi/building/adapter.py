"""The methods that this project adds to dbt's adapter, for its macros.

One plan serves all threads of a command, from its start to its end.
"""

from datetime import date

from dbt.flags import get_flags

from taxi.building import built, conditions, describe, versions
from taxi.building.conditions import (
    EVERY_ROW,
    NO_ROW,
    ServiceMonth,
    of_service_months,
)
from taxi.building.faults import as_error_of_dbt
from taxi.building.held import forget
from taxi.building.logic import Logic
from taxi.building.plan import Command, Plan, is_up_to_date, make_plan
from taxi.building.recorded import LOGIC, UNKNOWN
from taxi.building.shared_scans import SharedScans
from taxi.building.verdicts import Verdicts, forget_verdicts
from taxi.lake import Lake
from taxi.spark import session_on_lake

# The commands that build models; others look at all that is there.
LOADING = {"build", "retry", "run", "seed"}

_plans: list[Plan] = []
_verdicts: list[Verdicts] = []
_scans: list[SharedScans] = []

# The rows that the statement at hand loads, of models that take several.
_at_hand: dict[str, str] = {}


def end_plan() -> None:
    """Forget the plan of a command that has ended."""
    _plans.clear()
    _verdicts.clear()
    _scans.clear()
    _at_hand.clear()


def plan_build(self, selected: list[str], reach_days: int) -> str:
    """Plan what the command at hand loads, and return it in words.

    A command that tests and does not build is told what it will not find.

    Args:
        selected: ids of the nodes that the command selects.
        reach_days: how far a pickup may lie from its source month, in days.

    Raises:
        DbtRuntimeError: if a var is not what it must be, or what is to be tested is
            not built.
    """
    end_plan()
    _scans.append(SharedScans(selected, is_left_out=build_that_tested))
    flags = get_flags()
    if flags.WHICH == "test":
        return _look_at_built(self.get_macro_resolver(), selected)
    if flags.WHICH not in LOADING:
        return ""
    logic = _logic(self)
    command = Command(
        frozenset(selected),
        runs_tests=flags.WHICH == "build",
        is_full_refresh=bool(flags.FULL_REFRESH),
        is_empty=bool(getattr(flags, "EMPTY", False)),
    )
    lake = Lake.from_environment()
    catalog = lake.open_catalog()
    with as_error_of_dbt():
        plan = make_plan(catalog, logic, command, reach_days)
    if command.selected & {node.unique_id for node in logic.nodes("model")}:
        forget(catalog, plan.months)
    _plans.append(plan)
    # What is asked to be done whole, or again, is tested again.
    is_usual = flags.WHICH == "build" and not command.is_full_refresh
    if not command.is_empty and not getattr(flags, "SAMPLE", None):
        with as_error_of_dbt():
            _verdicts.append(Verdicts(lake, logic, reuses=is_usual))
    return describe.in_words(plan, logic)


def has_nothing_to_do(self) -> bool:
    """Whether the command at hand is a build that finds all as it would leave it.

    It then runs no statement, or few: the session can wait until one comes.
    """
    flags = get_flags()
    is_usual = not (flags.FULL_REFRESH or getattr(flags, "EMPTY", False))
    if flags.WHICH != "build" or not is_usual or _is_remote(self):
        return False
    return is_up_to_date(Lake.from_environment().open_catalog(), _logic(self))


def _logic(self) -> Logic:
    config = self.config
    return Logic(
        self.get_macro_resolver(),
        config.project_name,
        config.vars.to_dict() | config.cli_vars,
        versions.in_use(session_on_lake(), _is_remote(self)),
    )


def _is_remote(self) -> bool:
    return "spark.remote" in self.config.credentials.server_side_parameters


def _look_at_built(manifest, selected: list[str]) -> str:
    catalog = Lake.from_environment().open_catalog()
    with as_error_of_dbt():
        built.require_built(catalog, manifest, selected)
    return built.months_to_build(catalog)


def build_that_tested(test_id: str) -> int | None:
    """The number of the build whose verdict of a test holds, if any."""
    return _verdicts[0].build_that_holds(test_id) if _verdicts else None


def counted_with_others(self, test_id: str, relation: str, count: str) -> str:
    """Let a test share a scan, if this is a command that runs tests."""
    if _scans:
        _scans[0].ask(test_id, str(relation), count)
    return ""


def passes_with_others(runner, test, manifest) -> bool:
    """Whether a data test is known to pass by a scan that several share."""
    return bool(_scans) and _scans[0].has_passed(runner, test, manifest)


def record_verdicts(build_id: int | None, results) -> str:
    """Keep what the tests of a command found. Return what is to be said of it.

    Args:
        build_id: its number, if it is a build.
        results: those of the command, as dbt gives them to a hook.
    """
    tests = [
        one
        for one in results
        if getattr(one.node, "resource_type", None) in ("test", "unit_test")
    ]
    passed = {one.node.unique_id for one in tests if one.status == "pass"}
    lake = Lake.from_environment()
    forget_verdicts(lake, {one.node.unique_id for one in tests} - passed)
    if not _verdicts or build_id is None:
        return ""
    _verdicts[0].record(build_id, passed)
    held = len(_verdicts[0].held)
    return (
        f"{held} of {len(tests)} tests looked at what earlier builds have tested, and "
        "were not run again"
        if held
        else ""
    )


def planned_months(self) -> list[dict[str, str]] | str:
    """The months that the command loads or takes out, as dictionaries, or `all`."""
    if any(
        self.get_macro_resolver().nodes[node_id].config.materialized == "incremental"
        for plan in _plans
        for node_id in plan.replaced_whole
    ):
        return "all"
    return [
        {"service": one.service, "month": f"{one.month:%Y-%m}"}
        for plan in _plans
        for one in sorted(plan.months)
    ]


def stays(self, node_id: str) -> bool:
    """Whether a model or seed is left as it is."""
    return any(node_id in plan.staying for plan in _plans)


def is_replaced_whole(self, node_id: str) -> bool:
    """Whether all rows of a model are made anew."""
    return all(node_id in plan.replaced_whole for plan in _plans)


def counts_as_loaded(self) -> bool:
    """Whether all models are built, so that the landed months are then loaded."""
    return all(plan.is_complete for plan in _plans)


def passed_rows(self) -> str:
    """Condition for the months whose tests have passed if the command ends well."""
    return of_service_months(_plans[0].tested) if _plans else NO_ROW


def logic_of_tests(self) -> str:
    """Hash of all that the verdict of the tests follows from."""
    return _plans[0].logic if _plans else ""


def loaded_rows(self, node_id: str) -> str:
    """Condition for the rows, by source month, that a model loads."""
    if node_id in _at_hand:
        return _at_hand[node_id]
    return _plans[0].loaded_rows(node_id) if _plans else EVERY_ROW


def statements(self, node_id: str) -> list[str]:
    """Conditions for the rows of each statement by which a model loads its months."""
    return _plans[0].statements(node_id) if _plans else [EVERY_ROW]


def begin_statement(self, node_id: str, rows: str) -> None:
    """Let a model load some rows only, until its statements end."""
    _at_hand[node_id] = rows


def end_statements(self, node_id: str) -> None:
    """Let a model count as loaded, after the last of its statements."""
    _at_hand.pop(node_id, None)


def reached_rows(self, node_id: str, column: str) -> str:
    """Condition for revenue by source month whose hour a loaded month can change."""
    return _plans[0].reached_rows(node_id, column) if _plans else EVERY_ROW


def reachable_rows(self, column: str) -> str:
    """Condition for the rows of a mart of revenue that a loaded month can change."""
    return _plans[0].reachable_rows(column)


def revenue_rows(self, column: str, months: list[tuple[str | None, date]]) -> str:
    """Condition for some months of a mart of revenue.

    Args:
        column: the mart's month, or its hour.
        months: services, None in a mart of all, and months, as their first days.
    """
    by_service = [ServiceMonth(*one) for one in months if one[0]]
    if by_service:
        return conditions.of_service_months(by_service, column)
    return conditions.revenue_rows(column, {month for _, month in months})


def tested_rows(self, node_id: str) -> str:
    """Condition for the rows of a model, seed or source that a test looks at."""
    manifest = self.get_macro_resolver()
    node = manifest.nodes.get(node_id) or manifest.sources.get(node_id)
    return _plans[0].tested_rows(node) if _plans and node else EVERY_ROW


def tested_months(self) -> str:
    """Condition for the rows, by source month, that tests look at."""
    return _plans[0].tested_months() if _plans else EVERY_ROW


def tested_revenue(self, column: str) -> str:
    """Condition for the rows of a mart of revenue that tests look at."""
    return _plans[0].tested_revenue(column) if _plans else EVERY_ROW


def tested_pickups(self, column: str) -> str:
    """Condition for the trips that a test compares with a mart of revenue."""
    return _plans[0].tested_pickups(column) if _plans else EVERY_ROW


def logic_properties(self, node_id: str) -> dict[str, str]:
    """What a table or view says of itself: the hash of its logic.

    One that only some statements have filled says nothing yet.
    """
    if node_id in _at_hand:
        return {LOGIC: UNKNOWN}
    return _plans[0].properties.get(node_id, {}) if _plans else {}


METHODS = (
    plan_build,
    counted_with_others,
    planned_months,
    stays,
    is_replaced_whole,
    counts_as_loaded,
    passed_rows,
    logic_of_tests,
    loaded_rows,
    statements,
    begin_statement,
    end_statements,
    reached_rows,
    reachable_rows,
    revenue_rows,
    tested_rows,
    tested_months,
    tested_pickups,
    tested_revenue,
    logic_properties,
)
