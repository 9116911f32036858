"""What dbt needs from Python to run this project on Spark.

dbt imports every module on its path whose name starts with `dbt_`. `make setup` puts
this folder on the environment's path, so a plain `dbt build` gets:

- the lake of `TAXI_LAKE`, addressed absolutely, and never created (`taxi.lake`);
- a clear line, before Spark starts, when Java is missing or does not fit;
- a silent session, whose log is `logs/spark.log`;
- a plan of the months to load, and no test again of what is tested (`taxi.building`);
- no Java for a build that has nothing to do;
- the lake to itself while it builds or tests, and an interrupt key that ends Spark's
  jobs (`taxi.locks`);
- errors of Spark in their own first words, the Java stack only in the log;
- a record of every build, from which `scripts/publish.py` publishes;
- SQL types and comments of columns in `catalog.json`.
"""

import logging
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache, wraps

from dbt.adapters.contracts.connection import LazyHandle
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.adapters.spark.impl import SparkAdapter
from dbt.adapters.spark.session import Cursor
from dbt.cli import requires
from dbt.events.types import MainEncounteredError, MainStackTrace
from dbt.flags import get_flags
from dbt.task.show import ShowTask
from dbt.task.test import TestRunner
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Note
from dbt_common.exceptions import DbtRuntimeError
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from check_machine import java_command, java_fault
from taxi.building import adapter as building
from taxi.building.faults import as_error_of_dbt, plain_words
from taxi.building.runners import (
    by_verdict,
    unless_it_holds,
    with_others,
    without_tests,
)
from taxi.catalog import Pointer, namespaces, read_pointers, reading
from taxi.commands import bear_any_encoding, wait_of_environment
from taxi.errors import TaxiError
from taxi.lake import Lake, NoLake
from taxi.locks import LakeLock
from taxi.publishing import hooks
from taxi.sessions import cancel_jobs
from taxi.spark import start_on_lake
from taxi.spark_errors import first_words
from taxi.upkeep.sweep import sweep_left_behind

# The commands that change tables, or compare several with each other.
HOLDING = {
    "build",
    "clone",
    "retry",
    "run",
    "run-operation",
    "seed",
    "snapshot",
    "test",
}

logger = AdapterLogger("Spark")
starting = threading.Lock()
held: list[LakeLock] = []
opened: list[SparkSession] = []
refused: list[str] = []
idle: list[bool] = []


@cache
def check_java() -> None:
    """Check once that this machine can run Spark."""
    fault = java_fault(java_command(os.environ))
    if fault:
        raise TaxiError(fault)


def found_lake() -> Lake:
    """The lake, which is there and can be read.

    Raises:
        TaxiError: if it is not; Spark would make it, or say so in a stack of its own.
    """
    lake = Lake.from_environment()
    try:
        lake.require()
    except NoLake as error:
        if get_flags().WHICH in HOLDING:
            raise TaxiError(f"the lake holds no trips yet: {error}") from error
        raise
    with reading(lake) as connection:
        read_pointers(connection)
    return lake


def require_server(settings: dict[str, str]) -> None:
    """Check that the lake is on the server that a target of dbt's may demand.

    Raises:
        TaxiError: if it is not.
    """
    wanted = settings.get("spark.taxi.catalog")
    catalog = Lake.from_environment().catalog
    if wanted and not catalog.startswith(f"{wanted}:"):
        raise TaxiError(
            "this target is for the team's lake: set TAXI_CATALOG to "
            f"{wanted}://user@host/database, and TAXI_LAKE to its folder"
        )


def hold_lake() -> None:
    """Hold the lake alone, once, if the command of dbt asks for that.

    What a killed command wrote without committing it is removed.

    Raises:
        TaxiError: if another process holds it.
    """
    command = get_flags().WHICH
    if command in HOLDING and not held:
        lake = Lake.from_environment()
        lock = LakeLock(lake, f"dbt {command}", wait_seconds=wait_of_environment())
        held.append(lock)
        sweep_left_behind(lake, lock)


