"""The session of Spark that the job runs in: one of its own, or spark-submit's."""

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from taxi.gcs import storage_settings
from taxi.sessions import start_session, start_submitted

# What the numbers hang on, whatever a cluster's own settings say.
_MEANING = {
    # A cast that fails, or a sum that overflows, is an error and not null.
    "spark.sql.ansi.enabled": "true",
    # Has every hour once, so that wall-clock times stay as they are.
    "spark.sql.session.timeZone": "UTC",
    # Else fields of a CSV that nobody asks for are not counted either.
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    # Of nanoseconds without a zone, as pandas writes them; Spark has no such type.
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.caseSensitive": "false",
    # Spark 3 would not write the months of clocks that stand before 1582.
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
# Java compiles no larger method: with them the job takes half as long again.
_SPEED = {"spark.sql.codegen.hugeMethodLimit": "8000"}
# Else what is cached stays in 200 partitions, Spark's default, however small it is.
_SUBMITTED = {"spark.sql.optimizer.canChangeCachedPlanOutputPartitioning": "true"}
# Of a session of one's own on this machine.
_LOCAL = {
    "spark.master": "local[*]",
    # No other machine takes part, and the host's name may not resolve on a laptop.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.showConsoleProgress": "false",
}


def is_submitted() -> bool:
    """Whether spark-submit runs this process, so that its settings are given."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def open_session(event_log: Path | None = None) -> SparkSession:
    """Start Spark.

    Args:
        event_log: folder for Spark's log of the run's events; it is made if missing.

    Raises:
        TaxiError: if Spark does not start.
    """
    settings = {"spark.app.name": "revenue_job"} | _MEANING | _SPEED
    settings |= _log_settings(event_log)
    if is_submitted():
        return start_submitted(_SUBMITTED | settings)
    # Spark would take the first python3 on the path, which may lack packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    memory = os.environ.get("TAXI_DRIVER_MEMORY", "2g")
    own = _LOCAL | {"spark.driver.memory": memory} | storage_settings()
    return start_session(own | settings)


def _log_settings(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {}
    return {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": folder.resolve().as_uri(),
        # Spark 4 would write several files, and compress them.
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
    }
