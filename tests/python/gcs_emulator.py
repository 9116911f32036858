"""A fake-gcs-server of the tests' own: Google Cloud Storage on this machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

from install_jars import LISTS, read_list
from install_jars import install as install_jars
from servers_started import free_port, installed_once, run_or_say_why, started
from taxi.errors import TaxiError
from taxi.gcs import GCS_JARS

VERSION = "v1.55.1"

# Where its buckets are.
LOCATION = "EU"


def install() -> Path:
    """Build the server with Go, unless it is in the project's cache.

    Returns:
        The command.

    Raises:
        LookupError: if it cannot be had. The text says why.
    """
    folder = installed_once(f"fake-gcs-server-{VERSION}", _build)
    return folder / "fake-gcs-server"


def install_connector() -> Path:
    """Install what lets Spark reach Cloud Storage, as `make gcs-connector` does.

    Raises:
        LookupError: if it cannot be had. The text says why.
    """
    try:
        wanted = read_list((LISTS / "jars-gcs.txt").read_text())
        install_jars(wanted, Path(pyspark.__file__).parent / "jars", GCS_JARS)
    except TaxiError as error:
        raise LookupError(str(error)) from error
    return GCS_JARS


def _build(folder: Path) -> None:
    if not shutil.which("go"):
        raise LookupError("fake-gcs-server needs Go, and go is not on the PATH")
    module = f"github.com/fsouza/fake-gcs-server@{VERSION}"
    what = "go cannot install fake-gcs-server"
    run_or_say_why(what, "go", "install", module, GOBIN=str(folder))


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server that keeps its objects in a folder; yield its URL."""
    port = free_port()
    host = f"127.0.0.1:{port}"
    command = [install(), "-backend", "filesystem", "-filesystem-root", folder]
    command += ["-data", "/nonexistent", "-scheme", "http", "-host", "127.0.0.1"]
    command += ["-port", str(port), "-public-host", host]
    command += ["-external-url", f"http://{host}", "-log-level", "error"]
    command += ["-location", LOCATION]
    log = folder.parent / "fake-gcs-server.log"
    with started(command, port, "/storage/v1/b?project=test", log) as server:
        yield server.url
