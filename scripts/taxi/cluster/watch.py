"""Ends a session's jobs when the cluster has nobody left to run them.

Spark itself would wait for new workers for ever.
"""

import time
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PAUSE_SECONDS = 1
_PATIENCE_SECONDS = 30


def executor_count(session: "SparkSession") -> int:
    """How many executors a session of a cluster has."""
    # The driver is in the list too.
    return session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1


def watch_executors(session: "SparkSession") -> None:
    """Begin to watch, until the process or its Spark ends."""
    Thread(target=_watch, args=(session,), daemon=True).start()


def _watch(session: "SparkSession") -> None:
    master = session.sparkContext.master
    context = session.sparkContext._jsc.sc()
    reason = (
        f"because no worker of {master} has run anything for {_PATIENCE_SECONDS} s; "
        "start workers again, and run the command again"
    )
    seen = time.monotonic()
    # When the context is stopped there is nothing left to ask.
    with suppress(Exception):
        while True:
            time.sleep(_PAUSE_SECONDS)
            if executor_count(session):
                seen = time.monotonic()
            elif time.monotonic() - seen > _PATIENCE_SECONDS:
                for job in context.statusTracker().getActiveJobIds():
                    context.cancelJob(job, reason)
