"""What is published, read and counted by Spark: no month goes through this process."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal

from pyiceberg.table import StaticTable
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructField, StructType

from taxi.bigquery.fingerprints import HASH_DIGITS, Fingerprint
from taxi.bigquery.marts import Mart
from taxi.bigquery.months import next_month
from taxi.bigquery.source import Notes, Source
from taxi.bigquery.spark_session import LazySpark, told_by_spark

# Stand for nulls where the contract has none: see `SparkSource.rows`.
_NEVER = {
    "StringType": "",
    "LongType": 0,
    "BooleanType": False,
    "DateType": date(1970, 1, 1),
    "TimestampNTZType": datetime(1970, 1, 1),
    "TimestampType": datetime(1970, 1, 1),
    "DecimalType": Decimal(0),
}


class SparkSource(Source):
    """A published mart, as Spark reads it.

    Args:
        table: the version of it that is published. Spark reads its metadata file, and
            so this version whatever is published meanwhile.
    """

    def __init__(self, spark: LazySpark, mart: Mart, table: StaticTable, notes: Notes):
        super().__init__(mart, table, notes)
        self._spark = spark

    @property
    def types(self) -> StructType:
        """The columns by which rows travel, in Spark's types."""
        return from_arrow_schema(self.schema, prefer_timestamp_ntz=True)

    def months(self) -> list[date]:
        with told_by_spark(f"reading the months of {self.mart.name}"):
            published = self._published()
            month = F.trunc(F.col(self.mart.month_column.name), "month")
            found = published.select(month.alias("month")).distinct().collect()
        return sorted(row["month"] for row in found)

    def rows(self, months: Collection[date]) -> DataFrame:
        """The rows of months, with the contract's columns in its order and types.

        What the contract says is never null is so to Spark and in its files, or
        BigQuery would refuse them for a column that is REQUIRED. A null that is there
        all the same becomes another value, and another fingerprint with it.
        """
        return self._select(months, _filled)

    def _compute(self, month: date) -> Fingerprint:
        mart = self.mart
        with told_by_spark(f"reading {mart.name} {month:%Y-%m}"):
            rows = self._select([month], _column)
            (found,) = rows.agg(
                F.count("*").alias("row_count"),
                F.expr(digest_sql(mart)).alias("digest"),
                *[F.sum(f"`{name}`").alias(name) for name in mart.decimals],
            ).collect()
        return Fingerprint(
            found["row_count"],
            int(found["digest"] or 0),
            {name: found[name] for name in mart.decimals},
        )

    def _select(
        self, months: Collection[date], column: Callable[[StructField], Column]
    ) -> DataFrame:
        # Expressions need a session: this opens it.
        published = self._published()
        moment = F.col(self.mart.month_column.name)
        within = F.lit(False)
        for month in sorted(months):
            within |= (moment >= F.lit(month)) & (moment < F.lit(next_month(month)))
        columns = [column(field).alias(field.name) for field in self.types]
        return published.where(within).select(columns)

    def _published(self) -> DataFrame:
        location = self._table.metadata_location
        return self._spark.session.read.format("iceberg").load(location)


def digest_sql(mart: Mart) -> str:
    """SQL of Spark for the sum of the hashes of rows, as `fingerprints` has it."""
    texts = ", ".join(
        column.type.spark_text.format(f"`{column.name}`") for column in mart.columns
    )
    text = f"array_join(array({texts}), ',', '')"
    digits = f"substr(sha2({text}, 256), 1, {HASH_DIGITS})"
    return f"sum(cast(conv({digits}, 16, 10) as decimal(38, 0)))"


def _column(field: StructField) -> Column:
    return F.col(f"`{field.name}`").cast(field.dataType)


def _filled(field: StructField) -> Column:
    if field.nullable:
        return _column(field)
    never = F.lit(_NEVER[type(field.dataType).__name__]).cast(field.dataType)
    return F.coalesce(_column(field), never)
