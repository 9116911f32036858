"""What a person sees of an export, and what the interrupt key does to it."""

import os
import signal
import subprocess
import sys
import time

from exported import FEBRUARY, JANUARY, MARCH, MONTHLY
from taxi.lake import PROJECT
from terminals import shown_to


def start(exports, **streams) -> subprocess.Popen:
    script = PROJECT / "scripts" / "export_bigquery.py"
    command = [sys.executable, script, *exports.arguments()]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **streams)


def test_a_terminal_shows_each_step_and_a_pipe_none(exports):
    exports.publish(JANUARY, FEBRUARY)
    environment = os.environ | {"TERM": "xterm"}
    shown, said = shown_to(
        lambda terminal: start(exports, stderr=terminal, env=environment)
    )
    for step in (
        "reading the contracts",
        f"{MONTHLY} 2023-01: comparing",
        f"{MONTHLY} 2023-02: sending",
        f"{MONTHLY}: loading",
        f"{MONTHLY}: putting the table in place",
    ):
        assert step in shown
    assert len(said.splitlines()) == 3

    said, error = start(exports, stderr=subprocess.PIPE).communicate()
    assert said.count("2 months as published already") == 3
    assert error == ""


def test_the_interrupt_key_leaves_the_old_months_and_nothing_else(exports):
    exports.publish(JANUARY)
    assert exports.export() == 0, exports.warned
    before = {name: exports.held(name) for name in exports.marts}
    exports.publish(JANUARY, FEBRUARY, MARCH)
    process = start(exports, stderr=subprocess.PIPE)
    while not exports.left_over() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == ""
    assert error.startswith("export_bigquery: stopped; run again")
    assert len(error.splitlines()) == 1
    assert {name: exports.held(name) for name in exports.marts} == before
    assert exports.left_over() == []
