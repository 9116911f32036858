"""How commands start, and how the interrupt key ends them at any moment."""

import errno
import os
import signal
import subprocess
import sys
import time
from glob import glob
from pathlib import Path

import pytest

from project import DBT, Project
from start_up import wants_colors
from taxi.building.faults import plain_words
from taxi.lake import PROJECT
from tlc_files import PARQUET_ERAS, trips, write_parquet

SCRIPTS = PROJECT / "scripts"
# Those that another file is part of, or that run before anything is installed.
PARTS = ("check_machine.py", "dbt_taxi.py", "install_packages.py", "start_of_dbt.py")
PARTS += ("start_up.py", "costs.py")
COMMANDS = [
    path
    for path in sorted([*SCRIPTS.glob("*.py"), *SCRIPTS.glob("benchmarks/*.py")])
    if path.name not in PARTS
]
SAID = "interrupted; run the command again\n"


def start(*command, **environment: str) -> subprocess.Popen:
    """Start a command in a group of its own, as a terminal has it."""
    return subprocess.Popen(
        [str(word) for word in command],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen, number: int = signal.SIGINT) -> tuple[str, str]:
    os.killpg(process.pid, number)
    return process.communicate(timeout=120)


@pytest.mark.parametrize("path", [DBT, *COMMANDS], ids=lambda path: path.name)
def test_an_interrupt_of_the_imports_is_one_line(tmp_path, path):
    """One of the modules that it imports takes long, and says when it began."""
    for name in ("click", "argparse"):
        slow = tmp_path / f"{name}.py"
        slow.write_text("import time; print('importing', flush=True); time.sleep(60)")
    process = start(sys.executable, path, "--help", PYTHONPATH=str(tmp_path))
    assert process.stdout.readline() == "importing\n"
    assert end(process) == ("", f"{path.stem}: {SAID}")
    assert process.returncode == 130


WORK = """
import sys, time
from taxi.commands import guarded
from taxi.interrupts import put_off

def work():
    if "put off" in sys.argv:
        with put_off():
            print("begun", flush=True)
            time.sleep(1)
            print("done", flush=True)
    else:
        print("begun", flush=True)
    time.sleep(60)

sys.exit(guarded("work", work, then=sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("number", "then", "said", "code"),
    [
        (signal.SIGINT, "", f"work: {SAID}", 130),
        (signal.SIGINT, "look there", "work: stopped; look there\n", 130),
        (signal.SIGTERM, "", f"work: {SAID}", 143),
    ],
)
def test_work_that_is_interrupted_says_what_to_do(number, then, said, code):
    process = start(sys.executable, "-c", WORK, then)
    assert process.stdout.readline() == "begun\n"
    assert end(process, number) == ("", said)
    assert process.returncode == code


def test_what_must_not_be_left_halfway_is_ended_first():
    process = start(sys.executable, "-c", WORK, "", "put off")
    assert process.stdout.readline() == "begun\n"
    assert end(process) == ("done\n", f"work: {SAID}")
    assert process.returncode == 130


def test_a_second_interrupt_does_not_wait():
    process = start(sys.executable, "-c", WORK, "", "put off")
    assert process.stdout.readline() == "begun\n"
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.2)
    assert end(process) == ("", f"work: {SAID}")


FINALIZER = """
import sys, time
from taxi.commands import guarded
from taxi.interrupts import bring_back_swallowed

class Slow:
    def __del__(self):
        print("begun", flush=True)
        time.sleep(30)

def work():
    bring_back_swallowed()
    bring_back_swallowed()
    Slow()
    print("gone on", flush=True)
    time.sleep(30)

sys.exit(guarded("work", work))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (15, 143)])
def test_an_interrupt_of_a_finalizer_is_heeded(number, code):
    process = start(sys.executable, "-c", FINALIZER)
    assert process.stdout.readline() == "begun\n"
    said, error = end(process, number)
    assert said in ("", "gone on\n")
    assert (error, process.returncode) == (f"work: {SAID}", code)


def java_of(mark: Path) -> list[str]:
    """The processes of Java whose log goes to a folder."""
    found = []
    for folder in glob("/proc/[0-9]*"):
        try:
            is_java = Path(os.readlink(f"{folder}/exe")).name == "java"
            environment = Path(folder, "environ").read_bytes()
        except OSError:
            continue
        if is_java and f"TAXI_LOGS={mark}\0".encode() in environment:
            found.append(folder)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows environments")
