"""Whether another machine's Spark can be had, asked before it would be tried for long.

Spark itself tries a minute for a master that does not understand it, for ever for
workers that are too small, and ten minutes for a Connect server that is not there.
"""

import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from pyspark import SparkContext

from taxi.cluster.pages import check_fits, mebibytes
from taxi.cluster.watch import executor_count, watch_executors
from taxi.errors import TaxiError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ANSWER_SECONDS = 3
_READY_SECONDS = 10
_SESSION_SECONDS = 15
_PAUSE_SECONDS = 0.1

# An executor's JVM takes long on a busy machine, if there is room for it at all.
_EXECUTOR_SECONDS = 60
_EXECUTOR_SECONDS_UNTOLD = 10


def check_listens(settings: dict[str, str]) -> None:
    """Check that somebody listens where a session's Spark is to be.

    Args:
        settings: of the session; only `spark.remote` and a `spark://` master of
            `spark.master` are asked for, as others are this machine's or a manager's.

    Raises:
        TaxiError: if nobody does, the address is none, or the executors are to have
            what is no amount of memory.
    """
    remote = settings.get("spark.remote")
    master = settings.get("spark.master", "")
    if remote is not None:
        variable, server, how = "TAXI_CONNECT", "Spark Connect server", "make connect"
        # What follows the port are options, such as a token.
        places = _places(variable, remote, "sc", r"(?:[/;].*)?")
    elif master.startswith("spark://"):
        variable, server, how = "TAXI_MASTER", "Spark master", "make cluster"
        places = _places(variable, master, "spark")
    else:
        return
    if not any(_listens(host, port) for host, port in places):
        where = ", ".join(f"{host}:{port}" for host, port in places)
        raise TaxiError(
            f"no {server} answers at {where}; {how} starts one on this machine, "
            f"{variable} names another"
        )
    if remote is None:
        # The JVM of a driver does not start with what is no amount.
        mebibytes(settings.get("spark.executor.memory", "1g"))


def start_remote(
    start: Callable[[], "SparkSession"], settings: dict[str, str], log: Path | None
) -> "SparkSession":
    """Start a session whose work is done elsewhere, if that can be had.

    Args:
        log: where the driver writes; None if that is not to a file of its own.

    Raises:
        TaxiError: if its Spark does not take it, or gives it no executor.
    """
    if "spark.remote" in settings:
        _check_ready(settings["spark.remote"])
        return start()
    master = settings["spark.master"]
    if not master.startswith("spark://"):
        # The manager of another kind of cluster has its own queue and its own words.
        return start()
    is_told = check_fits(settings)
    session = _within_limit(start, master, log)
    seconds = _EXECUTOR_SECONDS if is_told else _EXECUTOR_SECONDS_UNTOLD
    _await_executor(session, seconds)
    watch_executors(session)
    return session


def _check_ready(remote: str) -> None:
    """Check that a server is one of Spark Connect; its client would try for long."""
    # Only who connects needs what these bring along.
    import grpc
    from pyspark.sql.connect.client import DefaultChannelBuilder

    channel = DefaultChannelBuilder(remote).toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=_READY_SECONDS)
    except grpc.FutureTimeoutError:
        raise TaxiError(
            f"{_without_token(remote)} is no Spark Connect server, or too busy to "
            f"answer within {_READY_SECONDS} s"
        ) from None
    finally:
        channel.close()


def _within_limit(
    start: Callable[[], "SparkSession"], master: str, log: Path | None
) -> "SparkSession":
    future: Future[SparkSession] = Future()
    # A daemon: what waits for Spark must not keep this process.
    Thread(target=_into, args=(future, start), daemon=True).start()
    begin = log.stat().st_size if log else 0
    limit = None
    while not future.done():
        time.sleep(_PAUSE_SECONDS)
        # The start of a JVM takes this machine's time, not the cluster's, and so does
        # what follows once the cluster has taken the application.
        if limit is None and SparkContext._jvm:
            limit = time.monotonic() + _SESSION_SECONDS
        # Python's context is there before that of the JVM, which the cluster takes.
        if getattr(SparkContext._active_spark_context, "_jsc", None):
            continue
        is_late = limit and time.monotonic() > limit
        if is_late or (log and _is_refused(log, begin)):
            raise TaxiError(
                f"{master} does not take this session: it is no Spark, another one "
                f"than is installed here, or too busy; {log or 'its log'} has more"
            )
    return future.result()


def _is_refused(log: Path, begin: int) -> bool:
    with log.open("rb") as file:
        file.seek(begin)
        return b"Failed to connect to master" in file.read()


def _into(future: Future, start: Callable[[], "SparkSession"]) -> None:
    try:
        future.set_result(start())
    except BaseException as error:
        future.set_exception(error)


def _await_executor(session: "SparkSession", seconds: float) -> None:
    context = session.sparkContext
    limit = time.monotonic() + seconds
    while not executor_count(session):
        if time.monotonic() > limit:
            memory = context.getConf().get("spark.executor.memory", "1g")
            master = context.master
            session.stop()
            raise TaxiError(
                f"{master} gave no executor of {memory} within {seconds} s: its "
                "workers are too small (TAXI_EXECUTOR_MEMORY), busy, or of another "
                "Spark; the master's page and the workers' logs say which"
            )
        time.sleep(_PAUSE_SECONDS)


def _places(
    variable: str, address: str, scheme: str, rest: str = ""
) -> list[tuple[str, int]]:
    found = re.fullmatch(rf"{scheme}://([^/;]+){rest}", address)
    names = found[1].split(",") if found else []
    places = [re.fullmatch(r"([^\s:@]+):([0-9]{1,5})", name) for name in names]
    if not places or not all(places):
        raise TaxiError(f"{variable}: write {scheme}://host:port")
    return [(place[1], int(place[2])) for place in places]


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_ANSWER_SECONDS):
            return True
    except (OSError, OverflowError):
        return False


def _without_token(address: str) -> str:
    """The address as it may be printed."""
    return re.sub(r"(://[^/;]+).*", r"\1", address)
