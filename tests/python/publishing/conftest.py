"""A lake of small marts."""

from pathlib import Path

import pytest

from project import Project
from small_marts import SmallMarts


@pytest.fixture
def marts(tmp_path: Path, nodes) -> SmallMarts:
    return SmallMarts(Project(tmp_path), nodes)