def check_held() -> None:
    """Check that the lake is held still, if it was.

    Raises:
        DbtRuntimeError: if another process may have changed it meanwhile.
    """
    with as_error_of_dbt():
        for lock in held:
            lock.check()


def while_held(method):
    """Wrap a method of the adapter that records what a command did."""

    @wraps(method)
    def wrapper(self, *arguments):
        check_held()
        return method(self, *arguments)

    return wrapper


def release_lake(cleanup):
    """Wrap the adapter's `cleanup_connections`, with which dbt ends a command."""

    @wraps(cleanup)
    def wrapper(self):
        cleanup(self)
        building.end_plan()
        refused.clear()
        idle.clear()
        while held:
            held.pop().release()

    return wrapper


def end_jobs(self) -> list[str]:
    """Replace `cancel_open_connections`, which does nothing for a session.

    A statement that is still being planned starts its jobs later, so they are cancelled
    until the process ends.
    """

    def cancel_again_and_again():
        with suppress(Exception):
            while True:
                cancel_jobs(opened[0])
                time.sleep(0.2)

    if opened:
        threading.Thread(target=cancel_again_and_again, daemon=True).start()
    return []


def say_plainly(fire_event):
    """Wrap `fire_event` of dbt's command line: tracebacks go to the log alone."""

    @wraps(fire_event)
    def wrapper(event, *args, **kwargs):
        said = plain_words(sys.exc_info()[1])
        if isinstance(event, MainStackTrace):
            return fire_event(event, EventLevel.DEBUG)
        if isinstance(event, MainEncounteredError) and said:
            return fire_event(Note(msg=said), EventLevel.ERROR)
        return fire_event(event, *args, **kwargs)

    return wrapper


def prepare(settings: dict[str, str]) -> Lake:
    """Find the lake of the command at hand, and hold it where the command changes it.

    Raises:
        DbtRuntimeError: if it cannot be had, now or before.
    """
    # Each would wait as long as the first for what is not to be had.
    if refused:
        raise DbtRuntimeError(refused[0])
    with refusing():
        require_server(settings)
        lake = found_lake()
        check_held()
        hold_lake()
    return lake


@contextmanager
def refusing():
    """Turn an error of this project into dbt's, for all threads of the command."""
    with as_error_of_dbt():
        try:
            yield
        except TaxiError as error:
            refused.append(str(error))
            raise


def pointers(self) -> list[Pointer]:
    """The rows of the catalog. Spark is started, unless a build has nothing to do."""
    with starting:
        lake = prepare(self.config.credentials.server_side_parameters)
        with refusing():
            if not idle:
                idle.append(building.has_nothing_to_do(self))
            with reading(lake) as connection:
                found = read_pointers(connection)
    if not idle[0]:
        # What it cannot be started for is said once, before any node is run.
        _ = self.connections.get_thread_connection().handle
    return found


def list_schemas(self, database) -> list[str]:
    """Replace `list_schemas`, which asks Spark: the catalog tells without it."""
    pointers(self)
    with refusing():
        return namespaces(Lake.from_environment().open_catalog())


def list_relations(self, schema_relation) -> list:
    """Replace `list_relations_without_caching`.

    The stock SHOW TABLE EXTENDED does not exist for Iceberg, and SHOW TABLES leaves
    views out: one that becomes a table would fail, and docs would omit it.
    """
    rows = [
        (
            one.namespace,
            one.name,
            False,
            "Type: VIEW" if one.is_view else "Provider: iceberg",
        )
        for one in pointers(self)
        if one.namespace == schema_relation.schema
    ]
    return self._build_spark_relation_list(rows, self._get_relation_information)


