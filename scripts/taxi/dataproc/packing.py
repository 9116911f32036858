"""Packing what a job needs of the project: the same files give the same bytes."""

import gzip
import hashlib
import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from taxi.errors import TaxiError
from taxi.lake import PROJECT

# What a job needs. Of tests, dbt needs its own.
_PARTS = (
    "analyses",
    "dbt_project.yml",
    "macros",
    "models",
    "profiles",
    "pyproject.toml",
    "scripts",
    "seeds",
    "tests",
    ":(exclude)tests/python",
    ":(exclude)scripts/benchmarks",
)


@dataclass(frozen=True)
class Packed:
    """A file that was packed.

    Attributes:
        name: carries the SHA-256 of the bytes.
    """

    name: str
    content: bytes


def pack(project: Path = PROJECT) -> Packed:
    """Pack the files of the project that git knows, as they lie there now.

    A link is packed as the file that it leads to.

    Raises:
        TaxiError: if the project is no checkout of git, or a file of it is gone.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in _tracked(project):
            path = project / name
            try:
                content = path.read_bytes()
            except OSError as error:
                raise TaxiError(f"{path} cannot be packed ({error.strerror})") from (
                    error
                )
            # Owner and time are not of the project, and would change the bytes.
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    return named("nyc-taxi", ".tar.gz", gzip.compress(plain.getvalue(), mtime=0))


def named(stem: str, suffix: str, content: bytes) -> Packed:
    """Name bytes by their SHA-256."""
    return Packed(f"{stem}-{hashlib.sha256(content).hexdigest()}{suffix}", content)


def _tracked(project: Path) -> list[str]:
    command = ["git", "-C", str(project), "ls-files", "-z", "--", *_PARTS]
    listed = subprocess.run(command, capture_output=True, check=False)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    if listed.returncode or "dbt_project.yml" not in names:
        raise TaxiError(
            f"{project} cannot be packed: it is no checkout of git, which tells what "
            "belongs to the project"
        )
    return sorted(names)
