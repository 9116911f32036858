"""A catalog in a SQLite file, for one machine."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from taxi.catalogs.tables import CATALOG_TABLE
from taxi.errors import TaxiError

# How long a writer waits for another one's commit.
BUSY_SECONDS = 30


@dataclass(frozen=True)
class SqliteFile:
    """A catalog in a file.

    Attributes:
        file: its absolute path.
    """

    file: Path

    @property
    def address(self) -> str:
        """Its address, as `TAXI_CATALOG` may give it."""
        return f"sqlite:{self.file}"

    @property
    def where(self) -> str:
        """What is missing if it does not exist."""
        is_there = self.file.is_file()
        return f"the table {CATALOG_TABLE} in {self}" if is_there else str(self.file)

    @property
    def folders(self) -> list[Path]:
        """The folders that it needs."""
        return [self.file.parent]

    def exists(self) -> bool:
        """Whether there is a catalog in the file.

        Raises:
            TaxiError: if there is a file that cannot be read.
        """
        if not self.file.is_file():
            return False
        engine = self.reading_engine()
        try:
            return inspect(engine).has_table(CATALOG_TABLE)
        except DBAPIError as error:
            raise self.unreadable(error) from error
        finally:
            engine.dispose()

    def may_be_written(self) -> bool:
        """Whether this user may change the catalog."""
        return os.access(self.file.parent, os.W_OK)

    def spark_settings(self, prefix: str) -> dict[str, str]:
        """The settings of Spark's catalog, whose names begin with a prefix."""
        uri = f"jdbc:sqlite:{self.file}?busy_timeout={BUSY_SECONDS}000"
        return {f"{prefix}.uri": uri}

    def iceberg_settings(self) -> dict[str, str]:
        """The settings of pyiceberg's catalog."""
        return {"uri": f"sqlite:///{self.file}?timeout={BUSY_SECONDS}"}

    def reading_engine(self) -> Engine:
        """What opens it such that nothing is written."""
        address = f"file:{quote(str(self.file))}?mode=ro"
        return create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS),
        )

    def was_made_meanwhile(self, error: DBAPIError) -> bool:
        """Whether it could not be made because another process was quicker."""
        return "already exists" in str(error)

    def unusable(self, error: DBAPIError) -> TaxiError:
        """What to say when it cannot be used."""
        return TaxiError(f"the catalog {self} cannot be used: {error.orig}")

    def unreadable(self, error: DBAPIError) -> TaxiError:
        """What to say when it cannot be read."""
        return TaxiError(
            f"the catalog {self} cannot be read ({error.orig}); "
            "put back a copy of it from a backup"
        )

    def __str__(self) -> str:
        return str(self.file)
