"""TLC's files of any mix of eras as one DataFrame of trips.

No one schema fits them all, so files that are alike are read together, by one reader;
what each reader brings is put under the same names and types, and then unioned.
"""

from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from taxi.landing.file_names import MONTH_IN_NAME
from taxi.revenue.columns import AMOUNT_TYPE, NANOSECONDS
from taxi.revenue.heads import Head, read_head
from taxi.revenue.inputs import Input
from taxi.revenue.points import with_zones
from taxi.revenue.storage import Storage, escaped
from taxi.revenue.values import Reader, column, quoted

_BROKEN = "broken record"
_CSV_OPTIONS = {
    "header": True,
    # A record with more or fewer fields than the header is brought as it is.
    "mode": "PERMISSIVE",
    "columnNameOfCorruptRecord": _BROKEN,
    # As everybody but Spark has it: a quote within quotes is written twice.
    "escape": '"',
    "ignoreLeadingWhiteSpace": True,
    "ignoreTrailingWhiteSpace": True,
}


def read_trips(
    spark: SparkSession, inputs: list[Input], amounts: tuple[str, ...]
) -> DataFrame:
    """One row per trip; nothing is read but footers and headers until an action.

    Its columns are `service_type`, `source_month`, `pickup_at`, `pickup_location_id`
    and the amounts.

    Args:
        inputs: one file of each service and month.
        amounts: the amounts that are wanted.

    Raises:
        TaxiError: if a file is not as TLC publishes it. It names the file.
    """
    storage = Storage(spark)
    groups: dict[Head, list[str]] = {}
    for given in inputs:
        head = read_head(storage, given, amounts)
        groups.setdefault(head, []).append(escaped(given.address))
    # By name, not by position: groups may have their columns in any order.
    return reduce(
        DataFrame.unionByName,
        (_read_alike(spark, *group, amounts) for group in groups.items()),
    )


def _read_alike(
    spark: SparkSession, head: Head, addresses: list[str], amounts: tuple[str, ...]
) -> DataFrame:
    """The trips of files that have the same columns in the same types."""
    columns = [*head.types, *([(_BROKEN, "string")] if head.form == "csv" else [])]
    schema = ", ".join(
        f"{quoted(name)} {'bigint' if physical == NANOSECONDS else physical}"
        for name, physical in columns
    )
    # With a schema given, Spark need not run a job to find it in a file.
    reader = spark.read.schema(schema)
    if head.form == "csv":
        files = reader.options(**_CSV_OPTIONS, sep=head.delimiter).csv(addresses)
        files = _refuse_broken(files, head, Reader(F.col("_metadata.file_name")))
    else:
        files = reader.parquet(*addresses)

    file_name = F.col("_metadata.file_name")
    types = dict(head.types)
    typed = Reader(file_name)
    served = {amount: typed.money(name, types[name]) for amount, name in head.amounts}
    nothing = F.lit(None).cast(AMOUNT_TYPE)
    trips = files.select(
        F.lit(head.service).alias("service_type"),
        _month_of(file_name).alias("source_month"),
        typed.time(head.pickup_time, types[head.pickup_time]).alias("pickup_at"),
        *(served.get(amount, nothing).alias(amount) for amount in amounts),
        *_place(head, typed, types),
    )
    return with_zones(trips) if head.is_point else trips


def _month_of(file_name: Column) -> Column:
    """The month in a file's name, in any of the forms that `inputs` lets pass."""
    year, month = (
        F.regexp_extract(file_name, MONTH_IN_NAME, group) for group in (1, 2)
    )
    return F.make_date(year.cast("int"), month.cast("int"), F.lit(1))


def _place(head: Head, typed: Reader, types: dict[str, str]) -> list[Column]:
    """The zone, or longitude and latitude."""
    if not head.is_point:
        (name,) = head.pickup_place or (None,)
        if name is None:
            return [F.lit(None).cast("int").alias("pickup_location_id")]
        zone = typed.code(name, types[name])
        return [zone.alias("pickup_location_id")]
    nowhere = F.lit(None).cast("double")
    point = [typed.degrees(name, types[name]) for name in head.pickup_place]
    # Half a point is none.
    point = point if len(point) == 2 else [nowhere, nowhere]
    return [point[0].alias("longitude"), point[1].alias("latitude")]


def _refuse_broken(files: DataFrame, head: Head, typed: Reader) -> DataFrame:
    """The records of a CSV; an error where one has other fields than the header.

    As a filter, so that it is asked before any value is typed, whoever needs which.
    """
    named = len(head.types) - len(head.surplus)
    broken = column(_BROKEN)
    words = F.lit(f"a record has more or fewer fields than the header's {named}: ")
    refused = typed.refuse(F.concat(words, broken)).cast("boolean")
    is_whole = F.when(broken.isNotNull(), refused)
    if head.surplus:
        held = F.coalesce(*(F.nullif(column(one), F.lit("")) for one in head.surplus))
        words = F.lit(f"a record has more fields than the header's {named}: ")
        refused = typed.refuse(F.concat(words, held)).cast("boolean")
        is_whole = is_whole.when(held.isNotNull(), refused)
    return files.where(is_whole.otherwise(True))
