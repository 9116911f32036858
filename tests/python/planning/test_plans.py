"""What a plan loads: by landings, by logic, and in statements of bounded size."""

import copy
from dataclasses import replace
from datetime import date

import pytest

from planned import PROJECT_NAME
from taxi.building import versions
from taxi.building.batches import conditions_of, in_batches
from taxi.building.conditions import ServiceMonth
from taxi.building.describe import in_words
from taxi.building.held import LOADED_MONTHS, forget
from taxi.building.plan import Command, make_plan
from taxi.building.recorded import UNKNOWN
from taxi.errors import TaxiError

JANUARY = ServiceMonth("green", date(2023, 1, 1))
FEBRUARY = ServiceMonth("green", date(2023, 2, 1))


def model(name: str) -> str:
    return f"model.{PROJECT_NAME}.{name}"


def test_what_is_loaded_as_it_is_landed_does_not_load_again(planner):
    planner.land("2023-01")
    planner.load()
    planner.land("2023-01")
    assert "unchanged" in planner.shop.said
    assert planner.plan().months == frozenset()


def test_a_landing_by_other_code_loads_though_the_file_is_the_same(
    planner, monkeypatch
):
    planner.land("2023-01")
    planner.land("2023-02")
    planner.load()
    (before,) = {row for row in planner.shop.table("source_files")["sha256"][:1]}
    monkeypatch.setattr("taxi.landing.land.LANDING_RULES_VERSION", 999)
    planner.land("2023-01")
    # The same file, and what a build compared until now but for the version.
    assert before in planner.shop.table("source_files")["sha256"]
    assert planner.plan().months == {JANUARY}


def test_a_lake_that_does_not_say_its_landings_loads_once(planner):
    planner.land("2023-01")
    planner.land("2023-02")
    planner.load(left_out=("landing_id",))
    plan = planner.plan()
    assert plan.months == {JANUARY, FEBRUARY}
    forget(planner.catalog, plan.months)
    assert len(planner.catalog.load_table(LOADED_MONTHS).scan().to_arrow()) == 0


def test_every_model_comes_before_its_months_count_as_loaded(planner):
    assert planner.plan().unlisted == frozenset()


def test_months_do_not_count_as_loaded_before_a_model_that_is_not_listed(planner):
    planner.manifest = copy.deepcopy(planner.manifest)
    nodes = planner.manifest.nodes
    name = model("fct_new")
    nodes[name] = copy.deepcopy(nodes[model("fct_month_completeness")])
    nodes[name].unique_id, nodes[name].name, nodes[name].alias = name, "fct_new", "new"
    planner.land("2023-01")
    planner.load()
    plan = planner.plan()
    assert plan.unlisted == {name} and not plan.is_complete
    said = in_words(plan, planner.logic())
    assert "int_trips__loaded_months.sql does not list fct_new; add it there" in said
    nodes[model("int_trips__loaded_months")].depends_on.nodes.append(name)
    assert planner.plan().is_complete


@pytest.mark.parametrize("part", ["dbt-core", "dbt-spark", "spark", "iceberg"])
def test_another_version_of_what_makes_rows_is_other_logic(planner, part):
    now = planner.logic()
    assert versions.installed()[part]
    upgraded = planner.logic(versions=versions.installed() | {part: "99.0"})
    for node in now.nodes("model", "seed"):
        assert now.of(node.unique_id) != upgraded.of(node.unique_id)
    assert now.of_all != upgraded.of_all
    assert now.of_all == planner.logic(versions=versions.installed()).of_all


def test_months_are_loaded_in_statements_of_no_more_rows_than_allowed(planner):
    for month, count in (("2023-01", 4), ("2023-02", 6), ("2023-03", 5)):
        planner.land(month, count)
    planner.land("2023-01", 30, "yellow")
    new = model("fct_trips")
    every = planner.plan(rows_per_statement=10).statements(new)
    assert every == [
        "((service_type = 'green' and source_month in "
        "(date '2023-01-01', date '2023-02-01')))",
        "((service_type = 'green' and source_month in (date '2023-03-01')))",
        f"not ({every[0]} or {every[1]})",
    ]
    assert planner.plan().statements(new) == ["true"]


def test_months_that_changed_are_loaded_so_too(planner):
    planner.land("2023-01", 4)
    planner.land("2023-02", 6)
    plan = replace(planner.plan(rows_per_statement=6), replaced_whole=frozenset())
    first, second = plan.statements(model("fct_trips"))
    assert "2023-01" in first and "2023-02" in second and "not" not in second
    plan = replace(plan, rows_per_statement=10)
    assert plan.statements(model("fct_trips")) == [plan.loaded_rows(model("fct_trips"))]


def test_a_month_that_is_not_landed_is_in_some_statement():
    (first,), (second,) = in_batches([FEBRUARY, JANUARY], {JANUARY: 1}, 0)
    assert (first, second) == (JANUARY, FEBRUARY)
    assert conditions_of([[JANUARY], [FEBRUARY]], is_all=True)[1].startswith("not (")


def test_a_table_that_some_statements_have_filled_is_made_anew(planner):
    planner.land("2023-01")
    planner.load()
    name = model("fct_trips")
    planner.say_logic("fct_trips", planner.logic().of(name))
    assert name not in planner.plan().replaced_whole
    planner.say_logic("fct_trips", UNKNOWN)
    assert name in planner.plan().replaced_whole


@pytest.mark.parametrize("value", [0, -1, "many", True, 2.5, None])
def test_a_bound_that_is_no_number_of_rows_is_refused(planner, value):
    logic = planner.logic(rows_per_statement=value)
    command = Command(frozenset(), runs_tests=True)
    with pytest.raises(TaxiError, match=r"rows_per_statement is .* dbt_project\.yml"):
        make_plan(planner.catalog, logic, command, 31)
