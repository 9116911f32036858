"""`dbt test` on a lake that is not built, or not of what is landed."""

import re

import pytest

from planned import PROJECT_NAME
from taxi.building.built import months_to_build, require_built
from taxi.errors import TaxiError
from taxi.lake import PROJECT


def test_tests_of_models_that_are_not_there_are_refused_in_one_line(planner):
    planner.land("2023-01")
    tests = [one for one in planner.manifest.nodes if one.startswith("test.")]
    with pytest.raises(TaxiError) as caught:
        require_built(planner.catalog, planner.manifest, tests)
    (line,) = str(caught.value).splitlines()
    assert re.fullmatch(r"dim_\w+, .* more are not built yet; run dbt build", line)


def test_only_what_the_selected_tests_look_at_must_be_there(planner):
    planner.land("2023-01")
    name = "fct_source_months"
    of_one = [
        key
        for key, node in planner.manifest.nodes.items()
        if key.startswith("test.")
        and node.depends_on.nodes == [f"model.{PROJECT_NAME}.{name}"]
    ]
    assert of_one
    with pytest.raises(TaxiError, match=f"^{name} is not built yet; run dbt build$"):
        require_built(planner.catalog, planner.manifest, of_one)
    planner.say_logic(name, "any")
    require_built(planner.catalog, planner.manifest, of_one)


def test_unit_tests_need_their_model_which_types_what_they_are_given(planner):
    planner.land("2023-01")
    (test,) = (one for one in planner.manifest.unit_tests if "marks_both_halves" in one)
    with pytest.raises(TaxiError, match="fct_trips is not built yet"):
        require_built(planner.catalog, planner.manifest, [test])


def test_months_that_are_landed_and_not_built_are_named(planner):
    planner.land("2023-01")
    planner.load()
    assert months_to_build(planner.catalog) == ""
    planner.land("2023-02")
    said = months_to_build(planner.catalog)
    assert said.startswith("Landed and not built yet: green 2023-02; until dbt build")


def test_copies_are_told_by_every_column_that_a_file_fills(planner):
    macros = ("tlc_columns", "money_columns")
    texts = [(PROJECT / "macros" / f"{name}.sql").read_text() for name in macros]
    named = re.findall(r"^ +'(\w+)',", "\n".join(texts), re.M)
    union = planner.manifest.nodes[f"model.{PROJECT_NAME}.int_trips__unioned"]
    ours = {"trip_id", "service_type", "source_month", "source_row_number"}
    # It says how landing got the zones.
    ours.add("is_zone_derived")
    assert sorted(named) == sorted(set(union.columns) - ours)
