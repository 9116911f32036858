"""The tests of a table share a scan, and each is told of as if it had run alone."""

import re

import pytest
from test_mutations import last_results

from project import Project

LEDGER = "models/marts/_marts__ledger.yml"
SELECTED = ("test", "--select", "fct_source_months,test_type:generic")


@pytest.fixture
def with_more_tests(copy: Project):
    """Give the ledger's table a test that fails and, on demand, others."""
    path = copy.source / LEDGER
    sound = path.read_text()

    def add(*conditions: str) -> None:
        tests = "".join(
            f"      - holds_for_every_row: {{arguments: {{condition: {condition}}}}}\n"
            for condition in conditions
        )
        changed = sound.replace("    data_tests:\n", f"    data_tests:\n{tests}", 1)
        assert changed != sound
        path.write_text(changed)

    yield add
    path.write_text(sound)


def statements(project: Project) -> list[str]:
    """What the tests of the last command asked of the ledger's table, in its log."""
    run = (
        (project.folder / "logs" / "dbt.log").read_text().rpartition("Running with")[2]
    )
    asked = re.findall(r"On test\.[^:]+: (.*?)\n\d\d:\d\d:\d\d\.", run, re.DOTALL)
    return [one for one in asked if "fct_source_months" in one]


def test_tests_of_a_table_share_a_statement(copy: Project):
    said = copy.dbt(*SELECTED).stdout
    results = last_results(copy, "test")
    assert len(results) >= 3
    assert set(results.values()) == {"pass"}
    for name in results:
        assert f"PASS {name}" in said
    (statement,) = statements(copy)
    assert "count_if(service_type not in ('green', 'yellow'))" in statement

    copy.dbt("test", "--select", next(iter(results)))
    assert len(last_results(copy, "test")) == 1


def test_one_that_fails_is_named_and_its_rows_are_kept(copy, with_more_tests):
    with_more_tests("row_difference = 1")
    ended = copy.dbt(*SELECTED, check=False)
    assert ended.returncode == 1
    results = last_results(copy, "test")
    (failed,) = (name for name, status in results.items() if status != "pass")
    assert failed.startswith("holds_for_every_row_fct_source_months_")
    assert results[failed] == "fail"
    ledger = copy.rows("marts", "fct_source_months")
    assert f"Got {len(ledger)} results" in ended.stdout
    kept = copy.rows("test_failures", failed)
    assert sorted(map(repr, kept)) == sorted(map(repr, ledger))
    # The common statement, and that of the one that found something.
    assert len(statements(copy)) == 2


def test_one_that_cannot_be_asked_keeps_none_from_its_result(copy, with_more_tests):
    with_more_tests("row_difference = 1", "no_such_column = 1")
    ended = copy.dbt(*SELECTED, check=False)
    assert ended.returncode == 1
    results = last_results(copy, "test")
    assert sorted(set(results.values())) == ["error", "fail", "pass"]
    assert sum(status != "pass" for status in results.values()) == 2
    assert "no_such_column" in ended.stdout
