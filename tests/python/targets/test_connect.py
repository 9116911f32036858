"""A build through Spark Connect leaves what a build on this machine leaves."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from elsewhere import ASK, rows

from project import DBT, Project
from servers_started import free_port
from states import TABLES
from taxi.cluster.connect import Wanted, start
from taxi.cluster.processes import Daemons
from taxi.lake import PROJECT


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("connect")
    wanted = Wanted(memory="1g", port=free_port(), page=free_port())
    yield start(folder, wanted, lambda step: None)
    list(Daemons(folder).end())


def test_every_mart_is_as_built_here(project, local, server, monkeypatch):
    monkeypatch.setenv("TAXI_CONNECT", server)
    project.dbt("build", "--target", "connect", "--exclude-resource-type", "unit_test")
    assert rows(project) == local
    project.dbt("docs", "generate", "--target", "connect")


def test_the_interrupt_key_ends_a_build_and_the_next_one_is_whole(
    project, local, server, monkeypatch
):
    monkeypatch.setenv("TAXI_CONNECT", server)
    process = subprocess.Popen(
        [DBT, "--no-use-colors", *TABLES, "--target", "connect"],
        cwd=project.source,
        env=os.environ | project.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if "START sql" in line and "fct_trips" in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said = process.stdout.read()
    assert process.wait() != 0
    assert "Traceback" not in said
    project.dbt(*TABLES, "--target", "connect")
    assert rows(project) == local


REFUSED = {
    "sc://127.0.0.1:1": "no Spark Connect server answers at 127.0.0.1:1; make connect "
    "starts one on this machine, TAXI_CONNECT names another",
    "sc://127.0.0.1:1/;token=secret": "no Spark Connect server answers at 127.0.0.1:1;",
    "http://127.0.0.1": "TAXI_CONNECT: write sc://host:port",
}


@pytest.mark.parametrize("address", REFUSED)
def test_a_server_that_cannot_be_had_is_said_in_a_line(asked, monkeypatch, address):
    monkeypatch.setenv("TAXI_CONNECT", address)
    assert_refused(asked, REFUSED[address])


def test_a_port_where_something_else_listens_is_said_too(asked, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Thread(target=silent.accept, daemon=True).start()
        monkeypatch.setenv("TAXI_CONNECT", f"sc://127.0.0.1:{silent.getsockname()[1]}")
        assert_refused(asked, "is no Spark Connect server, or too busy")


def assert_refused(project: Project, line: str) -> None:
    ended = project.dbt(*ASK, "--target", "connect", check=False)
    assert ended.returncode != 0
    assert line in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "secret" not in ended.stdout + ended.stderr


def test_a_command_starts_it_and_ends_it(tmp_path: Path):
    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, str(PROJECT / "scripts" / "connect.py"), *arguments]
        environment = os.environ | {"TAXI_LOGS": str(tmp_path)}
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    ports = ("--port", str(free_port()), "--page", str(free_port()))
    begun = run("start", "--memory", "1g", *ports)
    assert begun.returncode == 0, begun.stderr
    assert re.search(r"^server +sc://127.0.0.1:\d+$", begun.stdout, re.M)
    assert run("start").returncode == 1
    assert run("stop").stdout == "ended server\n"
    assert run("stop").stdout == "no server runs\n"
