"""Filling a stage table by Spark: with files, or by its BigQuery connector."""

from collections.abc import Callable

from taxi.bigquery.faults import told
from taxi.bigquery.leftovers import Run
from taxi.bigquery.plan import Plan
from taxi.bigquery.spark_session import told_by_spark
from taxi.bigquery.tables import schema_of
from taxi.bigquery.warehouse import Warehouse


def write_files(
    warehouse: Warehouse, run: Run, plan: Plan, on_step: Callable[[str], None]
) -> int:
    """Let Spark write a folder of parquet for each month, and load them all."""
    mart = plan.mart
    files = {}
    for month in plan.sent:
        on_step(f"{mart.name} {month:%Y-%m}: writing")
        # Without key=value in its name, which would be a column of its own.
        folder = f"{run.folder}/{mart.name}-{month:%Y-%m}"
        address = f"gs://{warehouse.bucket.name}/{folder}"
        with told_by_spark(f"writing {mart.name} {month:%Y-%m}"):
            plan.source.rows([month]).write.parquet(address, compression="zstd")
        files |= _files(warehouse, folder)
    if files:
        on_step(f"{mart.name}: loading")
        warehouse.load(list(files), run.stage(mart.name), schema_of(mart))
    return sum(files.values())


def write_rows(
    warehouse: Warehouse, run: Run, plan: Plan, on_step: Callable[[str], None]
) -> None:
    """Let Spark's BigQuery connector write the rows of all months."""
    if not plan.sent:
        return
    name = plan.mart.name
    on_step(f"{name}: writing by the connector")
    with told_by_spark(f"writing {name} by the connector"):
        writer = plan.source.rows(plan.sent).write.format("bigquery").mode("append")
        options = connector_options(warehouse, run, name)
        writer.options(**options).save(run.stage(name))


def connector_options(warehouse: Warehouse, run: Run, mart: str) -> dict[str, str]:
    """What the connector is told, by the names that its documentation gives.

    https://github.com/GoogleCloudDataproc/spark-bigquery-connector (version 0.45). A
    persistent path is one of this export's folder, which is deleted in any case; a
    temporary one would be at the bucket's root and stay if the export is killed.
    """
    return {
        "project": warehouse.dataset.project,
        "dataset": warehouse.dataset.dataset_id,
        "parentProject": warehouse.client.project,
        "location": warehouse.client.location,
        "writeMethod": "indirect",
        "intermediateFormat": "parquet",
        "createDisposition": "CREATE_NEVER",
        "persistentGcsBucket": warehouse.bucket.name,
        "persistentGcsPath": f"{run.folder}/{mart}",
    }


def _files(warehouse: Warehouse, folder: str) -> dict[str, int]:
    """The parquet files of a folder, and their bytes.

    A wildcard would find what lies in folders of the folder too, such as the files of
    an attempt that Spark gave up.
    """
    with told(f"listing gs://{warehouse.bucket.name}/{folder}"):
        found = list(warehouse.bucket.list_blobs(prefix=f"{folder}/", delimiter="/"))
    return {
        f"gs://{warehouse.bucket.name}/{blob.name}": blob.size
        for blob in found
        if blob.name.endswith(".parquet")
    }
