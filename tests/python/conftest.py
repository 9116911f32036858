"""Fixtures that every part's tests share."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from taxi.lake import PROJECT, Lake

# Many small builds: what a JVM compiles thoroughly, it would not run often enough. It
# halves the processor time of a build of a small lake. Code so compiled is given 48 MB
# by Java, and a build that fills them ends in the middle.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
os.environ.setdefault("JAVA_TOOL_OPTIONS", JAVA_OPTIONS)

# Folders whose tests share a lake, or a server, that takes long to make.
TOGETHER = ("build", "fetching", "mutations")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the workers of `pytest -n` take a file each, or a folder that goes together.

    The longest come first.
    """
    for item in items:
        folder = item.path.parent.name
        is_apart = folder not in TOGETHER or "shared" in item.fixturenames
        group = item.path.stem if is_apart else folder
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.path.parent.name not in ("build", "refresh"))


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
