"""The landed tables of the lake: their columns, comments and properties."""

from contextlib import suppress
from dataclasses import dataclass

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    TableAlreadyExistsError,
)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
    TimestamptzType,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from taxi.catalog import LANDED
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.landing.columns import CENTS_COLUMNS, SERVICES, Kind

_PROPERTIES = {
    # Small files count for as much as this, so that two make a task. With Iceberg's own
    # 4 MB, a lake of small months is read by one task, and one core.
    "read.split.open-file-cost": str(8 << 20),
    "write.distribution-mode": "none",
    "write.spark.fanout.enabled": "true",
    "write.parquet.compression-codec": "zstd",
    # Old files belong to publications; only the project's own command expires them.
    "gc.enabled": "false",
    "write.metadata.delete-after-commit.enabled": "false",
    # Whoever plans a query opens every manifest, and each landing brings one more.
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "10",
    # pyiceberg's own retry adds rows again beside those of another landing of the
    # month; `commits.py` looks first.
    "commit.retry.num-retries": "0",
}

_TYPES: dict[Kind, IcebergType] = {
    Kind.CODE: IntegerType(),
    Kind.MONEY: DecimalType(9, 2),
    Kind.DISTANCE: DecimalType(9, 2),
    Kind.TIME: TimestampType(),
    Kind.FLAG: StringType(),
}

_SERVICE = ("service_type", StringType(), "The taxi service, green or yellow.")
_MONTH = ("source_month", DateType(), "The month of the file's name, as its first day.")
_FILE = ("source_file", StringType(), "The name of TLC's file.")
_ROW = (
    "source_row_number",
    LongType(),
    "The row of TLC's file, counted from 0 without header and empty lines.",
)
_DERIVED = (
    "is_zone_derived",
    BooleanType(),
    "Whether both zones were derived from the file's coordinates, by TLC's polygons.",
)

_LANDING = [
    _SERVICE,
    _MONTH,
    _FILE,
    ("source_format", StringType(), "The form of the file, parquet or csv."),
    ("origin", StringType(), "Where the file was read, as a path or an address."),
    ("byte_count", LongType(), "Bytes of the file."),
    ("sha256", StringType(), "SHA-256 of the file's bytes, in hexadecimal."),
    ("etag", StringType(), "The server's ETag; null for a file of a folder."),
    ("row_count", LongType(), "Rows of the file, all of which landed."),
    *(
        (
            name,
            LongType(),
            f"Sum of {name.removesuffix('_cents')} in cents, taken from the file apart "
            "from the typed rows; null if the file has no such column.",
        )
        for name in CENTS_COLUMNS
    ),
    (
        "unreadable_value_count",
        LongType(),
        "Lines that the file has in tlc.unreadable_values.",
    ),
    (
        "columns",
        StringType(),
        "The file's columns with physical types: a JSON list of name and type.",
    ),
    ("adaptations", StringType(), "What made the file fit: a JSON list of texts."),
    (
        "unknown_columns",
        StringType(),
        "Columns of the file that were not landed: a JSON list of names.",
    ),
    ("landed_at", TimestamptzType(), "When the file was landed. UTC."),
    (
        "landing_rules_version",
        IntegerType(),
        "The version of the landing rules that typed the file.",
    ),
]
_LANDING_ID = ("landing_id", StringType(), "Names one landing of one file.")


@dataclass(frozen=True)
class Definition:
    """A landed table as it is to be."""

    name: str
    doc: str
    columns: list[tuple[str, IcebergType, str]]
    is_partitioned: bool = False

    @property
    def schema(self) -> Schema:
        return Schema(
            *(
                NestedField(number, name, kind, required=False, doc=doc)
                for number, (name, kind, doc) in enumerate(self.columns, 1)
            )
        )

    @property
    def spec(self) -> PartitionSpec:
        if not self.is_partitioned:
            return PartitionSpec()
        month = self.schema.find_field("source_month").field_id
        return PartitionSpec(
            PartitionField(month, 1000, IdentityTransform(), "source_month")
        )


def _trips(service: str) -> Definition:
    return Definition(
        f"{service}_trips",
        f"One row per row of TLC's {service} trip files, typed but not judged.",
        [
            *((c.name, _TYPES[c.kind], c.doc) for c in SERVICES[service]),
            _MONTH,
            _FILE,
            _ROW,
            _DERIVED,
        ],
        is_partitioned=True,
    )


DEFINITIONS = [
    *(_trips(service) for service in SERVICES),
    Definition(
        "source_files",
        "One row per TLC file as it is landed now.",
        [_LANDING_ID, *_LANDING],
    ),
    Definition(
        "landings",
        "One row per landing, replacement or withdrawal of a file; append only.",
        [
            _LANDING_ID,
            (
                "event",
                StringType(),
                "What happened to the month: landed, replaced or withdrawn.",
            ),
            *_LANDING,
        ],
    ),
    Definition(
        "unreadable_values",
        "One row per value, or row of a file, that was landed as null.",
        [
            _SERVICE,
            _MONTH,
            _FILE,
            _ROW,
            (
                "column_name",
                StringType(),
                "The landed column that is null there; (row): all of them.",
            ),
            ("value_text", StringType(), "The value as it was in the file."),
            ("reason", StringType(), "Why the value does not fit."),
        ],
        is_partitioned=True,
    ),
]


@dataclass(frozen=True)
class Tables:
    """The landed tables, open."""

    trips: dict[str, Table]
    source_files: Table
    landings: Table
    unreadable_values: Table


def open_lake_tables(lake: Lake) -> Tables:
    """Open the landed tables of a lake, as `open_tables` does.

    Raises:
        TaxiError: if the catalog cannot be used, or a table has other columns.
    """
    try:
        return open_tables(lake.open_catalog())
    except DBAPIError as error:
        raise lake.database.unusable(error) from error


def open_tables(catalog: Catalog) -> Tables:
    """Open the landed tables, and create those that are missing.

    Raises:
        TaxiError: if a table is there with other columns.
    """
    # Where it exists all the same, another process was quicker.
    with suppress(NamespaceAlreadyExistsError, IntegrityError):
        catalog.create_namespace_if_not_exists(LANDED)
    tables = {d.name: _open_table(catalog, d) for d in DEFINITIONS}
    trips = {service: tables.pop(f"{service}_trips") for service in SERVICES}
    return Tables(trips, **tables)


def _open_table(catalog: Catalog, definition: Definition) -> Table:
    name = f"{LANDED}.{definition.name}"
    if not catalog.table_exists(name):
        with suppress(TableAlreadyExistsError):
            return catalog.create_table(
                name,
                definition.schema,
                partition_spec=definition.spec,
                properties=_PROPERTIES | {"comment": definition.doc},
            )
    _add_new_columns(catalog.load_table(name), definition)
    table = catalog.load_table(name)
    expected = {field.name: field.field_type for field in definition.schema.fields}
    found = {field.name: field.field_type for field in table.schema().fields}
    if found != expected:
        differing = sorted(
            name for name in expected | found if expected.get(name) != found.get(name)
        )
        raise TaxiError(
            f"{name} was made by another version of this project: column "
            f"{', '.join(differing)} differs; land into a new lake (TAXI_LAKE)."
        )
    return table


def _add_new_columns(table: Table, definition: Definition) -> None:
    """Give a table of an older lake what came since; null in the rows it has."""
    name, kind, doc = _DERIVED
    if _DERIVED not in definition.columns or name in table.schema().column_names:
        return
    # Where it fails, another process was quicker.
    with suppress(CommitFailedException, ValueError):
        table.update_schema().add_column(name, kind, doc).commit()
