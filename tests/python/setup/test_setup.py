"""Set-up as a stranger runs it: in a clone, interrupted, failed, again, elsewhere."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyspark
import pytest

from install_jars import LISTS, read_list
from pythons import VERSIONS, python_of
from taxi.lake import PROJECT

# What a set-up has made when it is killed: nothing to speak of, the installer, some of
# the packages, all of them, a jar.
SITE = "lib/python*/site-packages"
MOMENTS = {
    "pyvenv.cfg": False,
    "bin/uv": False,
    f"{SITE}/pyspark": True,
    "packages": False,
    f"{SITE}/pyspark/jars/sqlite-jdbc-*.jar": False,
}
PYTHON = Path(sys.executable).resolve()
IS_WHOLE = os.environ.get("TAXI_KILLS") == "all"
IS_EVERY_PYTHON = os.environ.get("TAXI_PYTHONS") == "all"
# All other tests run with this one.
THIS = "{}.{}".format(*sys.version_info)


def clone(folder: Path) -> Path:
    """The project's files as git would lay them into a fresh clone."""
    listed = subprocess.check_output(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        text=True,
    )
    for name in listed.splitlines():
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return clone(tmp_path_factory.mktemp("project") / "a clone")


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """Of a stranger: the jars come from a repository on disk, for speed.

    An own `SPARK_CONF_DIR` leaves the archive of classes out, for the same reason.
    """
    root = tmp_path_factory.mktemp("maven")
    here = Path(pyspark.__file__).parent / "jars"
    for jar in read_list((LISTS / "jars.txt").read_text()):
        folder = root.joinpath(*jar.group.split("."), jar.artifact, jar.version)
        folder.mkdir(parents=True)
        (folder / jar.file_name).symlink_to(here / jar.file_name)
        (folder / f"{jar.artifact}-{jar.version}.pom").write_text(
            "<project><modelVersion>4.0.0</modelVersion>"
            f"<groupId>{jar.group}</groupId><artifactId>{jar.artifact}</artifactId>"
            f"<version>{jar.version}</version></project>"
        )
    settings = root / "ivysettings.xml"
    pattern = f"{root}/[organisation]/[module]/[revision]/[artifact]-[revision].[ext]"
    settings.write_text(
        '<ivysettings><settings defaultResolver="disk"/><resolvers>'
        f'<filesystem name="disk" m2compatible="true"><ivy pattern="{pattern}"/>'
        f'<artifact pattern="{pattern}"/></filesystem></resolvers></ivysettings>'
    )
    names = ("VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "TAXI_PYTHONS")
    return {name: text for name, text in os.environ.items() if name not in names} | {
        "IVY_SETTINGS": str(settings),
        "SPARK_CONF_DIR": str(root),
    }


def make(
    target: str, project: Path, environment: dict[str, str], python: Path | str = PYTHON
) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", target, f"PYTHON={python}"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def kill_when(project: Path, environment: dict[str, str], made: str) -> None:
    """Begin a set-up and kill all of it once it has made something."""
    process = subprocess.Popen(
        ["make", "setup", f"PYTHON={PYTHON}"],
        cwd=project,
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and not list((project / ".venv").glob(made)):
        time.sleep(0.01)
    assert process.poll() is None, f"was not killed before it ended, at {made}"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (project / ".venv" / "installed").exists()


def test_an_interrupted_set_up_goes_on_and_a_whole_one_has_nothing_to_do(
    project, environment
):
    for made, is_short in MOMENTS.items():
        if IS_WHOLE or is_short:
            shutil.rmtree(project / ".venv", ignore_errors=True)
            kill_when(project, environment, made)
            ended = make("setup", project, environment)
            assert ended.returncode == 0, ended.stderr
    venv = project / ".venv"
    check = [sys.executable, "-m", "uv", "pip", "check", "--python", venv]
    subprocess.run(check, check=True, capture_output=True)
    subprocess.run([venv / "bin" / "dbt", "--version"], check=True, capture_output=True)
    assert not list(venv.glob(f"{SITE}/pyspark/jars/.*"))

    before = {path: path.stat().st_mtime_ns for path in venv.rglob("*")}
    ended = make("setup", project, environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in venv.rglob("*")} == before


def test_a_set_up_that_failed_says_why_and_the_next_one_works(project, environment):
    lock = project / "requirements" / "dev.txt"
    text = lock.read_text()
    lock.write_text(text.replace("--hash=sha256:", "--hash=sha256:0000"))
    ended = make("setup", project, environment)
    assert ended.returncode != 0
    said = ended.stderr.splitlines()
    assert any(line.startswith("Setup stopped: ") for line in said), ended.stderr
    assert "Traceback" not in ended.stderr

    lock.write_text(text)
    assert make("setup", project, environment).returncode == 0
    command = [project / ".venv" / "bin" / "sqlfluff", "--version"]
    subprocess.run(command, check=True, capture_output=True)


def test_a_python_that_is_not_there_is_named(project, environment):
    ended = make("setup", project, environment, "/no/such/python")
    assert ended.returncode != 0
    said = ended.stderr.splitlines()[0]
    assert said.startswith("Setup stopped: /no/such/python cannot be run; install Pyt")


@pytest.mark.parametrize(
    "version", [one for one in VERSIONS if IS_EVERY_PYTHON or one != THIS]
)
def test_the_project_runs_with_each_python(version, environment, tmp_path):
    """Set-up and the short tests; `TAXI_PYTHONS=all` adds what `make run` does."""
    python = python_of(version)
    project = clone(tmp_path / "clone")
    shared = PROJECT.parent / "shared"
    if shared.is_dir():
        (tmp_path / "shared").symlink_to(shared)
    if IS_EVERY_PYTHON:
        # As a stranger has it: with the archive, and the jars as they are published.
        environment = {
            name: text
            for name, text in environment.items()
            if name not in ("IVY_SETTINGS", "SPARK_CONF_DIR")
        }
    for target in ("run", "test-short") if IS_EVERY_PYTHON else ("test-short",):
        ended = make(target, project, environment, python)
        assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
    settings = (project / ".venv" / "pyvenv.cfg").read_text()
    assert f"version = {version}." in settings
