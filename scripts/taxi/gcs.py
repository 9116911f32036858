"""What lets a session of Spark reach Cloud Storage.

On Dataproc the cluster brings the connector along; here `make gcs-connector` does.
"""

import os
from pathlib import Path

import pyspark
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from taxi.errors import TaxiError

# Where `make gcs-connector` puts it.
GCS_JARS = Path(pyspark.__file__).parent / "jars-gcs"

_STORAGE = "spark.hadoop.fs.gs"

# https://github.com/GoogleCloudDataproc/hadoop-connectors/blob/master/gcs/CONFIGURATION.md
_EMULATED = {
    f"{_STORAGE}.project.id": "emulator",
    f"{_STORAGE}.auth.type": "UNAUTHENTICATED",
    # fake-gcs-server has no such operation.
    f"{_STORAGE}.operation.move.enable": "false",
}


def storage_settings() -> dict[str, str]:
    """The settings by which a session reaches buckets.

    Credentials are found as Google's other clients find them. The variable
    `STORAGE_EMULATOR_HOST` leads to an emulator.
    """
    settings = {f"{_STORAGE}.auth.type": "APPLICATION_DEFAULT"}
    emulator = os.environ.get("STORAGE_EMULATOR_HOST")
    if emulator:
        settings = {**_EMULATED, f"{_STORAGE}.storage.root.url": emulator}
    if GCS_JARS.is_dir():
        for process in ("driver", "executor"):
            settings[f"spark.{process}.extraClassPath"] = f"{GCS_JARS}/*"
    return settings


def check_storage(session: SparkSession, option: str) -> None:
    """Check that a session can reach Cloud Storage.

    Args:
        option: what asks for it.

    Raises:
        TaxiError: if nothing on its classpath does.
    """
    hadoop = session._jsc.hadoopConfiguration()
    try:
        session._jvm.org.apache.hadoop.fs.FileSystem.getFileSystemClass("gs", hadoop)
    except (Py4JError, PySparkException) as error:
        raise TaxiError(
            f"{option}: Spark has no connector for gs:// on its classpath; "
            "make gcs-connector installs it, a Dataproc cluster has it"
        ) from error
