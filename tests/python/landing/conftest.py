"""What the tests of landing share: a folder of files, and a lake to land it in."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

import ingest
from taxi.lake import Lake


@dataclass
class Landed:
    """A lake with the folder that is landed into it, and what the command said."""

    lake: Lake
    folder: Path
    capture: pytest.CaptureFixture

    def ingest(self, *options: str, folder: Path | None = None) -> int:
        """Run the command; return its exit code and keep what it said."""
        code = ingest.main(["--from", str(folder or self.folder), *options])
        self.out, self.err = self.capture.readouterr()
        return code

    def table(self, name: str) -> pa.Table:
        """A landed table, in the order of the files' rows where it has any."""
        rows = self.lake.open_catalog().load_table(f"tlc.{name}").scan().to_arrow()
        keys = {"source_month", "source_row_number", "landed_at"} & set(
            rows.column_names
        )
        return rows.sort_by([(key, "ascending") for key in sorted(keys)])

    def column(self, name: str, column: str) -> list:
        return self.table(name)[column].to_pylist()

    def source_file(self) -> dict:
        """The only row of `tlc.source_files`."""
        (row,) = self.table("source_files").to_pylist()
        return row

    def snapshot_ids(self, name: str) -> list[int]:
        table = self.lake.open_catalog().load_table(f"tlc.{name}")
        return [snapshot.snapshot_id for snapshot in table.snapshots()]


@pytest.fixture
def landed(lake, tmp_path, monkeypatch, capsys) -> Landed:
    """An empty folder and a lake; the command finds the lake by its environment."""
    monkeypatch.setenv("TAXI_LAKE", str(lake.root))
    monkeypatch.delenv("TAXI_CATALOG", raising=False)
    folder = tmp_path / "files"
    folder.mkdir()
    return Landed(lake, folder, capsys)
