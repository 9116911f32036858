"""A lake whose tables are written without Spark, and the plan of a build of it."""

from dataclasses import dataclass

import pyarrow as pa
from dbt.contracts.graph.manifest import Manifest
from pyiceberg.catalog.sql import SqlCatalog

from landings import Workshop
from taxi.building.held import LOADED_MONTHS
from taxi.building.logic import Logic
from taxi.building.plan import Command, Plan, make_plan
from taxi.building.recorded import LOGIC
from taxi.generate.eras import parquet_era
from tlc_files import trips, write_parquet

PROJECT_NAME = "nyc_taxi_revenue"


@dataclass
class Planner:
    """A lake, and the project as dbt reads it."""

    shop: Workshop
    manifest: Manifest

    @property
    def catalog(self) -> SqlCatalog:
        return self.shop.lake.open_catalog()

    def land(self, month: str, count: int = 5, service: str = "green") -> None:
        era = parquet_era(service, month)
        path = write_parquet(self.shop.files, era, trips(month, count))
        self.shop.land()
        path.unlink()

    def load(self, left_out: tuple[str, ...] = ()) -> None:
        """Say that the facts hold what is landed, without some columns."""
        landed = self.shop.table("source_files")
        names = ("service_type", "source_month", "landing_id", "sha256")
        rows = landed.select([name for name in names if name not in left_out])
        self.write(
            LOADED_MONTHS, rows.append_column("logic_hash", [["none"] * len(rows)])
        )

    def write(self, table: tuple[str, str], rows: pa.Table, **properties: str) -> None:
        catalog = self.catalog
        catalog.create_namespace_if_not_exists(table[0])
        if catalog.table_exists(table):
            catalog.drop_table(table)
        catalog.create_table(table, rows.schema, properties=properties).append(rows)

    def say_logic(self, name: str, logic: str) -> None:
        """Write a table of a model, without its rows, that says its logic."""
        node = self.manifest.nodes[f"model.{PROJECT_NAME}.{name}"]
        rows = pa.table({"any": [1]})
        self.write((node.schema, node.alias), rows, **{LOGIC: logic})

    def logic(self, versions: dict[str, str] | None = None, **variables) -> Logic:
        return Logic(self.manifest, PROJECT_NAME, variables, versions)

    def plan(self, **variables) -> Plan:
        command = Command(frozenset(self.manifest.nodes), runs_tests=True)
        return make_plan(self.catalog, self.logic(**variables), command, 31)
