"""The ways in which rows get to BigQuery."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pyiceberg.table import StaticTable

from taxi.bigquery.fill import LOAD, SPARK, Filler, load
from taxi.bigquery.marts import Mart
from taxi.bigquery.source import Notes, Source
from taxi.bigquery.spark_fill import write_files, write_rows
from taxi.bigquery.spark_session import LazySpark
from taxi.bigquery.spark_source import SparkSource
from taxi.lake import Lake


@dataclass(frozen=True)
class Way:
    """How rows are read, and get to BigQuery.

    Attributes:
        open: opens what is published of a mart.
        fill: fills a stage table with it.
        check: raises a TaxiError if `fill` cannot work here.
    """

    open: Callable[[Mart, StaticTable, Notes], Source]
    fill: Filler
    check: Callable[[], None]


def way_of(name: str, lake: Lake, on_step: Callable[[str], None]) -> Way:
    """The way of a name, see `taxi.bigquery.fill`. Spark starts when it is needed."""
    if name == LOAD:
        return Way(Source, load, lambda: None)
    spark = LazySpark(lake, on_step)
    opened = partial(SparkSource, spark)
    if name == SPARK:
        return Way(opened, write_files, spark.check_storage)
    return Way(opened, write_rows, spark.check_connector)
