"""A Spark Connect server, of the Spark that is installed here.

https://spark.apache.org/docs/latest/configuration.html#spark-connect has its settings.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyspark

from taxi.cluster.processes import Daemons, await_ready, check_free

_SPARK_HOME = Path(pyspark.__file__).parent
_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"

# Sessions cannot set these themselves. What a client that died had asked for ends soon.
_SETTINGS = {
    "spark.sql.extensions": (
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
    ),
    "spark.sql.catalogImplementation": "in-memory",
    "spark.connect.execute.manager.detachedTimeout": "10s",
}


@dataclass(frozen=True)
class Wanted:
    """What a server is to be like.

    Attributes:
        master: of the Spark that it drives, such as `local[*]` or `spark://host:port`.
        memory: of the server itself, such as `2g`.
        page: port of Spark's page.
    """

    master: str = "local[*]"
    memory: str = "2g"
    host: str = "127.0.0.1"
    port: int = 15002
    page: int = 4040


def start(folder: Path, wanted: Wanted, on_step: Callable[[str], None]) -> str:
    """Start a server, and wait until it is ready. Return its address.

    Raises:
        TaxiError: if one runs already, a port is taken, or it does not get ready; then
            nothing of it runs.
    """
    daemons = Daemons(folder)
    with daemons.starting("connect"):
        check_free(wanted.host, (wanted.port, wanted.page))
        on_step("starting the server")
        settings = _SETTINGS | {
            "spark.connect.grpc.binding.address": wanted.host,
            "spark.connect.grpc.binding.port": str(wanted.port),
            "spark.driver.host": wanted.host,
            "spark.driver.bindAddress": wanted.host,
            "spark.driver.memory": wanted.memory,
            "spark.ui.port": str(wanted.page),
        }
        command = [str(_SPARK_HOME / "bin" / "spark-submit"), "--class", _SERVER]
        command += ["--master", wanted.master, "--name", "nyc-taxi-revenue"]
        for setting in settings.items():
            command += ["--conf", "=".join(setting)]
        home = {"SPARK_HOME": str(_SPARK_HOME)}
        server = daemons.start("server", [*command, "spark-internal"], home)
        await_ready(lambda: _answers(wanted.host, wanted.port), [server])
    return f"sc://{wanted.host}:{wanted.port}"


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False
