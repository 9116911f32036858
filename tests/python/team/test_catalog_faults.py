"""What is said when the server of a catalog does not serve: one line, no secret."""

from dataclasses import replace

import pytest

from postgres_server import PASSWORD
from project import SAMPLE, Project
from servers_started import free_port

CELL = ("--zone", "74", "--month", "2023-02", "--service", "green")

# The commands, with what they need.
SCRIPTS = {
    "ingest.py": ("--from", SAMPLE),
    "publish.py": (),
    "history.py": (),
    "check_lake.py": (),
    "expire.py": (),
    "explain.py": CELL,
    "summary.py": (),
}


@pytest.fixture
def project(tmp_path, team_lake) -> Project:
    return Project(tmp_path, catalog=team_lake.catalog)


def assert_said(project: Project, said: str, *scripts: str) -> None:
    """Commands say so in one line, and fail."""
    for name in scripts:
        ended = project.script(name, *SCRIPTS[name], check=False)
        assert ended.returncode == 1, name
        (line,) = ended.stderr.splitlines()
        assert line.startswith(f"{name.removesuffix('.py')}: ") and said in line
        assert PASSWORD not in ended.stdout + ended.stderr


def assert_said_by_dbt(project: Project, said: str) -> None:
    """dbt says so in one line, before it starts Spark."""
    ended = project.dbt("run", check=False)
    assert ended.returncode != 0
    (_,) = (line for line in ended.stdout.splitlines() if said in line)
    assert "Traceback" not in ended.stdout + ended.stderr
    logs = project.folder / "logs"
    assert not (logs / "spark.log").exists()
    assert PASSWORD not in ended.stdout + (logs / "dbt.log").read_text()


def test_a_server_that_is_not_there(project, postgres):
    address = project.catalog.replace(f":{postgres.port}/", f":{free_port()}/")
    gone = replace(project, catalog=address)
    assert_said(gone, "Connection refused", *SCRIPTS)
    assert_said_by_dbt(gone, "Connection refused")


def test_a_wrong_password(project, tmp_path, monkeypatch):
    wrong = tmp_path / "wrong"
    wrong.write_text("*:*:*:*:guessed\n")
    wrong.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(wrong))
    assert_said(project, "password authentication failed", "ingest.py", "publish.py")
    assert_said_by_dbt(project, "password authentication failed")


def test_no_password(project, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.touch(mode=0o600)
    monkeypatch.setenv("PGPASSFILE", str(empty))
    assert_said(project, "no password supplied", "ingest.py")


def test_a_password_file_that_others_can_read(project, tmp_path, monkeypatch):
    readable = tmp_path / "readable"
    readable.write_text(f"*:*:*:*:{PASSWORD}\n")
    readable.chmod(0o644)
    monkeypatch.setenv("PGPASSFILE", str(readable))
    assert_said(project, f"chmod 600 {readable}", "ingest.py", "summary.py")


def test_a_password_that_spark_could_not_be_given_in_secret(project, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert_said(project, "PGPASSFILE", "ingest.py", "summary.py")
    assert_said_by_dbt(project, "PGPASSWORD")


def test_a_password_file_that_is_not_there(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    assert_said(project, "PGPASSFILE: there is no file", "ingest.py")


def test_a_database_that_is_not_there(project):
    address = f"{project.catalog}_not"
    assert_said(replace(project, catalog=address), "does not exist", "ingest.py")


def test_a_role_without_rights(project):
    address = project.catalog.replace("_builder@", "_reader@")
    said = "permission denied for schema public"
    may_not = replace(project, catalog=address)
    assert_said(may_not, said, "ingest.py")
    project.lake.open_catalog()
    assert_said(may_not, said, "publish.py")
    assert_said_by_dbt(may_not, said)


def test_a_target_of_a_team_builds_nowhere_else(tmp_path):
    ended = Project(tmp_path).dbt("run", "--target", "team", check=False)
    (line,) = (one for one in ended.stdout.splitlines() if "TAXI_CATALOG" in one)
    assert ended.returncode != 0
    assert "set TAXI_CATALOG to postgresql://user@host/database" in line


def test_a_password_in_the_address(project):
    address = project.catalog.replace("@", f":{PASSWORD}@")
    assert_said(replace(project, catalog=address), "PGPASSFILE", "ingest.py")
