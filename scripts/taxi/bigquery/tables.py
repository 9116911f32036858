"""A mart as a table of BigQuery's, and how one that is there differs from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.cloud import bigquery
from google.cloud.bigquery import SchemaField, TimePartitioning, TimePartitioningType

from taxi.bigquery.marts import Column, Mart

# What the API calls types by other names than SQL does.
_SQL_NAMES = {"INTEGER": "INT64", "BOOLEAN": "BOOL"}


@dataclass(frozen=True)
class Differences:
    """How a table that is there differs from its mart.

    Attributes:
        refused: what can only be had with a new table, in words.
        gained: columns that the table lacks.
    """

    refused: tuple[str, ...]
    gained: tuple[Column, ...]


def schema_of(mart: Mart) -> list[SchemaField]:
    """The columns of a mart, in its order."""
    return [_field(column, column.is_required) for column in mart.columns]


def new_table(
    mart: Mart, table: bigquery.TableReference, labels: dict[str, str]
) -> bigquery.Table:
    """A table for a mart: in partitions of a month, sorted by service and zone."""
    made = bigquery.Table(table, schema=schema_of(mart))
    made.time_partitioning = TimePartitioning(
        TimePartitioningType.MONTH, field=mart.month_column.name
    )
    made.clustering_fields = mart.clustered_by or None
    made.description = mart.description
    made.labels = labels
    return made


def differences(mart: Mart, table: bigquery.Table) -> Differences:
    """How a table that is there differs from its mart."""
    there = {field.name: field for field in table.schema}
    refused = [
        f"the column {name} is no longer exported"
        for name in there
        if name not in mart.names
    ]
    gained = []
    for column in mart.columns:
        field = there.get(column.name)
        if field is None:
            gained.append(column)
            continue
        # NUMERIC without digits holds whatever NUMERIC with digits does.
        if _type(field) not in (str(column.type), column.type.bigquery):
            refused.append(
                f"the column {column.name} is {_type(field)} there, {column.type} here"
            )
    partitioned_by = table.time_partitioning and table.time_partitioning.field
    if partitioned_by != mart.month_column.name:
        refused.append(
            f"it is partitioned by {partitioned_by or 'nothing'} there, by "
            f"{mart.month_column.name} here"
        )
    return Differences(tuple(refused), tuple(gained))


def widening_sql(gained: Iterable[Column], table: str) -> str:
    """SQL that lets a table have the columns that it lacks.

    Args:
        table: quoted as BigQuery wants it.
    """
    added = ", ".join(
        f"add column if not exists `{column.name}` {column.type}" for column in gained
    )
    return f"alter table {table} {added}"


def merged_schema(mart: Mart, table: bigquery.Table) -> list[SchemaField]:
    """The columns of a table, with those that the mart gained after them.

    A column that joins a table with rows may be null there, whatever its contract says.
    """
    wanted = {column.name: column for column in mart.columns}
    fields = []
    for field in table.schema:
        column = wanted.pop(field.name)
        stays_required = field.mode == "REQUIRED" and column.is_required
        fields.append(_field(column, stays_required))
    return fields + [_field(column, False) for column in wanted.values()]


def told_of(value: Any) -> Any:
    """What can be told anew of a table: of its columns all but their types."""
    if not isinstance(value, list):
        return value
    return [(field.name, field.mode, field.description) for field in value]


def _field(column: Column, is_required: bool) -> SchemaField:
    return SchemaField(
        column.name,
        column.type.bigquery,
        mode="REQUIRED" if is_required else "NULLABLE",
        description=column.description,
        precision=column.type.precision,
        scale=column.type.scale,
    )


def _type(field: SchemaField) -> str:
    digits = "" if field.scale is None else f"({field.precision}, {field.scale})"
    name = _SQL_NAMES.get(field.field_type, field.field_type)
    return name + digits
