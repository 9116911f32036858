"""dbt works from any folder of the project."""

import os
import subprocess

import pytest

from project import DBT, Project
from start_of_dbt import name_profiles
from taxi.lake import PROJECT


def test_dbt_lists_from_a_folder_of_the_project(tmp_path):
    ended = subprocess.run(
        [DBT, "--quiet", "list", "--select", "dim_zones", "--resource-type", "model"],
        cwd=PROJECT / "models" / "marts",
        env=os.environ | Project(tmp_path).environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == "nyc_taxi_revenue.marts.dim_zones\n"
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "here", "named"),
    [
        ([], PROJECT / "models", str(PROJECT)),
        (["list", "--project-dir", str(PROJECT)], "/", str(PROJECT)),
        (["list", f"--project-dir={PROJECT}"], "/", str(PROJECT)),
        ([], PROJECT, None),
        ([], "/", None),
    ],
)
def test_a_profile_is_named_where_dbt_would_not_find_it(
    monkeypatch, words, here, named
):
    for name in ("DBT_PROFILES_DIR", "DBT_PROJECT_DIR"):
        # So that what is set below does not outlive the test.
        monkeypatch.setenv(name, "")
    name_profiles(words, str(here))
    assert (os.environ["DBT_PROFILES_DIR"] or None) == named


def test_a_profile_that_somebody_named_stays(monkeypatch):
    monkeypatch.setenv("DBT_PROFILES_DIR", "/elsewhere")
    name_profiles([], str(PROJECT / "models"))
    assert os.environ["DBT_PROFILES_DIR"] == "/elsewhere"
