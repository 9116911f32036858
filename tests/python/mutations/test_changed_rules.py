"""What a person sees who changes a rule, or breaks one."""

import re
from contextlib import contextmanager
from decimal import Decimal

REACH = "macros/days_beyond_source_month.sql"


@contextmanager
def changed(project, file: str, old: str, new: str):
    """The project with one text of one file replaced."""
    path = project.source / file
    sound = path.read_text()
    assert old in sound
    path.write_text(sound.replace(old, new))
    try:
        yield
    finally:
        path.write_text(sound)


def set_aside(project) -> dict[str, Decimal]:
    return {
        row["trip_id"]: row["total_amount"]
        for row in project.rows("marts", "fct_quarantined_trips")
    }


def test_the_next_build_says_which_rows_and_money_a_changed_rule_moved(copy):
    before = set_aside(copy)
    assert before
    reviewed = ("run", "--select", "int_trips__reviewed+")
    with changed(copy, REACH, "return(31)", "return(365000)"):
        forth = copy.dbt(*reviewed).stdout
        after = set_aside(copy)
    back = copy.dbt(*reviewed).stdout
    moved = before.keys() - after.keys()
    money = sum(before[trip_id] for trip_id in moved)
    assert moved
    told = f"{len(moved)} rows, {money} USD (pickup_far_from_source_month)"
    assert f"Set aside before and kept now: {told}" in forth
    assert f"Kept before and set aside now: {told}" in back
    assert set_aside(copy) == before


def test_a_build_that_moves_nothing_says_nothing(copy):
    told = copy.dbt("run", "--select", "fct_quarantined_trips").stdout
    assert "set aside now" not in told and "kept now" not in told


def test_the_rows_of_a_failed_test_can_be_read(copy):
    test = "tests/assert_every_landed_row_is_kept_or_set_aside.sql"
    with changed(copy, test, "ledger.row_difference is distinct from 0", "true"):
        ended = copy.dbt(
            "test",
            "--select",
            "assert_every_landed_row_is_kept_or_set_aside",
            check=False,
        )
    assert ended.returncode == 1
    (table,) = re.findall(r"select \* from (test_failures\.\w+)", ended.stdout)
    kept = copy.rows(*table.split("."))
    assert len(kept) == len(copy.rows("marts", "fct_source_months"))
    assert all(row["row_difference"] == 0 for row in kept)
