"""A standalone master and workers, of the Spark that is installed here.

https://spark.apache.org/docs/latest/spark-standalone.html has their options.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyspark

from taxi.cluster.pages import read_master
from taxi.cluster.processes import Daemon, Daemons, await_ready, check_free

_SPARK_HOME = Path(pyspark.__file__).parent
_DEPLOY = "org.apache.spark.deploy"


@dataclass(frozen=True)
class Wanted:
    """What a cluster is to be like.

    Attributes:
        port, page: of the master; a worker's page has the next ports.
        memory: of each worker, for all its executors, such as `2g`.
    """

    workers: int = 2
    cores: int = 1
    memory: str = "2g"
    host: str = "127.0.0.1"
    port: int = 7077
    page: int = 8080


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs.

    Attributes:
        master: its address, `spark://host:port`.
        pages: the addresses of the master's page and the workers'.
    """

    master: str
    pages: list[str]


def start(folder: Path, wanted: Wanted, on_step: Callable[[str], None]) -> Cluster:
    """Start a cluster, and wait until it is ready.

    Raises:
        TaxiError: if one runs already, a port is taken, or it does not get ready; then
            nothing of it runs.
    """
    daemons = Daemons(folder)
    with daemons.starting("cluster"):
        pages = range(wanted.page, wanted.page + wanted.workers + 1)
        check_free(wanted.host, (wanted.port, *pages))
        return _start(daemons, folder, wanted, on_step)


def _start(
    daemons: Daemons, folder: Path, wanted: Wanted, on_step: Callable[[str], None]
) -> Cluster:
    address = f"spark://{wanted.host}:{wanted.port}"
    page = f"http://{wanted.host}:{wanted.page}"
    at = ["--host", wanted.host]
    on_step("starting the master")
    master = _spawn(
        daemons,
        "master",
        f"{_DEPLOY}.master.Master",
        [*at, "--port", str(wanted.port), "--webui-port", str(wanted.page)],
    )
    await_ready(lambda: (told := read_master(page)) and told.is_alive, [master])
    workers = []
    for number in range(1, wanted.workers + 1):
        on_step(f"starting worker {number}")
        options = [*at, "--cores", str(wanted.cores), "--memory", wanted.memory]
        options += ["--webui-port", str(wanted.page + number)]
        options += ["--work-dir", str(folder / f"worker-{number}"), address]
        workers.append(
            _spawn(daemons, f"worker-{number}", f"{_DEPLOY}.worker.Worker", options)
        )
    await_ready(
        lambda: (told := read_master(page)) and told.workers == wanted.workers,
        [master, *workers],
    )
    pages = [page]
    pages += [
        f"http://{wanted.host}:{wanted.page + n + 1}" for n in range(wanted.workers)
    ]
    return Cluster(address, pages)


def _spawn(daemons: Daemons, name: str, class_name: str, options: list[str]) -> Daemon:
    command = [str(_SPARK_HOME / "bin" / "spark-class"), class_name, *options]
    return daemons.start(name, command, {"SPARK_HOME": str(_SPARK_HOME)})
