"""A Spark session on the lake, with the settings that dbt's profile gives its own."""

import os

import jinja2
import yaml
from pyspark.sql import SparkSession

from taxi.folder import PROJECT
from taxi.gcs import check_storage, storage_settings
from taxi.lake import Lake
from taxi.sessions import start_session


def profile_settings() -> dict[str, str]:
    """The session settings of the target in profiles/profiles.yml.

    It is `local`, or what `DBT_TARGET` names, for dbt as for the scripts.
    """
    target = os.environ.get("DBT_TARGET") or "local"
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
    return start_on_lake(lake, profile_settings() | (settings or {}))


def start_on_lake(lake: Lake, settings: dict[str, str]) -> SparkSession:
    """Start a session on a lake, or return the one that runs; see `start_session`.

    Args:
        settings: what the session has besides the lake's own settings, which are added.

    Raises:
        TaxiError: if Spark does not start, or cannot reach the lake's bucket.
    """
    if lake.is_on_bucket:
        settings |= storage_settings()
    settings |= lake.spark_settings()
    session = start_session(settings)
    # A Connect server has a class path of its own, which nobody can look at from here.
    if lake.is_on_bucket and "spark.remote" not in settings:
        check_storage(session, f"TAXI_LAKE={lake}")
    return session
