"""Plant each fault of the catalogue and see which of dbt's tests notices it."""

import json
import os
from pathlib import Path

import pytest
from catalogue import MUTATIONS, Mutation

from project import Project

WHOLE = os.environ.get("TAXI_MUTATIONS") == "all"
PLANTED = [one for one in MUTATIONS if WHOLE or one.is_in_short_form]


def last_results(project: Project, *kinds: str) -> dict[str, str]:
    """Name and status of each node of these kinds that the last run came to."""
    results = json.loads((project.target / "run_results.json").read_text())["results"]
    names = {result["unique_id"]: result["status"] for result in results}
    # A generic test's name is followed by a hash, a unit test's is behind its model's.
    return {
        key.split(".")[-1 if key.startswith("unit_test") else 2]: status
        for key, status in names.items()
        if key.split(".")[0] in kinds
    }


@pytest.mark.parametrize("mutation", PLANTED, ids=lambda mutation: mutation.fault)
def test_a_planted_fault_is_noticed(copy: Project, mutation: Mutation, capsys):
    path: Path = copy.source / f"{mutation.file}.sql"
    sound = path.read_text()
    assert mutation.old in sound, f"the catalogue does not fit {mutation.file}"
    path.write_text(sound.replace(mutation.old, mutation.new, 1))
    try:
        selected = f"{mutation.selected}+"
        ended = copy.dbt("build", "--fail-fast", "--select", selected, check=False)
        tests = last_results(copy, "test", "unit_test")
        found = [name for name, status in tests.items() if status in ("fail", "error")]
        was_built = "success" in last_results(copy, "model").values()
    finally:
        path.write_text(sound)
    if was_built:
        # Or the next fault would be noticed by what this one left in the tables.
        copy.dbt("run", "--select", selected)
    assert found, f"nobody noticed: {mutation}\n{ended.stdout}"
    with capsys.disabled():
        print(f"\n  {mutation.fault}: {', '.join(found[:3])}", end="")
