"""Small marts, built and published without Spark."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
from dbt.artifacts.schemas.results import NodeStatus
from dbt.artifacts.schemas.run import RunResult

from project import Project
from taxi.catalog import MARTS, PUBLISHED, database, read_locations
from taxi.lake import PROJECT
from taxi.publishing.building import begin_build, end_build
from taxi.publishing.reading import Marts
from taxi.publishing.tables import read_builds, read_publications

# Three marts are enough: each row of theirs says which build wrote it.
NAMES = ("dim_zones", "fct_source_months", "fct_trips")

_SCHEMA = pa.schema(
    {
        "kept_trip_count": pa.int64(),
        "kept_total_amount": pa.decimal128(19, 2),
        "set_aside_row_count": pa.int64(),
    }
)


@dataclass(frozen=True)
class SmallMarts:
    """A lake of small marts, and builds of them.

    Attributes:
        nodes: the enabled nodes of this project, whose results a build has.
    """

    project: Project
    nodes: Mapping

    @property
    def lake(self):
        return self.project.lake

    def change(self, value: int, names: tuple[str, ...] = NAMES) -> None:
        """Let marts hold one row that says the value, as dbt replaces tables."""
        catalog = self.lake.open_catalog()
        catalog.create_namespace_if_not_exists(MARTS)
        row = {
            "kept_trip_count": value,
            "kept_total_amount": Decimal(value) + Decimal("0.01"),
            "set_aside_row_count": 2 * value,
        }
        rows = pa.Table.from_pylist([row], schema=_SCHEMA)
        for name in names:
            table = catalog.create_table_if_not_exists((MARTS, name), rows.schema)
            if table.current_snapshot():
                table.overwrite(rows)
            else:
                table.append(rows)

    def results(self, statuses: Mapping[str, str] | None = None) -> list[RunResult]:
        """Those of a whole build, all well but the nodes named otherwise."""
        found = []
        for node in self.nodes.values():
            if node.resource_type in ("model", "seed", "test"):
                well = "pass" if node.resource_type == "test" else "success"
                status = NodeStatus((statuses or {}).get(node.name, well))
                found.append(RunResult.from_node(node, status, None))
        return found

    def build(
        self, value: int, statuses: Mapping[str, str] | None = None, months="all"
    ) -> str | None:
        """A whole build that leaves the value. Return its closing line."""
        number = begin_build(self.lake, "dbt build", PROJECT)
        self.change(value)
        return end_build(self.lake, number, self.results(statuses), self.nodes, months)

    def select(self, value: int, name: str) -> str | None:
        """A run of one model. Return its closing line."""
        number = begin_build(self.lake, "dbt run", PROJECT)
        self.change(value, (name,))
        (result,) = (one for one in self.results() if one.node.name == name)
        return end_build(self.lake, number, [result], self.nodes, [])

    def publish(self, *arguments: str, check: bool = True):
        """Call the command."""
        return self.project.script("publish.py", *arguments, check=check)

    def pointers(self, schema: str = PUBLISHED) -> dict[str, str]:
        with database(self.lake) as engine, engine.connect() as connection:
            return read_locations(connection, schema)

    def builds(self) -> list:
        with database(self.lake) as engine, engine.connect() as connection:
            return read_builds(connection)

    def publications(self) -> list:
        with database(self.lake) as engine, engine.connect() as connection:
            return read_publications(connection)

    def seen(self) -> dict[str, int]:
        """The value that readers see in each published mart."""
        return values(Marts(PUBLISHED, self.pointers()))


def values(marts: Marts) -> dict[str, int]:
    """The value of each of the small marts."""
    return {
        name: marts.open(name).scan().to_arrow()["kept_trip_count"][0].as_py()
        for name in marts.locations
    }
