"""Zones from points, for files that tell longitude and latitude instead.

The code is that of landing. It wants many points at once, so it is given the rows of a
partition in Python; Spark's own functions over batches would need pandas besides.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice

from pyspark.sql import DataFrame, Row
from pyspark.sql.types import IntegerType, StructType

from taxi.errors import TaxiError
from taxi.revenue.shipping import ship_package

# Rows that are held in memory at once.
_BATCH = 1 << 14


def with_zones(trips: DataFrame) -> DataFrame:
    """Put `pickup_location_id` in place of the last two columns, which are the point.

    Raises:
        TaxiError: if what finds zones is not installed here.
    """
    for module in ("numpy", "shapely"):
        if find_spec(module) is None:
            raise TaxiError(
                f"files before 2016-07 tell points, not zones; install {module}, which "
                "finds the zones, here and where the executors run"
            )
    spark = trips.sparkSession
    ship_package(spark.sparkContext)
    schema = StructType(trips.schema.fields[:-2]).add(
        "pickup_location_id", IntegerType()
    )
    rows = trips.rdd.mapPartitions(_located)
    return spark.createDataFrame(rows, schema, verifySchema=False)


def _located(rows: Iterator[Row]) -> Iterator[tuple]:
    """Runs on an executor, on the rows of one partition."""
    import numpy as np

    from taxi.landing.zones.grid import zone_grid

    while batch := list(islice(rows, _BATCH)):
        # A missing coordinate becomes NaN, which is in the unknown zone.
        points = np.array([row[-2:] for row in batch], float)
        zones = zone_grid().find(points[:, 0], points[:, 1]).tolist()
        for row, zone in zip(batch, zones, strict=True):
            yield (*row[:-2], zone)
