"""A Spark session on the lake, with the settings that dbt's profile gives its own."""

import os

import jinja2
import yaml
from pyspark.sql import SparkSession

from taxi.errors import TaxiError
from taxi.folder import PROJECT
from taxi.gcs import check_storage, storage_settings
from taxi.lake import Lake
from taxi.sessions import is_running, running_session, start_session

# The session that was started here last, and its lake.
_started: list[tuple[SparkSession, Lake]] = []


def profile_settings() -> dict[str, str]:
    """The session settings of the target in profiles/profiles.yml.

    It is `local`, or what `DBT_TARGET` names, for dbt as for the scripts.

    Raises:
        TaxiError: if it names no target.
    """
    target = os.environ.get("DBT_TARGET") or "local"
    text = (PROJECT / "profiles" / "profiles.yml").read_text()
    rendered = jinja2.Template(text).render(env_var=os.environ.get)
    targets = yaml.safe_load(rendered)["taxi"]["outputs"]
    if target not in targets:
        raise TaxiError(
            f"DBT_TARGET: there is no target {target!r}; there are {', '.join(targets)}"
        )
    return targets[target]["server_side_parameters"]


def open_spark(lake: Lake, settings: dict[str, str] | None = None) -> SparkSession:
    """Open a session in this process whose default catalog is the lake.

    Args:
        settings: more than the profile and the lake have.

    Raises:
        TaxiError: if there is no such target, the lake's folders cannot be made, or
            Spark does not start.
    """
    settings = profile_settings() | (settings or {})
    lake.create_folders()
    return start_on_lake(lake, settings)


def start_on_lake(lake: Lake, settings: dict[str, str]) -> SparkSession:
    """Start a session on a lake, or return the one that runs; see `start_session`.

    One that was started here on another lake is ended, as a session opens its catalog
    once and for all.

    Args:
        settings: what the session has besides the lake's own settings, which are added.

    Raises:
        TaxiError: if Spark does not start, cannot reach the lake's bucket, or runs on
            another lake for somebody else.
    """
    if lake.is_on_bucket:
        settings |= storage_settings()
    settings |= lake.spark_settings()
    _leave_other_lake(lake)
    session = start_session(settings)
    _started[:] = [(session, lake)]
    # A Connect server has a class path of its own, which nobody can look at from here.
    if lake.is_on_bucket and "spark.remote" not in settings:
        check_storage(session, f"TAXI_LAKE={lake}")
    return session


def session_on_lake() -> SparkSession | None:
    """The session that `start_on_lake` gave last, if it has.

    Spark itself knows one of Spark Connect in the thread alone that asked for it.
    """
    return _started[0][0] if _started else None


def _leave_other_lake(lake: Lake) -> None:
    """End the session that was started here, if it is on another lake."""
    for session, its_lake in _started:
        if its_lake == lake or not is_running(session):
            continue
        session.stop()
    running = running_session()
    if running is None:
        return
    for name, wanted in lake.spark_settings().items():
        found = running.conf.get(name, wanted)
        if found != wanted:
            raise TaxiError(
                f"Spark runs in this process with {name}={found}, and TAXI_LAKE is "
                f"{lake}: stop that session, or use another process"
            )
