"""Servers that tests install once, and start for themselves on a free port."""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from taxi.lake import PROJECT


@dataclass(frozen=True)
class Started:
    """A server that runs.

    Attributes:
        url: its address, as http://127.0.0.1:port.
        process: for a test that kills it.
    """

    url: str
    process: subprocess.Popen


def installed_once(name: str, install: Callable[[Path], None]) -> Path:
    """Return a folder of the project's cache, installed by whoever comes first.

    Others wait. What an interrupted one left is removed.

    Args:
        name: the folder's name. Another version has another one.
        install: fills the folder.

    Raises:
        LookupError: from `install`.
    """
    folder = PROJECT / ".cache" / name
    whole = folder / "installed"
    folder.parent.mkdir(exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            install(folder)
            whole.touch()
    return folder


def run_or_say_why(what: str, *command: str | Path, **environment: str) -> None:
    """Run a step of an installation.

    Raises:
        LookupError: if it fails. The text is `what`, and the last line it said.
    """
    ended = subprocess.run(
        command,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no reason"])[-1]
        raise LookupError(f"{what}: {last}")


def needed(install: Callable[[], Path]) -> None:
    """Skip the test that needs a server which cannot be had; in CI, fail it."""
    try:
        install()
    except LookupError as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(
    command: list[str | Path],
    port: int,
    path: str,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Started]:
    """Run a server, from when it answers until the block is left.

    Args:
        command: starts it on 127.0.0.1.
        port: where it listens.
        path: what it answers with 200 once it is ready.
        log: the file that gets what it says. It runs in that file's folder.
        environment: of the server, instead of the tests' own.
    """
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, cwd=log.parent, env=environment
        )
        try:
            _await(url + path, process, log)
            yield Started(url, process)
        finally:
            _end(process)


def _await(url: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        try:
            if requests.get(url, timeout=1).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
        assert process.poll() is None, f"{log.stem} ended at once:\n{log.read_text()}"
        time.sleep(0.1)
    raise AssertionError(f"{log.stem} does not answer; see {log}")


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
