"""A build on a master and two workers leaves what a build on this machine leaves."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from elsewhere import ASK, Running, rows

from project import DBT, Project
from servers_started import free_port
from states import TABLES
from taxi.cluster.processes import Daemons
from taxi.lake import PROJECT

IS_WHOLE = os.environ.get("TAXI_KILLS") == "all"
KILLED = ("worker-2", "master") if IS_WHOLE else ("worker-2",)


def build_on(cluster: Running, monkeypatch) -> None:
    """Let the target name this cluster."""
    monkeypatch.setenv("TAXI_MASTER", cluster.master)
    monkeypatch.setenv("TAXI_MASTER_PAGE", cluster.page)
    monkeypatch.setenv("TAXI_EXECUTOR_MEMORY", "700m")


def test_every_mart_is_as_built_here(project, local, cluster, monkeypatch):
    build_on(cluster, monkeypatch)
    project.dbt(*TABLES, "--target", "cluster")
    assert rows(project) == local


@pytest.mark.parametrize("killed", KILLED)
def test_a_process_that_is_killed_in_a_stage_changes_no_number(
    project, local, cluster_to_break, monkeypatch, killed
):
    cluster = cluster_to_break
    build_on(cluster, monkeypatch)
    process = begin_build(project)
    hold_in_a_task(cluster, process)
    # A worker and its executors are a group of processes.
    os.killpg(cluster.daemons[killed].process_id, signal.SIGKILL)
    if killed == "master":
        os.killpg(cluster.daemons["worker-2"].process_id, signal.SIGCONT)
    rest = process.stdout.read()
    assert process.wait() == 0, rest
    assert rows(project) == local
    assert killed not in cluster.daemons


@pytest.mark.skipif(not IS_WHOLE, reason="TAXI_KILLS=all kills all workers too")
def test_a_cluster_without_workers_ends_a_build_in_a_line(
    project, cluster_to_break, monkeypatch
):
    build_on(cluster_to_break, monkeypatch)
    process = begin_build(project)
    hold_in_a_task(cluster_to_break, process)
    for name in ("worker-1", "worker-2"):
        os.killpg(cluster_to_break.daemons[name].process_id, signal.SIGKILL)
    said = process.stdout.read()
    assert process.wait() == 1, said
    assert "because no worker of spark://127.0.0.1" in said
    assert "start workers again, and run the command again" in said
    assert "Traceback" not in said


def begin_build(project: Project) -> subprocess.Popen:
    """Begin a build, and return when it is at the trips."""
    process = subprocess.Popen(
        [DBT, "--no-use-colors", *TABLES, "--target", "cluster"],
        cwd=project.source,
        env=os.environ | project.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if "START sql" in line and "fct_trips" in line:
            break
    return process


def hold_in_a_task(cluster: Running, process: subprocess.Popen) -> None:
    """Stop the second worker while it is at a task."""
    group = cluster.daemons["worker-2"].process_id
    while process.poll() is None:
        os.killpg(group, signal.SIGSTOP)
        if cluster.unfinished_tasks("worker-2"):
            return
        os.killpg(group, signal.SIGCONT)
        time.sleep(0.02)
    raise AssertionError("the build ended before a task was caught")


REFUSED = {
    "TAXI_MASTER=spark://127.0.0.1:1": "no Spark master answers at 127.0.0.1:1; "
    "make cluster starts one on this machine, TAXI_MASTER names another",
    "TAXI_MASTER=spark://nowhere": "TAXI_MASTER: write spark://host:port",
    "TAXI_EXECUTOR_MEMORY=40g": "has no worker with 40g left for an executor, at most "
    "2048m; set TAXI_EXECUTOR_MEMORY to less",
    "TAXI_EXECUTOR_MEMORY=lots": "'lots' is no amount of memory; write 700m or 2g",
}


@pytest.mark.parametrize("setting", REFUSED)
def test_what_cannot_run_there_is_said_in_a_line(asked, cluster, monkeypatch, setting):
    build_on(cluster, monkeypatch)
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    ended = asked.dbt(*ASK, "--target", "cluster", check=False)
    assert ended.returncode != 0
    assert REFUSED[setting] in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_too_little_memory_is_said_without_the_page_too(asked, cluster, monkeypatch):
    build_on(cluster, monkeypatch)
    monkeypatch.setenv("TAXI_EXECUTOR_MEMORY", "40g")
    monkeypatch.setenv("TAXI_MASTER_PAGE", "http://127.0.0.1:1")
    ended = asked.dbt(*ASK, "--target", "cluster", check=False)
    assert ended.returncode != 0
    assert "gave no executor of 40g within 10 s" in ended.stdout


def test_a_command_starts_it_and_ends_exactly_it(tmp_path):
    environment = os.environ | {"TAXI_LOGS": str(tmp_path)}
    other = subprocess.Popen(["sleep", "600"])

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, str(PROJECT / "scripts" / "cluster.py"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    ports = ("--port", str(free_port()), "--page", str(free_port()))
    begun = run("start", "--workers", "1", *ports)
    assert begun.returncode == 0, begun.stderr
    assert re.search(r"^master +spark://127.0.0.1:\d+ +http://", begun.stdout, re.M)
    again = run("start", *ports)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "cluster: cluster runs already; make cluster-stop ends it\n"
    assert run("stop").stdout == "ended worker-1, master\n"
    assert run("stop").stdout == "no cluster runs\n"
    assert other.poll() is None
    other.kill()


def test_a_port_that_is_taken_is_said_and_nothing_is_left(tmp_path, cluster):
    port = int(cluster.master.rpartition(":")[2])
    command = [sys.executable, str(PROJECT / "scripts" / "cluster.py"), "start"]
    ended = subprocess.run(
        [*command, "--port", str(port)],
        env=os.environ | {"TAXI_LOGS": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert f"port {port} is taken" in ended.stderr
    assert not Daemons(tmp_path / "cluster").read()
