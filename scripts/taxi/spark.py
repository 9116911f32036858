"""A Spark session on the lake, with the settings that dbt's profile gives its own."""

import os

import jinja2
import yaml
from pyspark.sql import SparkSession

from taxi.lake import PROJECT, Lake


def profile_settings(target: str = "local") -> dict[str, str]:
    """The session settings of a target in profiles/profiles.yml."""
    text = (PROJECT / "profiles" / "profiles.yml").read_text()
    rendered = jinja2.Template(text).render(env_var=os.environ.get)
    return yaml.safe_load(rendered)["taxi"]["outputs"][target]["server_side_parameters"]


def point_logs_at_project() -> None:
    """Let Spark's own words go to logs/spark.log; must precede the first session."""
    os.environ.setdefault("SPARK_CONF_DIR", str(PROJECT / "profiles" / "spark"))
    os.environ.setdefault("TAXI_LOGS", str(PROJECT / "logs"))


def open_spark(lake: Lake) -> SparkSession:
    """Open a session in this process whose default catalog is the lake."""
    point_logs_at_project()
    lake.create_folders()
    builder = SparkSession.builder
    for name, value in (profile_settings() | lake.spark_settings()).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
