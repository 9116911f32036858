"""How files differ from those of today and what was done, as data for programs."""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from taxi.errors import TaxiError
from taxi.landing import files, old_layouts
from taxi.landing.columns import SERVICES, Column, Kind
from taxi.landing.files import TripFile
from taxi.landing.layouts import TODAY
from taxi.landing.names import is_index
from taxi.landing.reading import described, open_source
from taxi.landing.records import Landing
from taxi.landing.sources import stamp

# Physical types of TLC's parquet of 2025, as its footers have them.
_TYPES = {
    Kind.CODE: "int64",
    Kind.MONEY: "double",
    Kind.DISTANCE: "double",
    Kind.TIME: "timestamp[us]",
    Kind.FLAG: "large_string",
}
_IDS = ("VendorID", "PULocationID", "DOLocationID")


class Drift:
    """What a report tells of each file.

    Attributes:
        entries: one for each file, in the order in which they were added.
    """

    def __init__(self):
        self.entries: list[dict] = []
        self._columns: dict[str, list[dict[str, str]]] = {}

    def look_at(self, file: TripFile) -> None:
        """Remember the columns of a file that will not land, while it is here."""
        with suppress(TaxiError):
            stamp(file.path)
            self._columns[file.name] = described(open_source(file).columns)

    def add_landing(self, landing: Landing, name: str, outcome: str) -> None:
        """Add a file that is landed, now or before."""
        entry = _entry(name, outcome, None, landing.columns, landing.adaptations)
        self.entries.append(entry)

    def add_other(self, name: str, outcome: str, reason: str) -> None:
        """Add a file that is not landed."""
        columns = self._columns.get(name)
        self.entries.append(_entry(name, outcome, reason, columns, []))


def _entry(
    name: str,
    outcome: str,
    reason: str | None,
    columns: list[dict[str, str]] | None,
    done: list[str],
) -> dict:
    file = None
    with suppress(TaxiError):
        file = files.parse(Path(name))
    is_comparable = bool(file and columns) and files.is_read(file.service)
    return {
        "file": name,
        "service": file and file.service,
        "month": file and f"{file.month:%Y-%m}",
        "form": file and file.format,
        "outcome": outcome,
        "reason": reason,
        "layout": layout_name(file.service, columns) if is_comparable else None,
        "columns": columns,
        "differences": differences(file.service, columns) if is_comparable else None,
        "done": done,
    }


def layout_name(service: str, columns: list[dict[str, str]]) -> str:
    """Which of the known layouts columns with `name` and `type` have."""
    old = old_layouts.find(service, _by_key(columns).keys())
    return old.name if old else TODAY


def differences(service: str, columns: list[dict[str, str]]) -> dict[str, list]:
    """What differs from a file of 2025, by sort of difference.

    Args:
        columns: the file's, as `name` and `type`; the type is `text` in a CSV, which
            counts as no difference.
    """
    by_key = _by_key(columns)
    old = old_layouts.find(service, by_key.keys())
    found: dict[str, list] = {
        name: []
        for name in (
            *("missing", "renamed", "other_case", "other_type", "null_typed"),
            *("derived", "left_out", "unknown"),
        )
    }
    served = set()
    for column in SERVICES[service]:
        key = column.name.lower()
        if old and key in old.points:
            found["derived"].append({"column": column.name, "from": old.points[key]})
            served |= set(old.points[key])
            continue
        key = old.names.get(key, key) if old else key
        source = by_key.get(key)
        if source is None:
            found["missing"].append(column.name)
            continue
        served.add(key)
        if key != column.name.lower():
            found["renamed"].append({"column": column.name, "in_file": source["name"]})
        elif source["name"] != column.name:
            found["other_case"].append(
                {"column": column.name, "in_file": source["name"]}
            )
        _compare_types(found, column, source["type"])
    left_out = old.left_out if old else frozenset()
    for key in (key for key in by_key if key not in served):
        is_left_out = key in left_out or is_index(key)
        found["left_out" if is_left_out else "unknown"].append(by_key[key]["name"])
    return found


def _compare_types(found: dict[str, list], column: Column, in_file: str) -> None:
    today = "int32" if column.name in _IDS else _TYPES[column.kind]
    if in_file == "null":
        found["null_typed"].append(column.name)
    elif in_file not in (today, "text"):
        found["other_type"].append(
            {"column": column.name, "in_file": in_file, "today": today}
        )


def _by_key(columns: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {column["name"].strip().lower(): column for column in columns}


def write(path: Path, entries: Iterable[dict]) -> None:
    """Write a report whole or not at all, in the order of service, month and name.

    Raises:
        TaxiError: if it cannot be written.
    """

    def order(entry: dict) -> tuple:
        return entry["service"] or "", entry["month"] or "", entry["file"]

    unfinished = path.with_name(f".{path.name}.unfinished")
    text = json.dumps(sorted(entries, key=order), indent=2, ensure_ascii=False)
    try:
        try:
            unfinished.write_text(f"{text}\n", encoding="utf-8")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise TaxiError(
            f"--report {path} cannot be written: {error.strerror}"
        ) from None
