"""Where the lake lies, and how Spark and pyiceberg open it.

`TAXI_LAKE` is the root of the data, a folder or one of a bucket, and `TAXI_CATALOG` the
address of the catalog's database. Everything that opens the lake takes its settings
from here.
"""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy.exc import DBAPIError

from taxi.bucket_path import BucketPath
from taxi.catalogs.addresses import Database, read_address
from taxi.catalogs.sqlite import SqliteFile
from taxi.errors import TaxiError
from taxi.file_access import IO_PROPERTIES, AnyPath
from taxi.folder import PROJECT

# The name under which Spark and pyiceberg share the catalog's rows.
CATALOG_NAME = "lake"

# Of these Spark, pyiceberg and SQLite each read some as more than a sign of a name, and
# then write elsewhere.
_UNFIT = re.compile(r"[#%?\x00-\x1f\x7f]")

# What to do where there is nothing to read.
LAND_FIRST = "set TAXI_LAKE, or land trips: python scripts/ingest.py --from data/sample"


class NoLake(TaxiError):
    """There is no lake where one was looked for."""


@dataclass(frozen=True)
class Lake:
    """A lake: the folder of its data and the address of its catalog.

    Attributes:
        root: absolute folder that holds the warehouse and, by default, the catalog; or
            one of a bucket, with the catalog elsewhere.
        catalog: address of the catalog's database, `sqlite:/absolute/file.db` or
            `postgresql://user@host:port/database`.
        local_folder: what `TAXI_HOME` names, if it is set.
    """

    root: AnyPath
    catalog: str
    local_folder: Path | None = None

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> "Lake":
        """Read `TAXI_LAKE` and `TAXI_CATALOG`; a relative path counts from the project.

        Raises:
            TaxiError: if a variable names something that cannot hold a lake.
        """
        values = os.environ if environment is None else environment
        root = _root_of(values.get("TAXI_LAKE") or "lake")
        if isinstance(root, BucketPath) and not values.get("TAXI_CATALOG"):
            raise TaxiError(
                f"TAXI_LAKE: {root} needs a catalog elsewhere; set "
                "TAXI_CATALOG=sqlite:/folder/catalog.db."
            )
        home = values.get("TAXI_HOME")
        local_folder = PROJECT / Path(home).expanduser() if home else None
        address = values.get("TAXI_CATALOG") or f"sqlite:{root}/catalog.db"
        database = read_address(address, values, PROJECT)
        if isinstance(root, Path):
            _refuse_unfit("TAXI_LAKE", root)
        if isinstance(database, SqliteFile):
            _refuse_unfit("TAXI_CATALOG", database.file)
        catalog = database.address
        return cls(root, catalog, local_folder)

    @property
    def is_on_bucket(self) -> bool:
        return isinstance(self.root, BucketPath)

    @property
    def warehouse(self) -> AnyPath:
        """The folder under which every table keeps its files."""
        return self.root / "warehouse"

    @property
    def database(self) -> Database:
        """The database of the catalog."""
        return read_address(self.catalog, {}, PROJECT)

    @property
    def home(self) -> Path:
        """The folder of this machine for downloads, work under way and notes of it.

        It is the root, unless that is on a bucket.
        """
        if isinstance(self.root, Path):
            return self.root
        if self.local_folder or not self.catalog.startswith("sqlite:"):
            return self.local_folder or PROJECT / "lake"
        return self.catalog_file.parent

    @property
    def catalog_file(self) -> Path:
        """The file of the catalog, if it is one."""
        return self.database.file

    def require(self) -> None:
        """Check that there is a lake; nothing is created.

        Raises:
            NoLake: if there is none.
            TaxiError: if its bucket does not answer, or its catalog cannot be read.
        """
        if isinstance(self.root, BucketPath):
            _check_once(self.root)
        missing = ""
        if not self.database.exists():
            missing = self.database.where
        elif isinstance(self.root, Path) and not self.root.is_dir():
            missing = f"the folder {self.root}"
        if missing:
            raise NoLake(
                f"there is no lake at {self}: {missing} is missing; {LAND_FIRST}"
            )

    def create_folders(self) -> None:
        """Create the folders that a catalog and a warehouse need; ask for a bucket.

        Raises:
            TaxiError: if a folder cannot be made, or a bucket does not answer.
        """
        folders = [*self.database.folders, self.home]
        if isinstance(self.root, BucketPath):
            _check_once(self.root)
        else:
            folders.append(self.warehouse)
        for folder in folders:
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
        return self.database.spark_settings(prefix) | {
            f"{prefix}.warehouse": str(self.warehouse),
        }

    def open_catalog(self) -> Catalog:
        """Open the lake with pyiceberg; an empty catalog is created where none is.

        Raises:
            TaxiError: if the catalog's database cannot be used.
        """
        self.create_folders()
        settings = self._iceberg_settings()
        try:
            return SqlCatalog(CATALOG_NAME, **settings)
        except DBAPIError as error:
            if not self.database.was_made_meanwhile(error):
                raise self.database.unusable(error) from error
            return SqlCatalog(CATALOG_NAME, **settings)

    def open_existing(self) -> Catalog:
        """Open the lake with pyiceberg to read it; nothing is created.

        Raises:
            TaxiError: if there is no lake, or its catalog's database cannot be used.
        """
        self.require()
        settings = self._iceberg_settings() | {"init_catalog_tables": "false"}
        try:
            return SqlCatalog(CATALOG_NAME, **settings)
        except DBAPIError as error:
            raise self.database.unusable(error) from error

    def _iceberg_settings(self) -> dict[str, str]:
        return self.database.iceberg_settings() | {
            "warehouse": _address_of(self.warehouse),
            **IO_PROPERTIES,
        }

    def __str__(self) -> str:
        return str(self.root)


def _root_of(text: str) -> AnyPath:
    """The folder that `TAXI_LAKE` names."""
    if "://" in text:
        try:
            return BucketPath.of_folder(text)
        except ValueError as error:
            raise TaxiError(
                f"TAXI_LAKE: {text} is not understood; name a folder, or "
                "gs://bucket/folder of letters, digits and . _ = -"
            ) from error
    root = PROJECT / Path(text).expanduser()
    if root.exists() and not root.is_dir():
        raise TaxiError(f"TAXI_LAKE: {root} is a file; name a folder.")
    return root


def _refuse_unfit(variable: str, path: Path) -> None:
    found = _UNFIT.search(str(path))
    if found:
        raise TaxiError(
            f"{variable}: {path} holds {found[0]!r}, which cannot be part of a lake's "
            "path; name a path without # % ? and control characters."
        )


def _address_of(path: AnyPath) -> str:
    return f"file://{path}" if isinstance(path, Path) else str(path)


@cache
def _check_once(root: BucketPath) -> None:
    """Ask for a bucket when a process first needs it."""
    root.check_bucket("TAXI_LAKE")
