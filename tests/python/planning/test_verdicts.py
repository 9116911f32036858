"""Which tests a build need not run again."""

from collections.abc import Callable

import pytest
from dbt.contracts.graph.manifest import Manifest

from planned import PROJECT_NAME, Planner
from taxi.building.verdicts import Verdicts, forget_verdicts

MODEL = f"model.{PROJECT_NAME}.fct_source_months"


def verdicts(planner: Planner, reuses: bool = True) -> Verdicts:
    return Verdicts(planner.shop.lake, planner.logic(), reuses)


def test_of(manifest: Manifest, *parents: str) -> str:
    """A data test, of this project's own, that looks at some models alone."""
    own = f"macro.{PROJECT_NAME}.test_"
    ids = [f"model.{PROJECT_NAME}.{parent}" for parent in parents]
    return next(
        key
        for key, node in sorted(manifest.nodes.items())
        if node.resource_type == "test"
        and node.depends_on.nodes == ids
        and any(name.startswith(own) for name in node.depends_on.macros)
    )


test_of.__test__ = False


@pytest.fixture
def tested(planner) -> tuple[Planner, str]:
    """A lake in which a test of a table has passed in build 7."""
    planner.land("2023-01")
    planner.say_logic("fct_source_months", "any")
    test = test_of(planner.manifest, "fct_source_months")
    planner.manifest = planner.manifest.deepcopy()
    first = verdicts(planner)
    assert first.build_that_holds(test) is None
    first.record(7, [test])
    return planner, test


def test_what_passed_on_the_same_rows_and_logic_is_not_run_again(tested):
    planner, test = tested
    planner.land("2023-02")
    found = verdicts(planner)
    assert (found.build_that_holds(test), found.held) == (7, {test})


def of_model(manifest: Manifest, test: str) -> None:
    manifest.nodes[MODEL].raw_code += " "


def of_test(manifest: Manifest, test: str) -> None:
    manifest.nodes[test].test_metadata.kwargs["more"] = 1


def of_macro(manifest: Manifest, test: str) -> None:
    for name in manifest.nodes[test].depends_on.macros:
        manifest.macros[name].macro_sql += " "


def of_severity(manifest: Manifest, test: str) -> None:
    manifest.nodes[test].config.severity = "warn"


def of_bound(manifest: Manifest, test: str) -> None:
    manifest.nodes[test].config.error_if = ">5"


@pytest.mark.parametrize("change", [of_model, of_test, of_macro, of_severity, of_bound])
def test_another_logic_is_tested(tested, change: Callable):
    planner, test = tested
    change(planner.manifest, test)
    assert verdicts(planner).build_that_holds(test) is None


def test_other_versions_are_tested(tested):
    planner, test = tested
    logic = planner.logic({"spark": "0"})
    found = Verdicts(planner.shop.lake, logic, True)
    assert found.build_that_holds(test) is None


def test_another_version_of_the_table_is_tested(tested):
    planner, test = tested
    planner.say_logic("fct_source_months", "any")
    assert verdicts(planner).build_that_holds(test) is None


def test_whoever_asks_for_all_tests_gets_all_and_their_verdicts_count(tested):
    planner, test = tested
    found = verdicts(planner, reuses=False)
    assert found.build_that_holds(test) is None
    planner.say_logic("fct_source_months", "other")
    found.build_that_holds(test)
    found.record(8, [test])
    assert verdicts(planner).build_that_holds(test) == 8


def test_what_has_failed_is_tested_whatever_it_looks_at(tested):
    planner, test = tested
    forget_verdicts(planner.shop.lake, [test])
    assert verdicts(planner).build_that_holds(test) is None


def test_what_did_not_pass_leaves_no_verdict(tested):
    planner, test = tested
    planner.say_logic("fct_source_months", "other")
    found = verdicts(planner)
    found.build_that_holds(test)
    found.record(8, [])
    assert verdicts(planner).build_that_holds(test) is None


def test_a_view_is_what_the_tables_under_it_are(planner):
    planner.land("2023-01")
    test = test_of(planner.manifest, "int_trips__reviewed")
    first = verdicts(planner)
    first.build_that_holds(test)
    first.record(7, [test])
    assert verdicts(planner).build_that_holds(test) == 7
    planner.land("2023-02")
    assert verdicts(planner).build_that_holds(test) is None


def test_unit_tests_follow_from_their_logic_alone(planner):
    planner.manifest = planner.manifest.deepcopy()
    planner.land("2023-01")
    tests = sorted(planner.manifest.unit_tests)
    first = verdicts(planner)
    assert [first.build_that_holds(one) for one in tests] == [None] * len(tests)
    first.record(7, tests)
    planner.land("2023-02")
    (one,) = (one for one in tests if "marks_both_halves" in one)
    planner.manifest.unit_tests[one].expect.rows[0]["trip_id"] = "another"
    planner.manifest.nodes[MODEL].raw_code += " "
    found = verdicts(planner)
    again = {one for one in tests if found.build_that_holds(one) is None}
    assert one in again
    after = (".fct_source_months.", ".fct_month_completeness.")
    assert again - {one} == {test for test in tests if any(x in test for x in after)}
