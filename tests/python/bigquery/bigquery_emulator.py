"""A bqemulator of the tests' own: BigQuery on this machine."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from install_packages import uv_command, uv_environment
from servers_started import Started, free_port, installed_once, run_or_say_why, started
from taxi.lake import PROJECT

LOCK = PROJECT / "requirements" / "bigquery-emulator.txt"


def install() -> Path:
    """Install the emulator into an environment of its own in the project's cache.

    Returns:
        The environment's folder.

    Raises:
        LookupError: if it cannot be had. The text says why.
    """
    version = sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    return installed_once(f"bqemulator-{version[:12]}", _make)


def _make(folder: Path) -> None:
    venv = (sys.executable, "-m", "venv", "--without-pip", folder)
    run_or_say_why("venv makes no environment", *venv)
    python = folder / "bin" / "python"
    command = (*uv_command(LOCK), "--quiet", "--python", python)
    environment = uv_environment(os.environ)
    run_or_say_why("uv cannot install bqemulator", *command, **environment)
    # DuckDB would fetch its extension from a server of its own, into the home folder.
    code = "from duckdb_extensions import import_extension as i; i('spatial')"
    home = {"HOME": str(folder)}
    run_or_say_why("DuckDB's spatial cannot be installed", python, "-c", code, **home)


@contextmanager
def running(gcs_root: Path) -> Iterator[Started]:
    """Run an emulator that forgets all in the end.

    Args:
        gcs_root: holds a folder for each bucket. The log is written beside it.
    """
    folder = install()
    port = free_port()
    command = [folder / "bin" / "bqemulator", "start", "--ephemeral"]
    command += ["--rest-port", str(port), "--grpc-port", "0", "--log-level", "warning"]
    environment = {
        **{name: value for name, value in os.environ.items() if "BQEMU_" not in name},
        "HOME": str(folder),
        "BQEMU_GCS_LOCAL_ROOT": str(gcs_root),
        # They would be fetched, and are for Avro alone.
        "BQEMU_ENABLE_FORMAT_EXTENSIONS": "false",
    }
    log = gcs_root.parent / "bqemulator.log"
    path = "/bigquery/v2/projects/test/datasets"
    with started(command, port, path, log, environment) as server:
        yield server
