"""Landing without the command line, for tests that land many lakes."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from taxi.fetching.folder import Folder
from taxi.fetching.setting import Fetching
from taxi.lake import Lake
from taxi.landing.report import Report
from taxi.landing.run import Wishes, run


@dataclass
class Workshop:
    """A folder for files and a lake to land them in.

    Attributes:
        said: what the last landing said, of refused files too.
    """

    root: Path
    said: str = ""

    @property
    def lake(self) -> Lake:
        root = self.root / "lake"
        return Lake(root, f"sqlite:{root}/catalog.db")

    @property
    def files(self) -> Path:
        folder = self.root / "files"
        folder.mkdir(exist_ok=True)
        return folder

    def land(
        self,
        folder: Path | None = None,
        max_bad_values: int = 0,
        may_displace: bool = False,
    ) -> Report:
        """Land what is in a folder, by default that of the workshop."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            here = Folder(folder or self.files)
            fetching = Fetching(lambda settings: here)
            wishes = Wishes(
                fetching, max_bad_values=max_bad_values, may_displace=may_displace
            )
            report = run(self.lake, wishes)
        self.said = said.getvalue()
        return report

    def table(self, name: str) -> pa.Table:
        """A landed table, in the order of the files' rows where it has any."""
        rows = self.lake.open_catalog().load_table(f"tlc.{name}").scan().to_arrow()
        keys = ("service_type", "source_month", "source_row_number", "column_name")
        here = [key for key in keys if key in rows.column_names]
        return rows.sort_by([(key, "ascending") for key in here])

    def snapshot_ids(self) -> list[int]:
        """The snapshots of all landed tables."""
        catalog = self.lake.open_catalog()
        return sorted(
            snapshot.snapshot_id
            for name in catalog.list_tables("tlc")
            for snapshot in catalog.load_table(name).snapshots()
        )


@contextlib.contextmanager
def workshop() -> Iterator[Workshop]:
    """A workshop that is there for a while."""
    with TemporaryDirectory() as folder:
        yield Workshop(Path(folder))
