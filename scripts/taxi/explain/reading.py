"""What the tables hold about one cell, read through pyiceberg and without a JVM.

Every scan carries its filters into Iceberg, which then opens only the data files whose
service and pickup times can match, however many months the lake holds.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import (
    And,
    BooleanExpression,
    EqualTo,
    GreaterThanOrEqual,
    In,
    LessThan,
    Or,
)
from pyiceberg.schema import Schema
from pyiceberg.types import BooleanType

from taxi.catalog import LANDED
from taxi.errors import TaxiError
from taxi.publishing.reading import Marts

# Booleans that TLC or the landing tell; every other one is a flag of the review.
STATED = ("is_stored_and_forwarded", "is_zone_derived")


@dataclass(frozen=True)
class Cell:
    """A cell of fct_monthly_zone_revenue.

    Attributes:
        month: month of pickup, as its first day.
    """

    zone: int
    month: date
    service: str

    @property
    def month_after(self) -> date:
        return (self.month + timedelta(days=31)).replace(day=1)

    def __str__(self) -> str:
        return f"zone {self.zone}, {self.service}, {self.month:%Y-%m}"


def money_names(schema: Schema) -> list[str]:
    """The money columns of a trip, the total last."""
    names = [name for name in schema.column_names if name.endswith("_amount")]
    return [name for name in names if name != "total_amount"] + ["total_amount"]


def flag_names(schema: Schema) -> list[str]:
    """The quality flags of a trip, in the table's order."""
    return [
        field.name
        for field in schema.fields
        if isinstance(field.field_type, BooleanType)
        and field.name.startswith(("has_", "is_"))
        and field.name not in STATED
    ]


def _picked_up_in(cell: Cell) -> BooleanExpression:
    return And(
        EqualTo("pickup_location_id", cell.zone),
        GreaterThanOrEqual("pickup_at", f"{cell.month}T00:00:00"),
        LessThan("pickup_at", f"{cell.month_after}T00:00:00"),
    )


def read_trips(marts: Marts, cell: Cell) -> pa.Table:
    """The trips of the cell, in the order of TLC's files and their rows."""
    mart = marts.open("fct_trips")
    schema = mart.schema()
    names = ["source_month", "source_row_number", "pickup_at", *money_names(schema)]
    names += flag_names(schema)
    if "total_pattern" in schema.column_names:
        names.append("total_pattern")
    trips = mart.scan(
        row_filter=And(EqualTo("service_type", cell.service), _picked_up_in(cell)),
        selected_fields=tuple(names),
    ).to_arrow()
    return _in_order_of_files(trips.select(names))


def read_mart_cell(marts: Marts, cell: Cell) -> dict | None:
    """The mart's own row, or None where it has none."""
    rows = (
        marts.open("fct_monthly_zone_revenue")
        .scan(
            row_filter=And(
                EqualTo("pickup_location_id", cell.zone),
                EqualTo("service_type", cell.service),
                EqualTo("revenue_month", cell.month.isoformat()),
            )
        )
        .to_arrow()
        .to_pylist()
    )
    if len(rows) > 1:
        raise TaxiError(f"the mart has {len(rows)} rows for {cell}; run dbt build.")
    return rows[0] if rows else None


def read_zone(marts: Marts, zone: int) -> dict:
    """Name and borough of a zone.

    Raises:
        TaxiError: if there is no such zone.
    """
    zones = marts.open("dim_zones").scan().to_arrow().to_pylist()
    ids = sorted(row["location_id"] for row in zones)
    for row in zones:
        if row["location_id"] == zone:
            return row
    raise TaxiError(
        f"--zone: {zone} is none of TLC's zones"
        + (f"; write a number from {ids[0]} to {ids[-1]}." if ids else ".")
    )


def read_months(marts: Marts, service: str) -> list[date]:
    """The months of pickup that the mart has for a service."""
    months = (
        marts.open("fct_monthly_zone_revenue")
        .scan(
            row_filter=EqualTo("service_type", service),
            selected_fields=("revenue_month",),
        )
        .to_arrow()
    )
    return sorted(set(months["revenue_month"].to_pylist()))


def read_ledger(marts: Marts, service: str) -> dict[date, dict]:
    """The lines of fct_source_months of a service, by source month."""
    lines = (
        marts.open("fct_source_months")
        .scan(row_filter=EqualTo("service_type", service))
        .to_arrow()
    )
    return {line["source_month"]: line for line in lines.to_pylist()}


def read_origins(catalog: Catalog, service: str) -> dict[str, str]:
    """Where each landed version of a file was read, by SHA-256."""
    try:
        files = catalog.load_table((LANDED, "source_files"))
    except NoSuchTableError:
        return {}
    rows = files.scan(
        row_filter=EqualTo("service_type", service),
        selected_fields=("sha256", "origin"),
    ).to_arrow()
    return {row["sha256"]: row["origin"] for row in rows.to_pylist()}


def read_set_aside(marts: Marts, cell: Cell, months: list[date]) -> pa.Table:
    """Rows set aside: all of some files', and the cell's own from any other file."""
    near = _picked_up_in(cell)
    if months:
        near = Or(near, In("source_month", [month.isoformat() for month in months]))
    names = ["source_month", "source_row_number", "set_aside_reason"]
    names += ["pickup_location_id", "pickup_at", "total_amount"]
    rows = (
        marts.open("fct_quarantined_trips")
        .scan(
            row_filter=And(EqualTo("service_type", cell.service), near),
            selected_fields=tuple(names),
        )
        .to_arrow()
    )
    return _in_order_of_files(rows.select(names))


def _in_order_of_files(rows: pa.Table) -> pa.Table:
    return rows.sort_by(
        [("source_month", "ascending"), ("source_row_number", "ascending")]
    )
