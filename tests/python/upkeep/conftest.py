"""What the tests of upkeep share: landed lakes, and marts made without Spark."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

import check_lake
import expire
from landings import Workshop
from taxi.file_access import path_of
from taxi.upkeep.checksums import record_files
from tlc_files import trips, write_parquet
from upkeep_tables import GREEN

KEYS = ("service_type", "source_month")


@dataclass
class Upkeep(Workshop):
    """A workshop whose lake is looked after, and what the commands said."""

    capture: pytest.CaptureFixture = None

    @property
    def catalog(self) -> Catalog:
        return self.lake.open_catalog()

    def land_green(self, month: str = "2020-12", count: int = 5) -> None:
        name = f"green_tripdata_{month}.parquet"
        path = write_parquet(self.files, GREEN, trips(month, count), name)
        self.land(may_displace=True)
        path.unlink()

    def check(self, *options: str) -> int:
        code = check_lake.main(list(options))
        self.out, self.err = self.capture.readouterr()
        return code

    def faults(self, *options: str) -> list[str]:
        """The lines of a check that finds faults, without notes and the last."""
        assert self.check(*options) == 1, self.out + self.err
        *lines, last = self.out.splitlines()
        lines = [line for line in lines if not line.startswith("note: ")]
        word = "fault" if len(lines) == 1 else "faults"
        assert last.startswith("checked ") and last.endswith(f": {len(lines)} {word}")
        return lines

    def expire(self, *options: str) -> int:
        code = expire.main(list(options))
        self.out, self.err = self.capture.readouterr()
        return code

    def files_on_disk(self) -> set[Path]:
        return {path for path in self.lake.warehouse.rglob("*") if path.is_file()}

    def data_files(self, name: str) -> list[Path]:
        tasks = self.catalog.load_table(name).scan().plan_files()
        return sorted(path_of(task.file.file_path) for task in tasks)

    def make_table(self, name: str, rows: pa.Table, is_partitioned: bool) -> Table:
        """A table as dbt makes it, partitioned as the facts if wished, with rows."""
        catalog = self.catalog
        catalog.create_namespace_if_not_exists(name.split(".")[0])
        table = catalog.create_table(name, rows.schema)
        if is_partitioned:
            with table.update_spec() as spec:
                for key in KEYS:
                    spec.add_identity(key)
        table.append(rows)
        record_files(self.lake)
        return table


@pytest.fixture
def upkeep(tmp_path, monkeypatch, capsys) -> Upkeep:
    """A lake that does not exist yet; the commands find it by its environment."""
    made = Upkeep(tmp_path, capture=capsys)
    monkeypatch.setenv("TAXI_LAKE", str(made.lake.root))
    monkeypatch.delenv("TAXI_CATALOG", raising=False)
    return made
