"""A JVM that stays, for the many builds of a test run.

A command of its own starts one in three seconds, and it takes half a minute more until
what every build runs is loaded and compiled. Here each command still has a process, a
Spark context and a session of its own; what it finds warm is the JVM alone. Commands
that are killed, interrupted, or timed, or that need another environment, start theirs.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from pyspark import SparkConf
from pyspark.java_gateway import launch_gateway

from taxi.java import java_options
from taxi.spark import profile_settings

# What a command may have of its own: nothing that the JVM reads.
_OF_COMMANDS = {
    *("DBT_LOG_PATH", "DBT_TARGET_PATH", "TAXI_LAKE", "TAXI_LOGS"),
    "PYTEST_CURRENT_TEST",
}
_MEMORY = "spark.driver.memory"


class WarmJava:
    """A JVM and the commands that use it, one at a time."""

    def __init__(self) -> None:
        self._in_use = Lock()
        self._environment = _read_by_java(os.environ)
        settings = java_options() | {_MEMORY: profile_settings()[_MEMORY]}
        self._gateway = launch_gateway(
            SparkConf(loadDefaults=False).setAll(list(settings.items())),
            {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
        )

    @contextmanager
    def lent(self, environment: dict[str, str]) -> Iterator[dict[str, str]]:
        """What leads a command with an environment to this JVM: nothing if it is taken.

        The context that the command leaves is ended.
        """
        fits = _read_by_java(environment) == self._environment
        if not fits or not self._in_use.acquire(blocking=False):
            yield {}
            return
        parameters = self._gateway.java_parameters
        try:
            yield {
                "PYSPARK_GATEWAY_PORT": str(parameters.port),
                "PYSPARK_GATEWAY_SECRET": parameters.auth_token,
            }
        finally:
            sessions = self._gateway.jvm.org.apache.spark.sql.classic.SparkSession
            session = sessions.getDefaultSession()
            if session.isDefined():
                session.get().stop()
            self._in_use.release()


def _read_by_java(environment) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if value and name not in _OF_COMMANDS
    }


@cache
def warm_java() -> WarmJava:
    """That of this test process, which ends with it."""
    return WarmJava()
