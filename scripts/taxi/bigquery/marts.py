"""The marts that leave the project: what dbt's manifest says of them.

An exposure lists them, and its `meta` says by which column each is cut into months. A
mart's contract has its columns, the constraints on them its key and what is never null.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.contracts.constraints import ConstraintType

from taxi.bigquery.types import ColumnType, column_type
from taxi.commands import logs_folder
from taxi.errors import TaxiError
from taxi.lake import PROJECT
from taxi.landing.sources import first_line

EXPOSURE = "bigquery_export"

# BigQuery sorts a table's blocks by these, where a mart has them.
_CLUSTERED_BY = ("service_type", "pickup_location_id")

# What BigQuery takes as a column's name, and SQL without further ado.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


@dataclass(frozen=True)
class Column:
    """A column of a mart, as its contract has it.

    Attributes:
        is_required: whether it is never null.
    """

    name: str
    type: ColumnType
    is_required: bool
    description: str


@dataclass(frozen=True)
class Mart:
    """A mart that is exported.

    Attributes:
        key: the columns that tell its rows apart.
        month_column: the day or moment whose month a row belongs to.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    month_column: Column

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def decimals(self) -> list[str]:
        """The columns that are exact decimals, money among them."""
        return [column.name for column in self.columns if column.type.is_decimal]

    @property
    def clustered_by(self) -> list[str]:
        return [name for name in _CLUSTERED_BY if name in self.names]


def exported_marts(names: list[str] | None = None) -> list[Mart]:
    """The marts that leave the project, in the exposure's order.

    Args:
        names: which of them; None means all.

    Raises:
        TaxiError: if dbt cannot parse the project, a name is not one of theirs, or a
            mart cannot be exported as its contract stands.
    """
    manifest = _manifest()
    exposure = next(one for one in manifest.exposures.values() if one.name == EXPOSURE)
    nodes = [manifest.nodes[node_id] for node_id in exposure.depends_on.nodes]
    offered = [node.name for node in nodes]
    for name in names or ():
        if name not in offered:
            raise TaxiError(
                f"--tables: {name} is not exported ({', '.join(offered)} are); the "
                f"exposure {EXPOSURE} lists what is"
            )
    months = exposure.config.meta["month_columns"]
    wanted = offered if names is None else names
    return [_mart(node, months[node.name]) for node in nodes if node.name in wanted]


def _manifest() -> Manifest:
    """The project as it is now, parsed apart from what other commands of dbt leave."""
    target = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target") / "export"
    folders = {
        "--project-dir": PROJECT,
        "--profiles-dir": PROJECT / "profiles",
        "--target-path": target,
        "--log-path": logs_folder(),
    }
    options = [str(word) for pair in folders.items() for word in pair]
    parsed = dbtRunner().invoke(["parse", "--quiet", *options])
    if not parsed.success:
        raise TaxiError(f"dbt cannot parse the project: {first_line(parsed.exception)}")
    return parsed.result


def _mart(node, month_column: str) -> Mart:
    columns = {column.name: _column(node, column) for column in node.columns.values()}
    keys = [
        constraint.columns
        for constraint in node.constraints
        if constraint.type == ConstraintType.primary_key
    ]
    if not node.contract.enforced or len(keys) != 1:
        raise TaxiError(
            f"{node.name} cannot be exported: its contract must be enforced and have "
            "one constraint primary_key"
        )
    return Mart(
        node.name,
        node.description,
        tuple(columns.values()),
        tuple(keys[0]),
        columns[month_column],
    )


def _column(node, column) -> Column:
    try:
        if not _NAME.fullmatch(column.name):
            raise TaxiError("BigQuery takes no such name")
        return Column(
            column.name,
            column_type(column.data_type),
            any(one.type == ConstraintType.not_null for one in column.constraints),
            column.description,
        )
    except TaxiError as error:
        raise TaxiError(
            f"{node.name}.{column.name} cannot be exported: {error}"
        ) from error
