"""Every lock installs what it lists, whatever is published later."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from install_packages import REQUIREMENTS, uv_command, uv_environment
from later_index import NEWER, later_index, locked
from pythons import VERSIONS, python_of
from servers_started import needed, run_or_say_why

LOCKS = sorted(set(REQUIREMENTS.glob("*.txt")) - set(REQUIREMENTS.glob("jars*.txt")))
PLATFORMS = {"x86_64-manylinux_2_28": "linux", "aarch64-apple-darwin": "darwin"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    """An environment without packages."""
    folder = tmp_path_factory.mktemp("empty")
    venv = [sys.executable, "-m", "venv", "--without-pip", folder]
    subprocess.run(venv, check=True)
    return folder


def try_out(
    lock: Path, empty: Path, version: str = "3.11", platform: str = ""
) -> subprocess.CompletedProcess:
    """Install a lock with the project's own command, but for show."""
    platform = platform or next(iter(PLATFORMS))
    with later_index(lock) as address:
        command = [*uv_command(lock), "--dry-run", "--default-index", address]
        command += ["--python", str(empty / "bin" / "python")]
        command += ["--python-version", version, "--python-platform", platform]
        command += ["--cache-dir", str(empty / "cache")]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def names_of(lock: Path, version: str, platform: str) -> set[str]:
    """Names and versions that a lock lists for a Python, as uv prints them."""
    there = {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": PLATFORMS[platform],
        "platform_system": PLATFORMS[platform].capitalize(),
        "platform_machine": platform.partition("-")[0].replace("aarch64", "arm64"),
        "os_name": "posix",
    }
    return {
        canonicalize_name(one.name) + str(one.specifier)
        for one, _ in locked(lock)
        if one.marker is None or one.marker.evaluate(there)
    }


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_installs_what_it_lists_beside_newer_versions(
    lock, version, platform, empty
):
    ended = try_out(lock, empty, version, platform)
    assert ended.returncode == 0, ended.stderr
    assert NEWER not in ended.stderr
    found = set(re.findall(r"^ \+ (\S+==\S+)$", ended.stderr, re.M))
    assert found == names_of(lock, version, platform)
    assert len(found) >= 1


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r"^click==\S+", "click>=8"),
        (r"^(click==\S+) \\\n(?: +--hash=.*\n)+", r"\1\n"),
    ],
    ids=["no version", "no hash"],
)
def test_a_lock_that_leaves_something_open_is_refused(
    pattern, replacement, empty, tmp_path
):
    text = (REQUIREMENTS / "runtime.txt").read_text()
    lock = tmp_path / "open.txt"
    lock.write_text(re.sub(pattern, replacement, text, count=1, flags=re.M))
    assert lock.read_text() != text
    ended = try_out(lock, empty)
    assert ended.returncode != 0
    assert "click" in ended.stderr


def test_the_oldest_pip_that_a_python_brings_installs_the_installer(tmp_path):
    python = python_of("3.11")
    command = [*uv_command(REQUIREMENTS / "oldest-pip.txt"), "--quiet"]

    def install() -> Path:
        environment = uv_environment(os.environ)
        run_or_say_why(
            "the oldest pip cannot be had",
            *(*command, "--target", tmp_path),
            **environment,
        )
        return tmp_path

    needed(install)
    pip = [python, "-m", "pip"]
    with_pip = os.environ | {"PYTHONPATH": str(tmp_path)}
    ask = [*pip, "install", "--dry-run", "--ignore-installed", "--require-hashes"]
    ask += ["--disable-pip-version-check", "-r", REQUIREMENTS / "uv.txt"]
    said = subprocess.check_output([*pip, "--version"], env=with_pip, text=True)
    assert said.startswith("pip 22.3 ")
    said = subprocess.check_output(ask, env=with_pip, text=True)
    assert re.search(r"^Would install uv-[\d.]+$", said, re.M)


def test_no_lock_names_a_registry():
    for lock in LOCKS:
        assert not re.search(r"https?:|index-url|find-links", lock.read_text())
