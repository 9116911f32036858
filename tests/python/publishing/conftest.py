"""A lake of small marts."""

from pathlib import Path

import pytest

from project import Project
from small_marts import SmallMarts


@pytest.fixture
def marts(request: pytest.FixtureRequest, tmp_path: Path, nodes) -> SmallMarts:
    """A lake that does not exist yet; a test may ask for one on PostgreSQL."""
    is_of_team = getattr(request, "param", "") == "postgresql"
    catalog = request.getfixturevalue("team_lake").catalog if is_of_team else ""
    return SmallMarts(Project(tmp_path, catalog=catalog), nodes)
