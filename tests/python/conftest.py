"""Fixtures that every part's tests share."""

from pathlib import Path

import pytest

from taxi.lake import PROJECT, Lake


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real TLC files that lie beside the project."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real TLC files are not here: {folder}")
    return folder


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that does not exist yet."""
    root = tmp_path / "lake"
    return Lake(root, f"sqlite:{root}/catalog.db")
