"""Whether rows are where they were recorded to be, and the ledger is at zero."""

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
from pyiceberg.manifest import DataFileContent
from pyiceberg.table import StaticTable

from taxi.file_access import IO_PROPERTIES
from taxi.landing.columns import SERVICES
from taxi.landing.sources import first_line
from taxi.upkeep.faults import Findings

if TYPE_CHECKING:
    from taxi.upkeep.check import CheckedTable

# Service and month of TLC's file, such as ("green", "2023-02-01").
Month = tuple[str, str]
Tables = dict[str, "CheckedTable"]

_KEYS = ("service_type", "source_month")


def check_landed(tables: Tables, findings: Findings) -> None:
    """Compare the landed rows of each month with what `tlc.source_files` recorded."""
    if "tlc.source_files" not in tables:
        return
    rows = _read(tables["tlc.source_files"], (*_KEYS, "row_count"), findings)
    for service in SERVICES:
        name = f"tlc.{service}_trips"
        if name not in tables or rows is None:
            continue
        recorded = Counter(
            {_month(row): row["row_count"] for row in rows if row[_KEYS[0]] == service}
        )
        landed = Counter()
        for month, count in _rows_of_partitions(tables[name]).items():
            landed[service, month[-1]] += count
        for month in _differing(recorded, landed):
            findings.add(
                name,
                f"has {landed[month]:,} rows, and tlc.source_files says "
                f"{recorded[month]:,} (run ingest.py again if a landing was cut off)",
                f"source_month={month[1]}",
            )


def check_marts(schema: str, tables: Tables, findings: Findings) -> None:
    """Compare the trips and the ledgers of a schema with each other."""
    months = tables.get(f"{schema}.fct_source_months")
    if months is not None:
        _check_months(schema, months, tables, findings)
    amounts = tables.get(f"{schema}.fct_source_month_amounts")
    if amounts is not None:
        _check_amounts(amounts, findings)


def _check_months(
    schema: str, months: "CheckedTable", tables: Tables, findings: Findings
) -> None:
    counts = {
        "fct_trips": "kept_trip_count",
        "fct_quarantined_trips": "set_aside_row_count",
    }
    differences = ("row_difference", "total_amount_difference")
    rows = _read(months, (*_KEYS, *counts.values(), *differences), findings)
    for row in rows or []:
        for column in differences:
            if row[column] != 0:
                findings.add(
                    months.pointer, f"{column} is {row[column]}, not 0", _label(row)
                )
    for name, column in counts.items():
        table = tables.get(f"{schema}.{name}")
        held = None if table is None or rows is None else _rows(table, findings)
        if held is None:
            continue
        expected = Counter({_month(row): row[column] or 0 for row in rows})
        for service, month in _differing(expected, held):
            findings.add(
                table.pointer,
                f"has {held[service, month]:,} rows, and fct_source_months says "
                f"{expected[service, month]:,}",
                f"service_type={service}/source_month={month}",
            )


def _check_amounts(amounts: "CheckedTable", findings: Findings) -> None:
    sides = ("in_file_amount", "landed_amount", "kept_amount", "set_aside_amount")
    rows = _read(amounts, (*_KEYS, "amount_name", *sides), findings)
    for row in rows or []:
        in_file, landed, kept, set_aside = (row[side] for side in sides)
        if None in (kept, set_aside) or not in_file == landed == kept + set_aside:
            findings.add(
                amounts.pointer,
                f"{row['amount_name']} is {in_file} in the file, {landed} landed, "
                f"{kept} kept and {set_aside} set aside",
                _label(row),
            )


def _rows(table: "CheckedTable", findings: Findings) -> Counter[Month] | None:
    """The rows of a fact by service and month; None if they cannot be read."""
    names = [field.name for field in table.metadata.spec().fields]
    has_deletes = any(one.content != DataFileContent.DATA for one in table.files)
    if names == list(_KEYS) and not has_deletes:
        return _rows_of_partitions(table)
    rows = _read(table, _KEYS, findings)
    return None if rows is None else Counter(map(_month, rows))


def _rows_of_partitions(table: "CheckedTable") -> Counter[tuple[str, ...]]:
    """The rows of each partition, by the words of its folder, from the manifests."""
    counts = Counter()
    for file in table.files:
        folders = table.partition(file).split("/")
        words = tuple(folder.partition("=")[2] for folder in folders)
        counts[words] += file.record_count
    return counts


def _read(
    table: "CheckedTable", columns: tuple[str, ...], findings: Findings
) -> list[dict] | None:
    try:
        version = StaticTable.from_metadata(table.pointer.location, IO_PROPERTIES)
        scan = version.scan(selected_fields=columns)
        rows: pa.Table = scan.to_arrow()
        return rows.select(columns).to_pylist()
    # A damaged file fails in many ways; it is named where the files are checked.
    except Exception as error:
        findings.add(table.pointer, f"its rows cannot be read ({first_line(error)})")
        return None


def _differing(one: Counter, other: Counter) -> list[Month]:
    return sorted(key for key in one.keys() | other.keys() if one[key] != other[key])


def _month(row: dict) -> Month:
    return row["service_type"], str(row["source_month"])


def _label(row: dict) -> str:
    service, month = _month(row)
    return f"service_type={service}/source_month={month}"
