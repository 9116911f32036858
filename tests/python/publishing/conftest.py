"""A lake of small marts, and the project's own nodes to judge builds of them by."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from project import Project
from small_marts import SmallMarts
from taxi.lake import PROJECT


@pytest.fixture(scope="session")
def nodes(tmp_path_factory) -> Mapping:
    """The enabled nodes of this project, as dbt reads them."""
    folder = str(tmp_path_factory.mktemp("manifest"))
    paths = ["--target-path", folder, "--log-path", folder]
    ended = dbtRunner().invoke(
        ["--quiet", "parse", "--project-dir", str(PROJECT), *paths]
    )
    assert ended.success
    return ended.result.nodes


@pytest.fixture
def marts(tmp_path: Path, nodes) -> SmallMarts:
    return SmallMarts(Project(tmp_path), nodes)
