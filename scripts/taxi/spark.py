"""A Spark session on the lake, with the settings that dbt's profile gives its own."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jinja2
import pyspark
import yaml
from pyspark.errors import PySparkRuntimeError
from pyspark.sql import SparkSession

from taxi.commands import logs_folder
from taxi.errors import TaxiError
from taxi.java import java_options
from taxi.lake import PROJECT, Lake

# Where `make gcs-connector` puts what lets Spark write to Cloud Storage.
GCS_JARS = Path(pyspark.__file__).parent / "jars-gcs"


def profile_settings(target: str = "local") -> dict[str, str]:
    """The session settings of a target in profiles/profiles.yml."""
    text = (PROJECT / "profiles" / "profiles.yml").read_text()
    rendered = jinja2.Template(text).render(env_var=os.environ.get)
    return yaml.safe_load(rendered)["taxi"]["outputs"][target]["server_side_parameters"]


def open_spark(lake: Lake, settings: dict[str, str] | None = None) -> SparkSession:
    """Open a session in this process whose default catalog is the lake.

    Args:
        settings: more than the profile and the lake have.

    Raises:
        TaxiError: if the lake's folders cannot be made, or Spark does not start.
    """
    lake.create_folders()
    return start_session(profile_settings() | lake.spark_settings() | (settings or {}))


def start_session(settings: dict[str, str]) -> SparkSession:
    """Start Spark, or return the session that runs, without a word on the terminal.

    Spark's own words go to `spark.log` in the folder that `TAXI_LOGS` names, by default
    the project's `logs`.

    Raises:
        TaxiError: if Spark does not start.
    """
    logs = logs_folder()
    os.environ["TAXI_LOGS"] = str(logs)
    builder = SparkSession.builder
    for name, value in (java_options() | settings).items():
        builder = builder.config(name, value)
    log = logs / "spark.log"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        with stderr_to(log):
            return builder.getOrCreate()
    except OSError as error:
        raise TaxiError(f"{log} cannot be written ({error.strerror}).") from error
    except PySparkRuntimeError as error:
        raise TaxiError(f"Spark did not start; {log} says why.") from error


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
