"""A command that reads makes no lake at a path that was mistyped."""

import pytest
from sqlalchemy import create_engine, inspect, text

from project import SAMPLE, Project
from taxi.lake import Lake

CELL = ("--zone", "74", "--month", "2023-02", "--service", "green")
EXPORT = ("export_bigquery.py", "--dataset", "d", "--bucket", "gs://bucket/folder")
COMMANDS = [
    ("history.py",),
    ("history.py", "--as-of", "1"),
    ("summary.py",),
    ("explain.py", *CELL),
    ("explain.py", *CELL, "--working"),
    ("check_lake.py",),
    ("expire.py",),
    ("expire.py", "--yes"),
    ("publish.py",),
    ("publish.py", "--list"),
    ("publish.py", "--rollback"),
    (*EXPORT, "--dry-run"),
    (*EXPORT, "--verify"),
    ("ingest.py", "--diff", "green", "2023-02"),
    ("ingest.py", "--withdraw", "green", "2023-02"),
    ("ingest.py", "--reland"),
]


def assert_no_lake(project: Project, name: str, *arguments: str) -> None:
    ended = project.script(name, *arguments, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"{name.removesuffix('.py')}: there is no lake at ")
    assert str(project.lake.root) in line
    assert "set TAXI_LAKE" in line and "python scripts/ingest.py" in line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_made(tmp_path, command):
    assert_no_lake(Project(tmp_path), *command)
    # An export asks dbt for the contracts, which writes what it always does.
    assert {path.name for path in tmp_path.iterdir()} <= {"logs", "target"}


@pytest.mark.parametrize("command", COMMANDS[::3], ids=" ".join)
def test_nothing_is_made_in_an_empty_folder(tmp_path, command):
    root = tmp_path / "lake"
    root.mkdir()
    assert_no_lake(Project(tmp_path), *command)
    assert list(root.iterdir()) == []


def test_a_database_of_something_else_is_no_lake(tmp_path):
    project = Project(tmp_path)
    project.lake.root.mkdir()
    file = project.lake.catalog_file
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("create table something_else (id integer)"))
    for command in (("summary.py",), ("publish.py",), ("check_lake.py",)):
        assert_no_lake(project, *command)
    assert inspect(engine).get_table_names() == ["something_else"]
    assert list(project.lake.root.iterdir()) == [file]


@pytest.mark.parametrize(
    "command", [("summary.py",), ("publish.py",), ("check_lake.py",), ("expire.py",)]
)
def test_nothing_is_made_on_a_server(tmp_path, team_lake, command):
    assert_no_lake(Project(tmp_path, catalog=team_lake.catalog), *command)
    assert list(tmp_path.iterdir()) == []
    assert inspect(team_lake.database.engine()).get_table_names() == []


def test_a_folder_that_is_missing_beside_its_catalog_is_said(tmp_path):
    there = Lake(tmp_path / "there", f"sqlite:{tmp_path}/catalog.db")
    there.open_catalog()
    assert_no_lake(Project(tmp_path, catalog=there.catalog), "summary.py")
    assert not (tmp_path / "lake").exists()


def test_a_dry_run_says_what_would_land_and_makes_nothing(tmp_path):
    ended = Project(tmp_path).script("ingest.py", "--from", SAMPLE, "--dry-run")
    assert "to land" in ended.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("check_lake.py",), "holds no table to check"),
        (("history.py",), "the lake holds no trips yet"),
        (("summary.py",), "the lake holds no trips yet"),
        (("explain.py", *CELL, "--working"), "the lake holds no trips yet"),
    ],
)
def test_an_empty_lake_is_neither_whole_nor_built(tmp_path, command, said):
    project = Project(tmp_path)
    project.lake.open_catalog()
    ended = project.script(*command, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert said in line and "python scripts/ingest.py" in line
