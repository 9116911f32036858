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

# Content of a month: the file's SHA-256 and the version of the landing rules.
Contents = dict[ServiceMonth, tuple[str, int]]

_CONTENT = ("service_type", "source_month", "sha256", "landing_rules_version")


@dataclass(frozen=True)
class Held:
    """The months that the facts hold.

    Attributes:
        contents: content of each when it was loaded.
        logic: hash of the SQL by whose tests each has passed; None if by none.
    """

    contents: Contents
    logic: dict[ServiceMonth, str | None]


def read_landed(catalog: Catalog) -> Contents:
    """The content of each month that is landed."""
    return {_month(row): _content(row) for row in _rows(catalog, LANDED_MONTHS)}


def read_held(catalog: Catalog) -> Held:
    """What the facts hold, by their own account; nothing before the first build."""
    rows = _rows(catalog, LOADED_MONTHS, "logic_hash")
    return Held(
        {_month(row): _content(row) for row in rows},
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
    try:
        scan = catalog.load_table(table).scan(selected_fields=(*_CONTENT, *columns))
    except NoSuchTableError:
        return []
    return scan.to_arrow().to_pylist()


def _month(row: dict) -> ServiceMonth:
    return ServiceMonth(row["service_type"], row["source_month"])


def _content(row: dict) -> tuple[str, int]:
    return row["sha256"], row["landing_rules_version"]
