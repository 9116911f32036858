"""A chain of refreshes: what each touches, and what all of them come to."""

import re
from collections import Counter
from datetime import date, datetime

import pytest

from project import Project
from states import FACTS, State, build, land
from tlc_files import changed, trips

BY_SOURCE_MONTH = {
    "fct_quarantined_trips",
    "fct_source_month_amounts",
    "fct_source_months",
    "fct_trips",
    "int_flags__by_source_month",
    "int_landed__by_source_month",
    "int_revenue__by_source_month",
    "int_reversals__paired",
}


def late(month: str, pickup: datetime):
    """Trips of a month of which one was picked up at another time."""
    times = {f"{letter}pep_pickup_datetime": pickup for letter in "lt"}
    return changed(trips(month, 6), 3, **times)


@pytest.fixture(scope="module")
def chain(tmp_path_factory, files) -> dict[str, State]:
    """States of one lake after one refresh after the other."""
    project = Project(tmp_path_factory.mktemp("chain"))
    land(project, files, "green", "2023-01", trips("2023-01"))
    land(project, files, "green", "2023-02", trips("2023-02"))
    land(project, files, "yellow", "2023-01", trips("2023-01", 7))
    twice = trips("2023-02", 7)
    land(project, files, "yellow", "2023-02", [*twice, twice[2]])
    states = {"first": build(project)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", "/missing")
        states["nothing"] = build(project)
    land(project, files, "green", "2023-03", late("2023-03", datetime(2023, 2, 27, 5)))
    states["added"] = build(project)
    restated = changed(trips("2023-02", 4), 0, total_amount=-10.3)
    land(project, files, "green", "2023-02", restated)
    project.script("ingest.py", "--withdraw", "yellow", "2023-01")
    states["restated"] = build(project)
    # No statement loads more than a month.
    bound = ("--vars", "rows_per_statement: 6")
    states["whole"] = build(project, "--full-refresh", *bound)
    return states


def test_a_build_with_nothing_to_do_commits_nothing_and_says_so(chain):
    assert "Nothing to load: the facts hold 4 months as they are landed" in (
        chain["nothing"].said
    )
    assert chain["nothing"].pointers == chain["first"].pointers


def test_a_build_with_nothing_to_do_runs_no_test_again_and_needs_no_java(chain):
    said = chain["nothing"].said
    (tests,) = re.findall(r"^\S+ +(\d+) of \1 tests looked at what earlier", said, re.M)
    assert said.count("START test") == int(tests)
    assert "looked at what earlier" not in chain["first"].said + chain["whole"].said


def test_a_build_runs_the_tests_of_what_it_changes(chain):
    (found,) = re.findall(r"(\d+) of (\d+) tests looked", chain["added"].said)
    held, tests = map(int, found)
    assert 0 < held < tests / 2


def test_a_new_month_leaves_the_files_of_the_others(chain):
    before, after = chain["first"], chain["added"]
    assert "Loads green 2023-03; 4 months stay as they are" in after.said
    for table in BY_SOURCE_MONTH - {"fct_quarantined_trips", "int_reversals__paired"}:
        assert len(after.partitions_changed_since(before, table)) == 1, table
        assert before.files[table].items() < after.files[table].items(), table
    assert after.rows["fct_trips"].total() == before.rows["fct_trips"].total() + 6


def test_a_late_row_counts_in_the_month_of_its_pickup_and_touches_no_other(chain):
    before, after = chain["first"], chain["added"]
    monthly = after.partitions_changed_since(before, "fct_monthly_zone_revenue")
    hourly = after.partitions_changed_since(before, "fct_hourly_zone_revenue")
    # Green February and March of the one, February and March of the other.
    assert (len(monthly), len(hourly)) == (2, 2)
    assert all("green" in partition for partition in monthly)


def test_a_restated_month_replaces_its_own_and_a_withdrawn_one_leaves(chain):
    before, after = chain["added"], chain["restated"]
    assert "Loads green 2023-02 and takes out yellow 2023-01" in after.said
    for table in BY_SOURCE_MONTH - {"fct_quarantined_trips", "int_reversals__paired"}:
        assert len(after.partitions_changed_since(before, table)) == 2, table
    counts = {"green": 5 + 4 + 6, "yellow": 8}
    services = [row[1] for row in after.rows["fct_trips"].elements()]
    assert {one: services.count(one) for one in set(services)} == counts


def test_a_row_that_is_in_its_file_twice_is_found_and_kept(chain):
    copies = Counter([("yellow", date(2023, 2, 1), 7)])
    for state in chain.values():
        assert state.rows["int_trips__duplicated"] == copies
        flags = state.rows["int_flags__by_source_month"].elements()
        of_month = [row for row in flags if row[:2] == ("yellow", date(2023, 2, 1))]
        # Copies and all trips.
        assert [(row[4], row[-1]) for row in of_month] == [(1, 8)]


@pytest.mark.parametrize("table", [name for names in FACTS.values() for name in names])
def test_a_chain_of_refreshes_comes_to_the_same_as_a_full_refresh(chain, table):
    assert chain["restated"].rows[table] == chain["whole"].rows[table]
    assert chain["whole"].rows[table] or table in (
        "fct_quarantined_trips",
        "int_reversals__paired",
    )
