"""What the tests of refreshes share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Path:
    """Where made-up files are written before they are landed."""
    return tmp_path_factory.mktemp("files")