def open_on_lake(open_connection):
    """Wrap the adapter's `open`: the session is on the lake, and started quietly."""

    @wraps(open_connection)
    def wrapper(cls, connection):
        settings = connection.credentials.server_side_parameters
        # dbt's threads open their connections at once, and share one session.
        with starting:
            lake = prepare(settings)
            with refusing():
                if "spark.remote" not in settings:
                    check_java()
                session = start_on_lake(lake, settings)
            opened[:] = [session]
            for lock in held:
                lock.share_with(session)
        return open_connection(connection)

    return classmethod(wrapper)


def unless_unopened(roll_back):
    """Wrap `_rollback_handle`: it would open a connection that no statement needed."""

    @wraps(roll_back)
    def wrapper(cls, connection):
        if not isinstance(connection._handle, LazyHandle):
            roll_back(connection)

    return classmethod(wrapper)


def shorten_errors(handler):
    """Wrap the adapter's `exception_handler`: keep Spark's message, log its stack."""

    @contextmanager
    @wraps(handler)
    def wrapper(self, sql):
        try:
            with handler(self, sql):
                yield
        except DbtRuntimeError as error:
            message = str(error.msg)
            logger.debug(message)
            error.msg = first_words(message)
            raise

    return wrapper


def in_few_words(fetchall):
    """Wrap the cursor's `fetchall`, which the handler of errors leaves out."""

    @wraps(fetchall)
    def wrapper(self):
        try:
            return fetchall(self)
        except (Py4JError, PySparkException) as error:
            logger.debug(str(error))
            raise DbtRuntimeError(first_words(str(error))) from error

    return wrapper


def columns_with_comments(self, relation):
    """Replace `_get_columns_for_catalog`: SQL types and comments, from one DESCRIBE."""
    rows = self.execute_macro(
        "get_columns_in_relation_raw", kwargs={"relation": relation}
    )
    # Columns come first: they win over a line of the table's of the same name.
    comments = {row["col_name"]: row["comment"] for row in reversed(rows)}
    about_table = {row["col_name"]: row["data_type"] for row in rows}
    for column in self.parse_describe_extended(relation, rows):
        described = column.to_column_dict()
        name = described.pop("column")
        yield described | {
            "column_name": name,
            "column_type": described.pop("dtype"),
            "column_comment": comments.get(name),
            "table_comment": about_table.get("Comment"),
            "table_database": None,
        }


# pyspark repeats every failed query on stderr as JSON.
logging.getLogger("SQLQueryContextLogger").disabled = True

SparkConnectionManager.open = open_on_lake(SparkConnectionManager.open)
SparkConnectionManager._rollback_handle = unless_unopened(
    SparkConnectionManager._rollback_handle
)
SparkConnectionManager.exception_handler = shorten_errors(
    SparkConnectionManager.exception_handler
)
ShowTask.get_node_selector = without_tests(ShowTask.get_node_selector)
TestRunner.compile = unless_it_holds(TestRunner.compile)
TestRunner.execute = by_verdict(TestRunner.execute)
TestRunner.execute_data_test = with_others(TestRunner.execute_data_test)
Cursor.fetchall = in_few_words(Cursor.fetchall)
SparkAdapter.list_schemas = list_schemas
SparkAdapter.list_relations_without_caching = list_relations
SparkAdapter.cancel_open_connections = end_jobs
requires.fire_event = say_plainly(requires.fire_event)
SparkAdapter.cleanup_connections = release_lake(SparkAdapter.cleanup_connections)
SparkAdapter._get_columns_for_catalog = columns_with_comments
for method in (
    *building.METHODS,
    while_held(hooks.begin_build),
    while_held(hooks.end_build),
):
    setattr(SparkAdapter, method.__name__, method)
    SparkAdapter._available_ |= {method.__name__}

# From here on dbt is there to say it (see start_up).
if threading.current_thread() is threading.main_thread() and (
    signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
):
    signal.signal(signal.SIGINT, signal.default_int_handler)
bear_any_encoding()
