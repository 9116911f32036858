"""Lakes that are landed and built once for all tests of this folder."""

import pytest

from postgres_server import PostgresServer
from project import Project
from taxi.generate.eras import parquet_era
from team_lakes import (
    BUILD,
    MONTH,
    STATES,
    Team,
    build_and_watch,
    land,
    rows_of,
)
from tlc_files import trips, write_parquet


@pytest.fixture(scope="session")
def team(tmp_path_factory, postgres: PostgresServer) -> Team:
    """Both states built, the first on SQLite and the second on PostgreSQL."""
    files = tmp_path_factory.mktemp("files")
    for number, rows in enumerate(STATES):
        folder = files / str(number)
        folder.mkdir()
        write_parquet(folder, parquet_era("green", "2023-01"), trips("2023-01"))
        write_parquet(folder, parquet_era("yellow", MONTH), trips(MONTH, 8))
        write_parquet(folder, parquet_era("green", MONTH), rows)
    alone = Project(tmp_path_factory.mktemp("alone"))
    land(alone, files, 0)
    alone.dbt(*BUILD)
    postgres.create_team("team")
    folder = tmp_path_factory.mktemp("team")
    project = Project(folder, catalog=postgres.address("team"))
    land(project, files, 1)
    seen = build_and_watch(project)
    reading = Project(folder, catalog=postgres.address("team", "reader"))
    rows = [rows_of(alone), rows_of(project)]
    return Team(project, reading, files, 1, rows, seen)
