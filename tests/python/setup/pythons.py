"""The Pythons of this machine that the project supports."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

VERSIONS = ("3.11", "3.12", "3.13")


def python_of(version: str) -> Path:
    """A Python of this version; the test is skipped where there is none."""
    candidates = [shutil.which(f"python{version}")]
    # pyenv keeps them off the path until one is chosen.
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates += sorted(root.glob(f"versions/{version}.*/bin/python3"))
    for candidate in filter(None, candidates):
        ended = subprocess.run([candidate, "-c", ""], capture_output=True, check=False)
        if not ended.returncode:
            return Path(candidate)
    pytest.skip(f"this machine has no Python {version}")
