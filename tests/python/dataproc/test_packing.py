"""The archive holds what git knows and a job needs, and nothing else."""

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from taxi.dataproc.packing import pack
from taxi.errors import TaxiError
from taxi.lake import PROJECT


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A checkout of the project as it lies here, with what nobody asked for."""
    folder = tmp_path_factory.mktemp("checkout") / "project"
    listed = subprocess.run(
        ["git", "-C", PROJECT, "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).exists():
            shutil.copy(PROJECT / name, path, follow_symlinks=False)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", folder, *command], check=True)
    (folder / "scripts" / "secret.py").write_text("password = 1")
    (folder / "models" / ".env").write_text("password = 1")
    (folder / "logs").mkdir()
    (folder / "logs" / "dbt.log").write_text("x")
    return folder


def names(content: bytes) -> set[str]:
    return set(tarfile.open(fileobj=io.BytesIO(content)).getnames())


def test_holds_what_a_job_needs_and_nothing_that_git_does_not_know(checkout):
    held = names(pack(checkout).content)
    assert {
        "dbt_project.yml",
        "pyproject.toml",
        "macros/begin_build.sql",
        "models/marts/fct_trips.sql",
        "profiles/profiles.yml",
        "scripts/dbt_taxi.py",
        "scripts/export_bigquery.py",
        "scripts/taxi/landing/zones/taxi_zones.geojson.gz",
        # A link to the seed.
        "scripts/taxi/revenue/taxi_zones.csv",
        "seeds/taxi_zones.csv",
        "tests/assert_every_cent_is_accounted_for.sql",
    } <= held
    assert not [name for name in held if "secret" in name or name.endswith(".env")]
    parts = {name.partition("/")[0] for name in held}
    assert parts.isdisjoint({".venv", "lake", "logs", "target", "data", ".git"})
    assert not [name for name in held if name.startswith("tests/python")]


def test_the_same_files_give_the_same_bytes_wherever_and_whenever(checkout, tmp_path):
    other = tmp_path / "elsewhere"
    shutil.copytree(checkout, other, symlinks=True)
    for path in other.rglob("*.sql"):
        os.utime(path, (0, 0))
        path.chmod(0o700)
    assert pack(other) == pack(checkout)


def test_another_content_has_another_name(checkout, tmp_path):
    other = tmp_path / "changed"
    shutil.copytree(checkout, other, symlinks=True)
    (other / "seeds" / "vendors.csv").write_text("changed")
    assert pack(other).name != pack(checkout).name


def test_refuses_what_is_no_checkout(tmp_path):
    with pytest.raises(TaxiError, match=r"cannot be packed: it is no checkout of git"):
        pack(tmp_path)


def test_refuses_a_checkout_that_lacks_a_file(checkout, tmp_path):
    other = tmp_path / "lacking"
    shutil.copytree(checkout, other, symlinks=True)
    (other / "dbt_project.yml").unlink()
    with pytest.raises(TaxiError, match=r"dbt_project.yml cannot be packed"):
        pack(other)
