"""Fixtures that every part's tests share."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from postgres_server import PostgresServer, running_postgres
from taxi.lake import PROJECT, Lake

# Many small builds: what a JVM compiles thoroughly, it would not run often enough. It
# halves the processor time of a build of a small lake. Code so compiled is given 48 MB
# by Java, and a build that fills them ends in the middle.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
os.environ.setdefault("JAVA_TOOL_OPTIONS", JAVA_OPTIONS)

# Folders whose tests share a lake, or a server, that takes long to make.
TOGETHER = ("build", "fetching", "mutations", "revenue", "targets")

# Folders whose tests take long, so that no worker is left alone with one of them.
FIRST = ("build", "targets", "refresh", "revenue", "team", "mutations", "publishing")
FIRST += ("bigquery", "bucket", "dataproc")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the workers of `pytest -n` take a file each, or a folder that goes together.

    So do the tests of the lake of all shared files. The longest come first.
    """
    for item in items:
        folder = item.path.parent.name
        group = folder if folder in TOGETHER else item.path.stem
        if "shared" in item.fixturenames:
            group = "shared"
        item.add_marker(pytest.mark.xdist_group(group))
    order = {folder: place for place, folder in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.parent.name, len(FIRST)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real TLC files that lie beside the project."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real TLC files are not here: {folder}")
    return folder


@pytest.fixture(scope="session")
def manifest(tmp_path_factory) -> Manifest:
    """This project, as dbt reads it."""
    folder = str(tmp_path_factory.mktemp("manifest"))
    paths = ["--target-path", folder, "--log-path", folder]
    ended = dbtRunner().invoke(
        ["--quiet", "parse", "--project-dir", str(PROJECT), *paths]
    )
    assert ended.success
    return ended.result


@pytest.fixture(scope="session")
def nodes(manifest) -> Mapping:
    """The enabled nodes of this project."""
    return manifest.nodes


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that does not exist yet."""
    root = tmp_path / "lake"
    return Lake(root, f"sqlite:{root}/catalog.db")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; the drivers find its passwords as a user's."""
    with running_postgres() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSFILE", str(server.password_file))
        yield server


@pytest.fixture
def team_lake(tmp_path: Path, postgres: PostgresServer) -> Lake:
    """A lake that does not exist yet, to be kept in a database of its own."""
    name = f"lake_{uuid4().hex[:12]}"
    postgres.create_team(name)
    return Lake(tmp_path / "lake", postgres.address(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_lake(request: pytest.FixtureRequest) -> Lake:
    """A lake that does not exist yet, on either kind of catalog."""
    name = "lake" if request.param == "sqlite" else "team_lake"
    return request.getfixturevalue(name)
