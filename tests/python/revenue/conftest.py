"""What the tests of the revenue job share: Spark, started once."""

import pytest

from revenue_jobs import Jobs, running_jobs


@pytest.fixture(scope="session")
def jobs(tmp_path_factory) -> Jobs:
    with running_jobs(tmp_path_factory.mktemp("revenue jobs")) as jobs:
        yield jobs


@pytest.fixture
def folder(tmp_path):
    """An empty folder for files of trips."""
    path = tmp_path / "files"
    path.mkdir()
    return path
