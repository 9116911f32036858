"""Plant each fault of the catalogue and see which of dbt's tests notices it."""

import json
import os
from pathlib import Path

import pytest
from catalogue import MUTATIONS, Mutation

from project import Project

WHOLE = os.environ.get("TAXI_MUTATIONS") == "all"
PLANTED = [one for one in MUTATIONS if WHOLE or one.is_in_short_form]


def failures(project: Project) -> list[str]:
    """The names of the tests of the last run that did not pass."""
    results = json.loads((project.target / "run_results.json").read_text())["results"]
    return [
        result["unique_id"].split(".")[-1 if "unit_test" in result["unique_id"] else 2]
        for result in results
        if result["unique_id"].split(".")[0] in ("test", "unit_test")
        and result["status"] in ("fail", "error")
    ]


@pytest.mark.parametrize("mutation", PLANTED, ids=lambda mutation: mutation.fault)
def test_a_planted_fault_is_noticed(copy: Project, mutation: Mutation, capsys):
    path: Path = copy.source / f"{mutation.file}.sql"
    sound = path.read_text()
    assert mutation.old in sound, f"the catalogue does not fit {mutation.file}"
    path.write_text(sound.replace(mutation.old, mutation.new, 1))
    try:
        selected = f"{mutation.selected}+"
        ended = copy.dbt("build", "--fail-fast", "--select", selected, check=False)
        found = failures(copy)
    finally:
        path.write_text(sound)
    assert found, f"nobody noticed: {mutation}\n{ended.stdout}"
    with capsys.disabled():
        print(f"\n  {mutation.fault}: {', '.join(found[:3])}", end="")
