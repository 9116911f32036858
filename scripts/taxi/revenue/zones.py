"""The zone lookup, which lies in the package: seeds/taxi_zones.csv."""

import csv
from dataclasses import dataclass
from importlib.resources import files

from pyspark.sql import DataFrame, SparkSession

_SCHEMA = "location_id int, zone_name string, borough string"


@dataclass(frozen=True)
class Zone:
    """A zone as the lookup has it."""

    location_id: int
    zone_name: str
    borough: str


def read_zones() -> list[Zone]:
    """The zones, in the order of the file."""
    text = (files(__package__) / "taxi_zones.csv").read_text(encoding="utf-8")
    return [
        Zone(int(row["LocationID"]), row["Zone"], row["Borough"])
        for row in csv.DictReader(text.splitlines())
    ]


def zone_lookup(spark: SparkSession) -> DataFrame:
    """The zones as a table of Spark's."""
    rows = [(one.location_id, one.zone_name, one.borough) for one in read_zones()]
    return spark.createDataFrame(rows, _SCHEMA)
