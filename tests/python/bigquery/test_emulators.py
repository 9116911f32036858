"""What other tests of BigQuery rely on: both emulators stand on one folder."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.cloud import bigquery

from servers_started import installed_once, run_or_say_why, started
from taxi.lake import PROJECT


def test_bigquery_loads_what_lies_in_the_bucket(client, dataset, bucket):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"trip_id": ["a", "b"]}), sink)
    bucket.blob("trips.parquet").upload_from_string(sink.getvalue().to_pybytes())
    table = bigquery.Table(f"{dataset.reference}.trips")
    table.schema = [bigquery.SchemaField("trip_id", "STRING", "REQUIRED")]
    client.create_table(table)

    options = bigquery.LoadJobConfig(source_format="PARQUET", schema=table.schema)
    address = f"gs://{bucket.name}/trips.parquet"
    client.load_table_from_uri(address, table, job_config=options).result()

    assert [row["trip_id"] for row in client.list_rows(table)] == ["a", "b"]


INSTALLING = """
import sys
from pathlib import Path
import servers_started
servers_started.PROJECT = Path(sys.argv[1])

def install(folder):
    print("installs", flush=True)
    sys.stdin.readline()
    (folder / "command").touch()

folder = servers_started.installed_once("server-1", install)
print((folder / "command").exists())
"""


def test_two_workers_install_once_and_the_second_waits(tmp_path):
    def worker() -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", INSTALLING, tmp_path],
            env={"PYTHONPATH": str(PROJECT / "tests" / "python")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    first = worker()
    assert first.stdout.readline() == "installs\n"
    second = worker()
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(2)
    assert first.communicate("\n")[0] == "True\n"
    assert second.communicate()[0] == "True\n"


def test_what_an_interrupted_installation_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("servers_started.PROJECT", tmp_path)

    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        installed_once("server-1", interrupted)
    folder = installed_once("server-1", lambda folder: (folder / "command").touch())
    assert sorted(path.name for path in folder.iterdir()) == ["command", "installed"]


def test_a_step_that_fails_says_why():
    code = "import sys; sys.exit('no such package')"
    with pytest.raises(LookupError, match=r"^pip cannot: no such package$"):
        run_or_say_why("pip cannot", sys.executable, "-c", code)


def test_a_server_that_ends_at_once_shows_its_log(tmp_path):
    command = [sys.executable, "-c", "import sys; sys.exit('port is taken')"]
    with (
        pytest.raises(AssertionError, match="port is taken"),
        started(command, 9, "/", tmp_path / "server.log"),
    ):
        pass
