"""A copy of the project whose SQL the tests of this folder change."""

import shutil

import pytest

from project import SAMPLE, Project
from taxi.lake import PROJECT


@pytest.fixture(scope="session")
def copy(tmp_path_factory) -> Project:
    """A copy of the project to plant faults in, with a small lake that is built."""
    folder = tmp_path_factory.mktemp("mutations")
    source = folder / "project"
    shutil.copytree(
        PROJECT,
        source,
        symlinks=True,
        ignore=shutil.ignore_patterns(
            ".*", "lake", "logs", "target", "data", "python", "__pycache__"
        ),
    )
    project = Project(folder, source)
    project.script(
        "ingest.py", "--from", SAMPLE, "--services", "green", "--months", "2020-12"
    )
    project.script("ingest.py", "--from", SAMPLE, "--services", "yellow")
    project.dbt("build", "--exclude-resource-type", "unit_test", "test")
    return project
