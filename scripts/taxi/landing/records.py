"""The record of a landing, which travels with the snapshot that brought its rows."""

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime

from pyiceberg.table import Table

from taxi.landing import files
from taxi.landing.columns import CENTS_COLUMNS
from taxi.landing.files import TripFile
from taxi.landing.tables import Tables
from taxi.records import from_record

# Under this key a snapshot of a trip table carries its landing.
SNAPSHOT_KEY = "taxi.landing"


@dataclass(frozen=True)
class Landing:
    """One landing, or withdrawal, of one file: a line of `tlc.landings`.

    Attributes:
        cents: sums of money by the column names of `tlc.source_files`.
        columns: name and physical type of the file's columns.
        unreadable_file: data file of `tlc.unreadable_values`, if values were borne.
        The others are described with the tables.
    """

    landing_id: str
    event: str
    service_type: str
    source_month: date
    source_file: str
    source_format: str
    origin: str
    byte_count: int
    sha256: str
    etag: str | None
    row_count: int
    cents: dict[str, int | None]
    unreadable_value_count: int
    columns: list[dict[str, str]]
    adaptations: list[str]
    unknown_columns: list[str]
    landed_at: datetime
    landing_rules_version: int
    unreadable_file: str | None = field(default=None)

    @property
    def is_withdrawal(self) -> bool:
        return self.event == "withdrawn"

    def to_json(self) -> str:
        values = asdict(self)
        values["source_month"] = self.source_month.isoformat()
        values["landed_at"] = self.landed_at.isoformat()
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> "Landing":
        values = _OPTIONAL | json.loads(text)
        for name, kind in (("source_month", date), ("landed_at", datetime)):
            if name in values:
                values[name] = kind.fromisoformat(values[name])
        return from_record(cls, values, f"the record of a landing, {_names(values)},")

    def to_row(self) -> dict:
        """The landing as a row of `tlc.landings`; `tlc.source_files` lacks `event`."""
        row = asdict(self)
        del row["unreadable_file"], row["cents"]
        for name in ("columns", "adaptations", "unknown_columns"):
            row[name] = json.dumps(row[name], ensure_ascii=False)
        return row | {name: self.cents.get(name) for name in CENTS_COLUMNS}

    @classmethod
    def from_row(cls, row: dict) -> "Landing":
        """A landing from a row of `tlc.source_files`."""
        values = {"event": "landed"} | row
        for name in ("columns", "adaptations", "unknown_columns"):
            values[name] = json.loads(values.get(name) or "[]")
        values["cents"] = {name: row.get(name) for name in CENTS_COLUMNS}
        return from_record(cls, values, f"the line of a landing, {_names(values)},")


# What a record need not have.
_OPTIONAL = {
    "etag": None,
    "cents": {},
    "unreadable_value_count": 0,
    "columns": [],
    "adaptations": [],
    "unknown_columns": [],
}


def _names(values: dict) -> str:
    """What people look for to find a record."""
    return str(values.get("source_file") or values.get("landing_id") or "unnamed")


def new_landing_id() -> str:
    """A name for a landing, which sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{uuid.uuid4().hex[:8]}"


Months = dict[tuple[str, date], Landing]


def in_snapshots(table: Table) -> list[Landing]:
    """The landings that a trip table's snapshots tell of, the oldest first."""
    return [
        Landing.from_json(snapshot.summary.additional_properties[SNAPSHOT_KEY])
        for snapshot in table.metadata.snapshots
        if SNAPSHOT_KEY in snapshot.summary.additional_properties
    ]


def recorded(tables: Tables) -> Months:
    """What `tlc.source_files` says is landed, by service and month."""
    return recorded_in(tables.source_files)


def recorded_in(source_files: Table) -> Months:
    """What a table as `tlc.source_files` says is landed, by service and month."""
    rows = source_files.scan().to_arrow().to_pylist()
    landings = map(Landing.from_row, rows)
    return {(one.service_type, one.source_month): one for one in landings}


def goes_before(held: Landing | None, file: TripFile) -> bool:
    """Whether what its month holds goes before a file, by their names."""
    return bool(held) and files.rank_of_name(held.source_file) < file.rank


def displaces(held: Landing) -> str:
    """Why a file gives way to what its month holds."""
    return (
        f"{held.source_file} is landed and goes before it; "
        "--replace lands it all the same"
    )
