"""Which months are landed, and which the facts hold."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError

from taxi.building.conditions import ServiceMonth
from taxi.catalog import LANDED

LANDED_MONTHS = (LANDED, "source_files")
LOADED_MONTHS = ("intermediate", "int_trips__loaded_months")

# Content of a month: the id of the landing that made its rows. A lake that an older
# version of this project built does not say it, so that its months load again.
Contents = dict[ServiceMonth, str | None]

_MONTH = ("service_type", "source_month")


@dataclass(frozen=True)
class Landed:
    """The months that are landed.

    Attributes:
        contents: content of each.
        row_counts: rows of each.
    """

    contents: Contents
    row_counts: dict[ServiceMonth, int]


@dataclass(frozen=True)
class Held:
    """The months that the facts hold.

    Attributes:
        contents: content of each when it was loaded.
        logic: hash of the SQL by whose tests each has passed; None if by none.
    """

    contents: Contents
    logic: dict[ServiceMonth, str | None]


def read_landed(catalog: Catalog) -> Landed:
    """What is landed, as landing recorded it."""
    rows = _rows(catalog, LANDED_MONTHS, "landing_id", "row_count")
    return Landed(
        {_month(row): row["landing_id"] for row in rows},
        {_month(row): row["row_count"] for row in rows},
    )


def read_held(catalog: Catalog) -> Held:
    """What the facts hold, by their own account; nothing before the first build."""
    rows = _rows(catalog, LOADED_MONTHS, "landing_id", "logic_hash")
    return Held(
        {_month(row): row.get("landing_id") for row in rows},
        {_month(row): row["logic_hash"] for row in rows},
    )


def forget(catalog: Catalog, months: Iterable[ServiceMonth]) -> None:
    """Say that the facts do not hold some months for certain, in one commit.

    A command that loads them and does not come to its end leaves it so.
    """
    gone = set(months)
    try:
        table = catalog.load_table(LOADED_MONTHS)
    except NoSuchTableError:
        return
    rows = table.scan().to_arrow()
    is_kept = [_month(row) not in gone for row in rows.to_pylist()]
    if not all(is_kept):
        table.overwrite(rows.filter(pa.array(is_kept)))


def _rows(catalog: Catalog, table: tuple[str, str], *columns: str) -> list[dict]:
    """Rows of a table with those of some columns that it has."""
    try:
        found = catalog.load_table(table)
    except NoSuchTableError:
        return []
    names = set(columns) & set(found.schema().column_names)
    return found.scan(selected_fields=(*_MONTH, *names)).to_arrow().to_pylist()


def _month(row: dict) -> ServiceMonth:
    return ServiceMonth(row["service_type"], row["source_month"])
