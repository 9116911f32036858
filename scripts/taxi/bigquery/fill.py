"""Filling a stage table with files that this process writes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from taxi.bigquery.leftovers import Run
from taxi.bigquery.plan import Plan
from taxi.bigquery.source import Source
from taxi.bigquery.tables import schema_of
from taxi.bigquery.warehouse import Warehouse

# The ways in which rows get to BigQuery, see `taxi.bigquery.ways`.
LOAD, SPARK, CONNECTOR = "load", "spark", "connector"
WAYS = (LOAD, SPARK, CONNECTOR)

# Fills the stage table of a plan, telling what it does. Returns the bytes sent, or None
# if they are not known.
Filler = Callable[[Warehouse, Run, Plan, Callable[[str], None]], int | None]

# Rows of a file that are held in memory at once.
_GROUP_ROWS = 256 * 1024


def write_month(source: Source, month: date, path: Path) -> int:
    """Write the rows of a month as parquet, in the mart's columns and their order.

    Returns:
        The size of the file in bytes.
    """
    with pq.ParquetWriter(path, source.schema, compression="zstd") as writer:
        for batch in source.read(month):
            for start in range(0, batch.num_rows, _GROUP_ROWS):
                writer.write_batch(batch.slice(start, _GROUP_ROWS))
    return path.stat().st_size


def load(
    warehouse: Warehouse, run: Run, plan: Plan, on_step: Callable[[str], None]
) -> int:
    """Write a file for each month, put it into the bucket, and load them all."""
    mart = plan.mart
    addresses, byte_count = [], 0
    for month in plan.sent:
        on_step(f"{mart.name} {month:%Y-%m}: sending")
        path = run.files / f"{mart.name}-{month:%Y-%m}.parquet"
        byte_count += write_month(plan.source, month, path)
        addresses.append(warehouse.upload(path, f"{run.folder}/{path.name}"))
        path.unlink()
    if addresses:
        on_step(f"{mart.name}: loading")
        warehouse.load(addresses, run.stage(mart.name), schema_of(mart))
    return byte_count
