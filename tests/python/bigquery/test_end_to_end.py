"""From a bucket to BigQuery: ingest, build, publish, export, by the commands."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.cloud import bigquery

from project import Project
from taxi.generate.eras import parquet_era
from tlc_files import changed, trips, write_parquet

MARTS = ("fct_monthly_zone_revenue", "fct_hourly_zone_revenue", "fct_trips")


@dataclass
class Pipeline:
    """The whole way, from a folder of files to a dataset."""

    project: Project
    client: bigquery.Client
    dataset: str
    bucket: str
    files: Path

    def land(self, *files: tuple[str, str, list]) -> None:
        """Put files of a service, a month and trips into the bucket, and land them."""
        for service, month, rows in files:
            write_parquet(self.files, parquet_era(service, month), rows)
        source = f"gs://{self.bucket}/trips"
        self.project.script("mirror.py", "--from", self.files, "--to", source)
        self.project.script("ingest.py", "--from", source)

    def build(self) -> None:
        self.project.dbt("build", "--exclude-resource-type", "unit_test")
        self.project.script("publish.py")

    def export(self, *arguments: str, check: bool = True):
        place = ("--dataset", self.dataset, "--bucket", f"gs://{self.bucket}/temp")
        script = "export_bigquery.py"
        return self.project.script(script, *place, *arguments, check=check)

    def cells(self, mart: str) -> tuple[Counter, Counter]:
        """How often each row is in a mart as published, and in BigQuery."""
        ours = self.project.rows("published", mart)
        names = list(ours[0])
        sql = f"select {', '.join(names)} from {self.dataset}.{mart}"
        theirs = [dict(row.items()) for row in self.client.query_and_wait(sql)]
        return Counter(map(_row, ours)), Counter(map(_row, theirs))


def _row(row: dict) -> tuple:
    return tuple(row.values())


@pytest.fixture
def pipeline(tmp_path, client, dataset, bucket) -> Pipeline:
    files = tmp_path / "files"
    files.mkdir()
    project = Project(tmp_path)
    return Pipeline(project, client, dataset.dataset_id, bucket.name, files)


def test_figures_in_bigquery_are_those_of_the_marts(pipeline):
    january, february = (trips(month, 40) for month in ("2023-01", "2023-02"))
    pipeline.land(
        ("green", "2023-01", january),
        ("yellow", "2023-01", january),
        ("green", "2023-02", february),
    )
    pipeline.build()
    first = pipeline.export()
    assert first.stdout.count("created; sent 2 months (2023-01 to 2023-02)") == 3
    for mart in MARTS:
        ours, theirs = pipeline.cells(mart)
        assert ours and ours == theirs
    assert pipeline.export("--verify").returncode == 0

    pipeline.land(("green", "2023-02", changed(february, 3, total_amount=77.0)))
    pipeline.build()
    second = pipeline.export()
    assert second.stdout.count("sent 1 month (2023-02)") == 3
    assert second.stdout.count("1 month as published already") == 3
    for mart in MARTS:
        ours, theirs = pipeline.cells(mart)
        assert ours == theirs
