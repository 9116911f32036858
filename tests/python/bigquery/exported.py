"""Published marts in the shapes of their contracts, made without Spark, and exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from google.cloud import bigquery, storage

import export_bigquery
from small_marts import SmallMarts
from taxi.bigquery.marts import Mart
from taxi.bigquery.months import next_month
from taxi.lake import PROJECT
from taxi.publishing.building import begin_build, end_build

MONTHLY, HOURLY, TRIPS = (
    "fct_monthly_zone_revenue",
    "fct_hourly_zone_revenue",
    "fct_trips",
)
JANUARY, FEBRUARY, MARCH = (date(2023, month, 1) for month in (1, 2, 3))

# What a column holds unless a test says otherwise.
_VALUES = {
    "STRING": "Jamaica",
    "INT64": 1,
    "BOOL": False,
    "NUMERIC": Decimal("1.25"),
}


@dataclass
class Exports:
    """A lake that publishes, and a dataset that it is exported to.

    Attributes:
        marts: what is exported, by name.
        rows: what the next build is to leave, by mart.
        said, warned: what the last export printed, on stdout and on stderr.
    """

    small: SmallMarts
    marts: Mapping[str, Mart]
    client: bigquery.Client
    dataset: str
    bucket: storage.Bucket
    capture: pytest.CaptureFixture
    rows: dict[str, list[dict]] = field(default_factory=dict)
    said: str = ""
    warned: str = ""

    def row(self, name: str, month: date, number: int = 1, **values) -> dict:
        """A row of a mart that no other number has in that month."""
        mart = self.marts[name]
        row = {
            column.name: _VALUES.get(column.type.bigquery) for column in mart.columns
        }
        row |= {
            column.name: month if column.type.bigquery == "DATE" else _moment(month)
            for column in mart.columns
            if column.type.bigquery in ("DATE", "DATETIME")
        }
        row |= {"pickup_location_id": number}
        if name == TRIPS:
            row |= {"trip_id": f"green-{month:%Y-%m}-{number}"}
        return row | values

    def fill(self, *months: date, count: int = 3) -> None:
        """Let every mart have some rows of some months, and no others."""
        for name in self.marts:
            self.rows[name] = [
                self.row(name, month, number)
                for month in months
                for number in range(1, count + 1)
            ]

    def build(self, failed: str | None = None) -> None:
        """Build what the rows say, with a test that failed or none."""
        catalog = self.small.lake.open_catalog()
        catalog.create_namespace_if_not_exists("marts")
        for name, rows in self.rows.items():
            schema = pa.schema(
                [(one.name, one.type.arrow) for one in self.marts[name].columns]
            )
            table = catalog.create_table_if_not_exists(("marts", name), schema)
            if table.current_snapshot():
                table.delete()
            table.append(pa.Table.from_pylist(rows, schema=schema))
        self.end_build(failed)

    def end_build(self, failed: str | None = None) -> None:
        """Let a build leave the marts as they are."""
        lake, nodes = self.small.lake, self.small.nodes
        number = begin_build(lake, "dbt build", PROJECT)
        results = self.small.results({failed: "fail"} if failed else None)
        end_build(lake, number, results, nodes, "all")

    def publish(self, *months: date, count: int = 3) -> None:
        """Build and publish rows of these months, or what the rows say."""
        if months:
            self.fill(*months, count=count)
        self.build()
        self.small.publish()

    def export(self, *arguments: str) -> int:
        """Call the command, in this process. Return its exit code."""
        self.capture.readouterr()
        code = export_bigquery.main(self.arguments(*arguments))
        self.said, self.warned = self.capture.readouterr()
        return code

    def arguments(self, *arguments: str) -> list[str]:
        place = ["--dataset", self.dataset, "--bucket", f"gs://{self.bucket.name}/temp"]
        return [*place, *arguments]

    def held(self, name: str) -> list[dict]:
        """What BigQuery holds of a mart, in the order of its key."""
        mart = self.marts[name]
        names = ", ".join(mart.names)
        order = ", ".join((mart.month_column.name, *mart.key))
        sql = f"select {names} from `{self.dataset}.{name}` order by {order}"
        return [dict(row.items()) for row in self.query(sql)]

    def expected(self, name: str) -> list[dict]:
        """What a mart holds here, in the same order."""
        mart = self.marts[name]
        order = (mart.month_column.name, *mart.key)
        return sorted(self.rows[name], key=lambda row: [row[one] for one in order])

    def query(self, sql: str) -> list[bigquery.Row]:
        return list(self.client.query_and_wait(sql, job_retry=None))

    def left_over(self) -> list[str]:
        """Stage tables, files and records that an export left."""
        tables = [one.table_id for one in self.client.list_tables(self.dataset)]
        found = [name for name in tables if name not in self.marts]
        found += [blob.name for blob in self.bucket.list_blobs()]
        folder = self.small.lake.root / "exports"
        return found + [
            one.name for one in folder.glob("*") if one.name != "fingerprints"
        ]


def _moment(month: date) -> datetime:
    return datetime(month.year, month.month, 15, 12, 30, 0, 123456)


def months_of(first: date, count: int) -> list[date]:
    """Months that follow each other."""
    months = [first]
    while len(months) < count:
        months.append(next_month(months[-1]))
    return months
