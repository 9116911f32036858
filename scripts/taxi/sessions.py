"""Starting Spark in this process, without a word on the terminal."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException, PySparkRuntimeError
from pyspark.sql import SparkSession
from pyspark.sql.utils import is_remote

from taxi.cluster.probe import check_listens, start_remote
from taxi.commands import logs_folder
from taxi.errors import TaxiError
from taxi.interrupts import bring_back_swallowed, kept, put_off
from taxi.java import java_options
from taxi.spark_errors import first_words


def start_session(settings: dict[str, str]) -> SparkSession:
    """Start Spark, or return the session that runs, without a word on the terminal.

    Spark's own words go to `spark.log` in the folder that `TAXI_LOGS` names, by default
    the project's `logs`.

    Raises:
        TaxiError: if Spark does not start, or its cluster gives it nothing.
    """
    if not SparkContext._active_spark_context:
        check_listens(settings)
    logs = logs_folder()
    os.environ["TAXI_LOGS"] = str(logs)
    settings = java_options() | settings
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    log = logs / "spark.log"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        log_python_to(log)
        bring_back_swallowed()
        with stderr_to(log), kept():
            _start_java(settings)
            if _is_local(settings) or SparkContext._active_spark_context:
                return builder.getOrCreate()
            return start_remote(builder.getOrCreate, settings, log)
    except OSError as error:
        raise TaxiError(f"{log} cannot be written ({error.strerror}).") from error
    except PySparkRuntimeError as error:
        raise TaxiError(f"Spark did not start; {log} says why.") from error
    except (PySparkException, Py4JError) as error:
        said = first_words(str(error)).partition("\n")[0]
        raise TaxiError(f"Spark did not start: {said}; {log} has more.") from error


def _start_java(settings: dict[str, str]) -> None:
    """Start the JVM, unless it runs or another machine has it.

    One that is left while it starts would never end.
    """
    if "spark.remote" not in settings:
        with put_off():
            SparkContext._ensure_initialized(
                conf=SparkConf(loadDefaults=False).setAll(list(settings.items()))
            )


def start_submitted(settings: dict[str, str]) -> SparkSession:
    """Start the session of a process that spark-submit runs.

    Args:
        settings: what it has besides those that spark-submit gives.

    Raises:
        TaxiError: if its cluster cannot be had.
    """
    with kept():
        return _start_submitted(settings)


def _start_submitted(settings: dict[str, str]) -> SparkSession:
    SparkContext._ensure_initialized()
    given = dict(SparkConf().getAll())
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    if _is_local(given):
        return builder.getOrCreate()
    check_listens(given)
    return start_remote(builder.getOrCreate, given, None)


def _is_local(settings: dict[str, str]) -> bool:
    master = settings.get("spark.master", "local")
    return master.startswith("local") and "spark.remote" not in settings


def is_running(session: SparkSession) -> bool:
    """Whether nobody has ended a session that was started."""
    if is_remote():
        return not session.is_stopped
    return SparkContext._active_spark_context is session.sparkContext


def running_session() -> SparkSession | None:
    """The session that Spark gives whoever asks for one, if Spark runs here."""
    if is_remote():
        return SparkSession.getActiveSession()
    if SparkContext._active_spark_context is None:
        return None
    return SparkSession.builder.getOrCreate()


def cancel_jobs(session: SparkSession) -> None:
    """End what the session's Spark is doing for it."""
    if is_remote():
        session.interruptAll()
    else:
        session.sparkContext.cancelAllJobs()


@contextmanager
def stderr_to(path: Path) -> Iterator[None]:
    """Send this process's standard error, and that of programs it starts, to a file.

    The JVM writes there before any logger is set up, and does so to its end.
    """
    sys.stderr.flush()
    terminal = os.dup(2)
    try:
        with path.open("ab") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def log_python_to(path: Path) -> None:
    """Send what Python's libraries log to a file, unless they log elsewhere already.

    py4j logs an interrupt with its traceback, which else goes to the terminal.
    """
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
        handler.setLevel(logging.WARNING)
        root.addHandler(handler)
