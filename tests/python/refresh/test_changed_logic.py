"""Which change of the project makes all months load again, and which none."""

import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from project import Project
from states import build, land, state
from taxi.lake import PROJECT
from tlc_files import changed, trips

NOTHING = "Nothing to load: the facts hold 1 month as they are landed"
TRIPS = "models/marts/fct_trips.sql"
PLANTED = "    where {{ loaded_months() }} and 1 = {{ var('planted', 1) }} and "

# What is changed where, and a fact that follows from it.
CHANGES = {
    "model": (TRIPS, "reviewed.trip_id,", "lower(reviewed.trip_id) as trip_id,"),
    "view": (
        "models/staging/tlc/stg_tlc__green_trips.sql",
        "tip_amount,",
        "tip_amount,\n",
    ),
    "macro": ("macros/days_beyond_source_month.sql", "31", "30"),
    "seed": ("seeds/taxi_zones.csv", "Newark Airport", "Newark airport"),
    "type": (
        "models/marts/_marts__trips.yml",
        "data_type: int\n",
        "data_type: bigint\n",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory, files) -> Project:
    """A copy of the project, built on a lake of one month; a fact rests on a var."""
    folder = tmp_path_factory.mktemp("logic")
    ignored = shutil.ignore_patterns(".*", "lake", "logs", "target", "data", "python")
    shutil.copytree(PROJECT, folder / "project", symlinks=True, ignore=ignored)
    project = Project(folder, folder / "project")
    path = project.source / TRIPS
    path.write_text(
        path.read_text().replace("    where {{ loaded_months() }} and ", PLANTED, 1)
    )
    land(project, files, "green", "2023-01", trips("2023-01"))
    build(project)
    return project


@contextmanager
def planted(project: Project, file: str, old: str, new: str):
    """The project with the first occurrence of a text in a file replaced."""
    path: Path = project.source / file
    sound = path.read_bytes()
    assert old.encode() in sound
    path.write_bytes(sound.replace(old.encode(), new.encode(), 1))
    try:
        yield
    finally:
        path.write_bytes(sound)


# What a build would say first, without Spark.
PLAN = """
import yaml
from dbt.cli.main import dbtRunner
from taxi.building.describe import in_words
from taxi.building.logic import Logic
from taxi.building.plan import Command, make_plan
from taxi.lake import Lake
manifest = dbtRunner().invoke(["--quiet", "parse"]).result
variables = yaml.safe_load(open("dbt_project.yml"))["vars"]
logic = Logic(manifest, "nyc_taxi_revenue", variables)
command = Command(frozenset(manifest.nodes), runs_tests=True)
catalog = Lake.from_environment().open_catalog()
print(in_words(make_plan(catalog, logic, command, 31), logic))
"""


def plan(project: Project) -> str:
    """What a build says it would load."""
    return project.call(sys.executable, "-c", PLAN).stdout


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_that_rows_follow_from_loads_all_months(copy, kind):
    with planted(copy, *CHANGES[kind]):
        assert "Loads all (1 month), as these are new or changed" in plan(copy)


def test_another_value_of_a_var_loads_all_months(copy):
    assert NOTHING in plan(copy)
    # It loads nothing, and says what a build would.
    seed = ("seed", "--select", "seed_loader_cases", "--vars", "planted: 2")
    said = copy.dbt(*seed).stdout
    assert "as these are new or changed: " in said and "fct_trips" in said


def test_a_changed_description_is_written_and_loads_nothing(copy):
    before = state(copy)
    text = "One row per taxi trip"
    with planted(copy, "models/marts/_marts__trips.yml", text, f"{text}, they say"):
        after = build(copy)
        assert NOTHING in after.said
        assert after.files == before.files
        table = copy.lake.open_catalog().load_table("marts.fct_trips")
        assert "they say" in table.properties["comment"]
    build(copy)


def test_a_model_built_on_a_view_of_other_logic_is_built_again(copy):
    rules = ("macros/set_aside_rules.sql", "total_amount is null", "total_amount > 11")
    before = state(copy)
    with planted(copy, *rules):
        # The view in between is still that of the old rule.
        copy.dbt("run", "--select", "fct_trips", "fct_quarantined_trips")
        assert state(copy).rows["fct_trips"] == before.rows["fct_trips"]
        after = build(copy)
    assert after.rows["fct_trips"].total() == 1
    assert build(copy).rows == before.rows


def test_a_month_that_only_some_models_have_loaded_loads_again(copy, files):
    before = state(copy)
    other = changed(trips("2023-01"), 1, total_amount=99.0)
    land(copy, files, "green", "2023-01", other)
    copy.dbt("run", "--select", "fct_trips")
    assert state(copy).rows["fct_trips"] != before.rows["fct_trips"]
    land(copy, files, "green", "2023-01", trips("2023-01"))
    assert build(copy).rows == before.rows


def test_a_new_test_looks_at_the_months_that_were_there_before(copy):
    path = copy.source / "tests" / "assert_no_trip_is_dear.sql"
    path.write_text(
        "select * from {{ ref('fct_trips') }}\n"
        "where {{ loaded_months() }} and total_amount > 10\n"
    )
    try:
        ended = copy.dbt("build", "--exclude-resource-type", "unit_test", check=False)
    finally:
        path.unlink()
    assert NOTHING in ended.stdout
    assert "FAIL 5 assert_no_trip_is_dear" in ended.stdout
