"""Small lakes that are built again and again."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from project import Project
from taxi.generate.eras import parquet_era
from tlc_files import Trip, write_parquet

# What is built from trips; the lookups rest on seeds alone.
FACTS = {
    "intermediate": [
        "int_flags__by_source_month",
        "int_landed__by_source_month",
        "int_revenue__by_source_month",
        "int_reversals__paired",
        "int_trips__duplicated",
        "int_trips__loaded_months",
        "int_trips__repeated_hashes",
    ],
    "marts": [
        "fct_hourly_zone_revenue",
        "fct_month_completeness",
        "fct_monthly_zone_revenue",
        "fct_quarantined_trips",
        "fct_source_month_amounts",
        "fct_source_months",
        "fct_trips",
    ],
}

# Build all that holds rows, and leave the tests of it to another build.
TABLES = ("build", "--resource-type", "seed", "--resource-type", "model")


@dataclass(frozen=True)
class State:
    """What a lake held at a moment.

    Attributes:
        rows: how often each row is there, by table.
        files: each data file and its partition as text, by table.
        pointers: the metadata file of every table and view that a build makes.
        said: what the build printed.
    """

    rows: dict[str, Counter]
    files: dict[str, dict[str, str]]
    pointers: dict[str, str]
    said: str

    def partitions_changed_since(self, before: "State", table: str) -> set[str]:
        """The partitions of which some file came or went."""
        old, new = before.files[table].items(), self.files[table].items()
        return {partition for _, partition in old ^ new}


def state(project: Project, said: str = "") -> State:
    """Read all facts of a lake without a JVM."""
    catalog = project.lake.open_catalog()
    rows, files = {}, {}
    for schema, names in FACTS.items():
        for name in names:
            scan = catalog.load_table((schema, name)).scan()
            kept = [
                column
                for column in scan.projection().column_names
                # Another landing of the same file differs in these alone.
                if column not in ("landed_at", "landing_id")
            ]
            cells = scan.to_arrow().select(kept).to_pylist()
            rows[name] = Counter(tuple(row.values()) for row in cells)
            files[name] = {
                task.file.file_path: str(task.file.partition)
                for task in scan.plan_files()
            }
    with catalog.engine.connect() as connection:
        pointers = connection.exec_driver_sql(
            "select table_namespace || '.' || table_name, metadata_location "
            "from iceberg_tables where table_namespace not in ('tlc', 'published')"
        ).all()
    return State(rows, files, dict(map(tuple, pointers)), said)


def build(project: Project, *arguments: str) -> State:
    """Build, and return what came of it; unit tests look at no rows of a lake."""
    ended = project.dbt("build", "--exclude-resource-type", "unit_test", *arguments)
    return state(project, ended.stdout)


def land(project: Project, files: Path, service: str, month: str, rows: list[Trip]):
    """Land a made-up file of one month."""
    folder = files / f"{service}-{month}-{len(list(files.iterdir()))}"
    folder.mkdir()
    write_parquet(folder, parquet_era(service, month), rows)
    project.script("ingest.py", "--from", folder, "--replace")
