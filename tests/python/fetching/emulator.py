"""A fake-gcs-server of the tests' own: installed once, started for a test run."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from taxi.lake import PROJECT

VERSION = "v1.55.1"
_FOLDER = PROJECT / ".cache" / f"fake-gcs-server-{VERSION}"


def install() -> Path:
    """Build the server with Go, unless it is in the project's cache.

    Raises:
        LookupError: if it cannot be had. The text says why.
    """
    command = _FOLDER / "fake-gcs-server"
    if command.is_file():
        return command
    if not shutil.which("go"):
        raise LookupError("fake-gcs-server needs Go, and go is not on the PATH")
    built = subprocess.run(
        ["go", "install", f"github.com/fsouza/fake-gcs-server@{VERSION}"],
        env={**os.environ, "GOBIN": str(_FOLDER)},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        last = (built.stderr.strip().splitlines() or ["no reason"])[-1]
        raise LookupError(f"go cannot install fake-gcs-server: {last}")
    return command


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server that keeps its objects in a folder; yield its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [install(), "-backend", "filesystem", "-filesystem-root", folder]
    command += ["-data", "/nonexistent", "-scheme", "http", "-host", "127.0.0.1"]
    command += ["-port", host.partition(":")[2], "-public-host", host]
    command += ["-external-url", f"http://{host}", "-log-level", "error"]
    with (folder.parent / "fake-gcs-server.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _await(f"http://{host}/storage/v1/b?project=test", server)
            yield f"http://{host}"
        finally:
            server.terminate()
            server.wait()


def _await(url: str, server: subprocess.Popen) -> None:
    for _ in range(300):
        try:
            requests.get(url, timeout=1)
            return
        except requests.ConnectionError:
            assert server.poll() is None, "fake-gcs-server ended at once"
            time.sleep(0.1)
    raise AssertionError("fake-gcs-server does not answer")
