"""The questions of analyses/ on the built sample, against TLC's files themselves."""

import answers
import pytest
import yaml

from project import SAMPLE
from taxi.lake import PROJECT

FOLDER = PROJECT / "analyses"
NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))


@pytest.fixture(scope="module")
def engine():
    return answers.open_engine([*SAMPLE.glob("*.gz"), *SAMPLE.glob("*.parquet")])


@pytest.fixture(scope="module")
def compiled(sample):
    """The sample's project, its analyses compiled with their defaults."""
    sample.dbt("compile", "--select", "resource_type:analysis")
    return sample


@pytest.mark.parametrize("name", NAMES)
def test_an_analysis_answers_as_the_files_do(compiled, spark, engine, name):
    expected = answers.answer(engine, name)
    assert expected
    found = [row.asDict() for row in spark.sql(compiled.compiled(name)).collect()]
    # In the same order: an answer that ties could turn is no answer.
    assert found == expected


def test_the_sample_has_something_to_say_to_each(engine):
    both = {row["service_type"] for row in answers.answer(engine, "trips_on_a_day")}
    assert both == {"green", "yellow"}
    growth = answers.answer(engine, "quarterly_revenue_growth")
    assert any(row["change_percent"] is not None for row in growth)
    rarest = answers.answer(engine, "least_frequent_pickup_zones")
    assert any(row["equally_rare_zone_count"] > 1 for row in rarest)


def test_every_analysis_states_its_question_and_its_grain():
    described = yaml.safe_load((FOLDER / "_analyses.yml").read_text())["analyses"]
    assert sorted(analysis["name"] for analysis in described) == NAMES
    for analysis in described:
        assert analysis["description"].startswith("One row"), analysis["name"]
    for name in NAMES:
        question, grain, *_ = (FOLDER / f"{name}.sql").read_text().splitlines()
        assert question.startswith("-- ") and question.endswith("?"), name
        assert grain.startswith("-- One row"), name
