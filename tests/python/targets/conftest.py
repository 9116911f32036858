"""One lake built on this machine, with which those built elsewhere are compared."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elsewhere import Running, rows, running

from project import Project
from states import TABLES, land
from tlc_files import trips


@pytest.fixture(scope="session")
def landed(tmp_path_factory) -> Callable[[Path], Project]:
    """Lands the same files in one lake after the other."""
    folder = tmp_path_factory.mktemp("files")

    def make(root: Path) -> Project:
        project = Project(root)
        for service in ("green", "yellow"):
            for month in ("2023-01", "2023-02"):
                land(project, folder, service, month, trips(month, 200))
        return project

    return make


@pytest.fixture(scope="session")
def local(tmp_path_factory, landed) -> dict[str, Counter]:
    """What a build on this machine left."""
    project = landed(tmp_path_factory.mktemp("local"))
    project.dbt(*TABLES)
    return rows(project)


@pytest.fixture
def project(tmp_path, landed) -> Project:
    """A lake of its own in which the files are landed."""
    return landed(tmp_path)


@pytest.fixture(scope="session")
def asked(tmp_path_factory, landed) -> Project:
    """A lake in which the files are landed, for questions that change nothing."""
    return landed(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster_to_break(tmp_path) -> Iterator[Running]:
    with running(tmp_path / "cluster") as cluster:
        yield cluster
