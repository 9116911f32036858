"""Spark for an export: opened when it is first needed, and able to reach the bucket.

On Dataproc the cluster brings the connectors of Cloud Storage and BigQuery along. Here
`make gcs-connector` fetches that of Cloud Storage.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from taxi.errors import TaxiError
from taxi.gcs import check_storage, storage_settings
from taxi.lake import Lake
from taxi.spark import open_spark
from taxi.spark_errors import first_words


class LazySpark:
    """Spark on a lake.

    Args:
        on_step: told that it is being started.
    """

    def __init__(self, lake: Lake, on_step: Callable[[str], None]):
        self._lake = lake
        self._on_step = on_step

    @cached_property
    def session(self) -> SparkSession:
        """The session.

        Raises:
            TaxiError: if Spark does not start.
        """
        self._on_step("starting Spark")
        return open_spark(self._lake, storage_settings())

    def check_storage(self) -> None:
        """Check that Spark can write to Cloud Storage.

        Raises:
            TaxiError: if nothing on its classpath does.
        """
        check_storage(self.session, "--via")

    def check_connector(self) -> None:
        """Check that Spark can write to BigQuery, by way of Cloud Storage.

        Raises:
            TaxiError: if a connector is not on its classpath.
        """
        self.check_storage()
        settings = self.session._jsparkSession.sessionState().conf()
        sources = self.session._jvm.org.apache.spark.sql.execution.datasources
        try:
            sources.DataSource.lookupDataSource("bigquery", settings)
        except (Py4JError, PySparkException) as error:
            raise TaxiError(
                "--via connector needs Spark's BigQuery connector "
                "(spark-4.1-bigquery) on the classpath, as on Dataproc; --via spark "
                "and --via load do without"
            ) from error


@contextmanager
def told_by_spark(about: str) -> Iterator[None]:
    """Turn what Spark raises into one line.

    Args:
        about: what was to be done, such as `writing fct_trips 2024-01`.

    Raises:
        TaxiError: for whatever Spark raises.
    """
    try:
        yield
    except (Py4JError, PySparkException) as error:
        words = first_words(str(error)).splitlines() or [type(error).__name__]
        raise TaxiError(f"{about}: {words[0]}") from error
