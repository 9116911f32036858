"""What a person or a program is told while files are fetched."""

import json
import threading

import pytest

import faults
from faults import status
from offered import name, parquet
from taxi.errors import TaxiError
from taxi.fetching.patience import Patience, Transient


def test_lines_come_in_the_order_of_months_whichever_file_arrives_first(
    fetched, server
):
    """The first month is answered only when the second one was asked for."""
    server.put_months("2020-11", "2020-12")
    is_second_asked = threading.Event()

    def wait(request) -> bool:
        if "2020-11" in request.path:
            assert is_second_asked.wait(20)
        else:
            is_second_asked.set()
        return False

    server.faults = [wait, wait]
    options = ("--months", "2020-11:2020-12", "--services", "green")
    assert fetched.ingest(server.url, *options, "--timeout", "30") == 0
    lines = [line.split(":")[0] for line in fetched.out.splitlines()]
    assert [line for line in lines if not line.startswith(" ")] == [
        "fetched     green_tripdata_2020-11.parquet",
        "landed      green_tripdata_2020-11.parquet",
        "fetched     green_tripdata_2020-12.parquet",
        "landed      green_tripdata_2020-12.parquet",
        "files",
    ]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(fetched, server):
    server.put_months("2020-11")
    size = len(server.files[f"/{name()}"])
    options = ("--months", "2020-11:2021-01", "--services", "green", "--dry-run")
    assert fetched.ingest(server.url, *options) == 0
    assert f"to fetch    {name()}: {size / 1000:.1f} kB, {server.url}" in fetched.out
    assert f"missing     {name('2021-01')}" in fetched.err
    assert "a dry run: 2 files to fetch, 293.0 kB; nothing was" in fetched.out
    assert set(server.methods()) == {"HEAD"}
    assert not fetched.lake.root.exists()
    fetched.green(server)
    fetched.ingest(server.url, *options)
    assert f"unchanged   {name()}" in fetched.out
    assert "a dry run: 1 files to fetch" in fetched.out


def test_a_dry_run_of_a_folder(fetched, tmp_path):
    (tmp_path / name()).write_bytes(parquet())
    assert fetched.ingest(tmp_path, "--dry-run") == 0
    assert f"to land     {name()}: 146.5 kB" in fetched.out
    fetched.ingest(tmp_path)
    fetched.ingest(tmp_path, "--dry-run")
    assert f"unchanged   {name()}" in fetched.out


def test_nothing_of_what_was_asked_for_is_there(fetched, server):
    server.files.clear()
    assert fetched.green(server) == 1
    assert fetched.err.splitlines()[-1] == (
        f"ingest: {server.url} has none of the wanted files"
    )


def test_a_server_that_is_not_there_is_said_once(fetched):
    options = ("--months", "2020-01:2020-12", "--retries", "1")
    assert fetched.ingest("http://127.0.0.1:9", *options) == 1
    told = [line for line in fetched.err.splitlines() if "; again in " not in line]
    assert told == [
        "ingest: 127.0.0.1:9: the connection was refused (2 attempts); run again later"
    ]


def test_a_server_that_never_answered_is_not_waited_for_again(monkeypatch):
    monkeypatch.setattr("taxi.fetching.patience.FIRST_PAUSE", 0.01)
    patience = Patience(retries=1)
    tries = []

    def fail() -> None:
        tries.append(1)
        raise Transient("down")

    for _ in range(3):
        with pytest.raises(TaxiError):
            patience.persist("file", fail)
    assert len(tries) == 2 + 1 + 1
    patience.persist("file", lambda: None)
    with pytest.raises(TaxiError):
        patience.persist("file", fail)
    assert len(tries) == 4 + 2


def test_an_answer_cannot_move_the_cursor(fetched, server):
    server.head_faults = [status(302, Location="x:\x1b[2J")]
    assert fetched.green(server) == 1
    assert "not followed" in fetched.err
    assert "\x1b" not in fetched.err


def test_json_says_one_object_per_file_and_one_for_the_run(fetched, server):
    server.put(name("2020-11"), b"PAR1 no parquet at all PAR1")
    options = ("--services", "green", "--months", "2020-10:2020-12", "--json")
    assert fetched.ingest(server.url, *options) == 1
    told = {one["file"]: one for one in map(json.loads, fetched.out.splitlines()[:-1])}
    assert {file: one["event"] for file, one in told.items()} == {
        name("2020-10"): "missing",
        name("2020-11"): "refused",
        name("2020-12"): "landed",
    }
    assert told[name()]["rows"] == 5
    assert told[name()]["total_amount_cents"] == 6150
    assert told[name()]["origin"] == f"{server.url}/{name()}"
    summary = json.loads(fetched.out.splitlines()[-1])
    assert summary["event"] == "summary"
    assert (summary["landed"], summary["missing"], summary["refused"]) == (1, 1, 1)


def test_json_says_why_a_run_failed_as_a_whole(fetched, server):
    server.files.clear()
    assert fetched.green(server, "--json") == 1
    missing, summary = map(json.loads, fetched.out.splitlines())
    assert missing["event"] == "missing"
    error = f"{server.url} has none of the wanted files"
    assert summary == {"event": "summary", "error": error}


def test_quiet_says_only_what_is_wrong(fetched, server):
    server.faults = [faults.hang_up]
    assert fetched.green(server, "--quiet") == 0
    assert fetched.out == fetched.err == ""
    options = ("--services", "green", "--months", "2020-11:2020-12", "--quiet")
    fetched.ingest(server.url, *options)
    assert fetched.out == ""
    assert fetched.err.startswith(f"missing     {name('2020-11')}")


def test_a_failure_that_is_borne_is_told_in_a_plain_line(fetched, server):
    server.faults = [status(503)]
    fetched.green(server)
    host = server.url.removeprefix("http://")
    assert fetched.err.startswith(
        f"ingest: {name()}: {host} answered 503 Service Unavailable; again in "
    )