@pytest.mark.parametrize("moment", ["while Java starts", "while Spark works"])
def test_the_revenue_job_ends_in_one_line_and_leaves_no_java(tmp_path, moment):
    era = PARQUET_ERAS["green 2020"]
    write_parquet(tmp_path, era, trips())
    logs, events = tmp_path / "logs", tmp_path / "events"
    options = ("--input_green", tmp_path, "--output", tmp_path / "out")
    command = (SCRIPTS / "revenue_job.py", *options, "--event-log", events)
    process = start(sys.executable, *command, TAXI_LOGS=str(logs))
    is_early = moment == "while Java starts"
    deadline = time.monotonic() + 300
    while not (java_of(logs) if is_early else glob(f"{events}/*")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    assert end(process) == ("", f"revenue_job: {SAID}")
    assert process.returncode == 130
    for _ in range(100):
        if not java_of(logs):
            break
        time.sleep(0.2)
    assert java_of(logs) == []
    assert not glob(f"{tmp_path}/_*") and not (tmp_path / "out").exists()


def test_a_log_that_dbt_cannot_write_is_said_in_one_line(tmp_path):
    (tmp_path / "taken").write_text("")
    folder = tmp_path / "taken" / "logs"
    process = start(DBT, "ls", DBT_LOG_PATH=str(folder))
    assert process.communicate() == (
        "",
        f"dbt: {folder}: Not a directory; name another folder for logs in "
        "DBT_LOG_PATH\n",
    )
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"TERM": "xterm"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_colors_are_for_terminals_and_who_asks(variables, wanted, capfd):
    assert wants_colors(variables) is wanted


def test_dbt_has_colors_on_a_terminal_alone_and_an_interrupt_is_one_line(tmp_path):
    project = Project(tmp_path)
    settings = {n: v for n, v in os.environ.items() if n not in ("NO_COLOR", "TERM")}
    settings |= project.environment

    def shown(*command: object, **variables: str) -> str:
        outer, inner = os.openpty()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=PROJECT,
            env=settings | {"TERM": "xterm"} | variables,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)
        text = b""
        try:
            while chunk := os.read(outer, 1 << 16):
                text += chunk
                if b"Press Ctrl+C" in text and not text.endswith(b"again\r\n"):
                    process.send_signal(signal.SIGINT)
        except OSError:
            # The system ends a terminal that nobody writes to with an error.
            pass
        os.close(outer)
        process.wait()
        return text.decode()

    listing = (DBT, "ls", "--select", "dim_zones")
    assert "\x1b[" in shown(*listing)
    assert "\x1b" not in shown(*listing, NO_COLOR="1")
    piped = subprocess.run(
        listing, cwd=PROJECT, env=settings, capture_output=True, text=True, check=True
    )
    assert "\x1b" not in piped.stdout + piped.stderr
    serving = (DBT, "docs", "serve", "--no-browser", "--port", "0")
    after = shown(*serving, NO_COLOR="1").partition("to exit.")[2].split("\r\n")
    (last,) = (line for line in after if line.strip())
    assert last.endswith(SAID.strip())
    assert "\x1b" not in (tmp_path / "logs" / "dbt.log").read_text()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "interrupted; run the command again"),
        (OSError(errno.EADDRINUSE, "In use"), "In use; choose another --port"),
        (OSError(errno.ENOSPC, "Full", "a"), "a: Full; make room on the disk"),
        (
            OSError(errno.EROFS, "Read-only file system", "target"),
            "target: Read-only file system; name other folders in DBT_TARGET_PATH and "
            "DBT_LOG_PATH",
        ),
        (RuntimeError("a"), None),
        (None, None),
    ],
)
def test_what_ends_dbt_is_one_line_with_what_to_do(error, said):
    assert plain_words(error) == said


def test_a_target_folder_that_cannot_be_made_is_said_in_one_line(tmp_path):
    (tmp_path / "taken").write_text("")
    target = tmp_path / "taken" / "target"
    settings = Project(tmp_path).environment | {"DBT_TARGET_PATH": str(target)}
    said, error = start(DBT, "ls", "--project-dir", PROJECT, **settings).communicate()
    assert "Traceback" not in said + error
    *_, last = (line for line in said.splitlines() if line)
    assert last[10:] == (
        f"{target}: Not a directory; name other folders in DBT_TARGET_PATH and "
        "DBT_LOG_PATH"
    )
    assert "Traceback" in (tmp_path / "logs" / "dbt.log").read_text()
