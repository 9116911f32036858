"""Where the lake lies, and how Spark and pyiceberg open it.

`TAXI_LAKE` is the root of the data, `TAXI_CATALOG` the address of the catalog's
database. Everything that opens the lake takes its settings from here.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy.exc import OperationalError

from taxi.errors import TaxiError

PROJECT = Path(__file__).resolve().parents[2]

# The name under which Spark and pyiceberg share the catalog's rows.
CATALOG_NAME = "lake"

# How long a writer waits for another one's commit on SQLite.
BUSY_SECONDS = 30


@dataclass(frozen=True)
class Lake:
    """A lake: the folder of its data and the address of its catalog.

    Attributes:
        root: absolute folder that holds the warehouse and, by default, the catalog.
        catalog: address of the catalog's database, `sqlite:/absolute/file.db`.
    """

    root: Path
    catalog: str

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> "Lake":
        """Read `TAXI_LAKE` and `TAXI_CATALOG`; a relative path counts from the project.

        Raises:
            TaxiError: if a variable names something that cannot hold a lake.
        """
        values = os.environ if environment is None else environment
        root = PROJECT / Path(values.get("TAXI_LAKE") or "lake").expanduser()
        if root.exists() and not root.is_dir():
            raise TaxiError(f"TAXI_LAKE: {root} is a file; name a folder.")
        address = values.get("TAXI_CATALOG") or f"sqlite:{root}/catalog.db"
        kind, _, rest = address.partition(":")
        if kind != "sqlite" or not rest or rest.startswith("//"):
            raise TaxiError(
                f"TAXI_CATALOG: {without_secrets(address)} is not understood; "
                "write sqlite:/folder/catalog.db."
            )
        return cls(root, f"sqlite:{PROJECT / Path(rest).expanduser()}")

    @property
    def warehouse(self) -> Path:
        """The folder under which every table keeps its files."""
        return self.root / "warehouse"

    @property
    def catalog_file(self) -> Path:
        """The SQLite file of the catalog."""
        return Path(self.catalog.removeprefix("sqlite:"))

    def create_folders(self) -> None:
        """Create the folders that a catalog and a warehouse need.

        Raises:
            TaxiError: if a folder cannot be made.
        """
        for folder in (self.catalog_file.parent, self.warehouse):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise TaxiError(
                    f"{folder} cannot be created ({error.strerror}); "
                    "set TAXI_LAKE to a folder that you may write to."
                ) from error

    def spark_settings(self) -> dict[str, str]:
        """The settings of a Spark session that differ from lake to lake."""
        prefix = f"spark.sql.catalog.{CATALOG_NAME}"
        return {
            f"{prefix}.uri": f"jdbc:{self.catalog}?busy_timeout={BUSY_SECONDS}000",
            f"{prefix}.warehouse": str(self.warehouse),
        }

    def open_catalog(self) -> Catalog:
        """Open the lake with pyiceberg; an empty catalog is created where none is."""
        self.create_folders()
        settings = {
            "uri": f"sqlite:///{self.catalog_file}?timeout={BUSY_SECONDS}",
            "warehouse": f"file://{self.warehouse}",
        }
        try:
            return SqlCatalog(CATALOG_NAME, **settings)
        except OperationalError as error:
            if "already exists" not in str(error):
                raise
            # Another process created the catalog's tables at the same moment.
            return SqlCatalog(CATALOG_NAME, **settings)

    def __str__(self) -> str:
        return str(self.root)


def without_secrets(address: str) -> str:
    """The address as it may be printed: without user and password."""
    return re.sub(r"//[^/@]*@", "//", address)
