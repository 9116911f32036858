"""The versions of what turns SQL into rows: dbt, Spark and Iceberg.

Rows that an older version wrote are made and tested anew after an upgrade.
"""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

_ICEBERG = re.compile(r"iceberg-spark-runtime-.*-(\d[\w.]*)\.jar")


@cache
def installed() -> dict[str, str]:
    """The versions in this environment; Iceberg's is empty if its jar is elsewhere."""
    jars = (Path(pyspark.__file__).parent / "jars").glob("iceberg-spark-runtime-*.jar")
    found = (_ICEBERG.fullmatch(jar.name) for jar in sorted(jars))
    return {
        "dbt-core": version("dbt-core"),
        "dbt-spark": version("dbt-spark"),
        "spark": pyspark.__version__,
        "iceberg": next((one[1] for one in found if one), ""),
    }


def in_use(session: SparkSession | None, is_remote: bool) -> dict[str, str]:
    """The versions that a command works with.

    Args:
        session: its session; without one, Spark is that of this environment.
        is_remote: whether Spark runs elsewhere, with jars of its own.
    """
    if session is None:
        return installed()
    versions = installed() | {"spark": session.version}
    if is_remote or not versions["iceberg"]:
        (row,) = session.sql("select system.iceberg_version()").collect()
        versions["iceberg"] = row[0]
    return versions
