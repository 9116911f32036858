"""Locks and tables on a server that other processes use at the same moment."""

import os
import subprocess
import sys

import pytest

from postgres_server import PostgresServer
from project import Project
from taxi.errors import TaxiError
from taxi.generate.eras import parquet_era
from taxi.lake import PROJECT, Lake
from taxi.locks import LakeLock
from tlc_files import trips, write_parquet


def test_who_loses_the_lake_to_a_restart_is_told(
    team_lake: Lake, postgres: PostgresServer
):
    lock = LakeLock(team_lake, "dbt build")
    lock.check()
    postgres.restart()
    with pytest.raises(TaxiError, match="is not held any more") as refusal:
        lock.check()
    assert "\n" not in str(refusal.value)
    with pytest.raises(TaxiError, match="is not held any more"):
        lock.settle()
    lock.release()
    # It may have left something, so the next one clears up.
    with LakeLock(team_lake, "publish") as after:
        assert after.left_behind.command == "dbt build"


def test_who_lost_the_lake_takes_nothing_from_who_has_it(
    team_lake: Lake, postgres: PostgresServer
):
    lost = LakeLock(team_lake, "dbt build")
    postgres.restart()
    with LakeLock(team_lake, "publish") as held:
        lost.release()
        held.check()
        with pytest.raises(TaxiError, match="is busy: publish"):
            LakeLock(team_lake, "ingest", alone=False)


def test_a_lock_is_held_against_a_role_that_only_reads(team_lake: Lake):
    reader = Lake(team_lake.root, team_lake.catalog.replace("_builder@", "_reader@"))
    with (
        LakeLock(team_lake, "dbt build"),
        pytest.raises(TaxiError, match="is busy: dbt build"),
    ):
        LakeLock(reader, "ingest", alone=False)


def test_two_landings_may_make_the_lake_at_once(tmp_path, team_lake: Lake):
    project = Project(tmp_path, catalog=team_lake.catalog)
    landings = []
    for month in ("2023-01", "2023-02"):
        folder = tmp_path / month
        folder.mkdir()
        write_parquet(folder, parquet_era("green", month), trips(month))
        landings.append(
            subprocess.Popen(
                [sys.executable, PROJECT / "scripts/ingest.py", "--from", folder],
                env=os.environ | project.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
    for landing in landings:
        said, _ = landing.communicate()
        assert landing.returncode == 0, said
    assert len(project.rows("tlc", "source_files")) == 2
    assert len(project.rows("tlc", "green_trips")) == 10
    assert "no fault" in project.script("check_lake.py").stdout
