"""A catalog on PostgreSQL, for several machines.

No address or setting holds the password. It lies in libpq's password file, which
`PGPASSFILE` names and both drivers read.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy import URL, Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from taxi.catalogs.tables import CATALOG_TABLE
from taxi.errors import TaxiError

# How long a server may take to let one in.
_CONNECT_SECONDS = 5

# How long it may take to acknowledge what was sent, before it counts as gone.
_SILENT_SECONDS = 20

# The code with which a server that is restarted ends sessions; Iceberg tries again.
_ADMIN_SHUTDOWN = "57P01"

_INSUFFICIENT_PRIVILEGE = "42501"

# A table, or its row in the server's own tables, is there already.
_MADE_MEANWHILE = ("42P07", "23505")

_APPLICATION = "nyc-taxi-revenue"


@dataclass(frozen=True)
class PostgresDatabase:
    """A database on a server.

    Attributes:
        settings: `sslmode` and `sslrootcert`, as far as they are given.
    """

    user: str
    host: str
    port: int
    name: str
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """Its address, as `TAXI_CATALOG` may give it."""
        query = f"?{urlencode(self.settings)}" if self.settings else ""
        return f"postgresql://{quote(self.user, '')}@{self._place}{query}"

    @property
    def where(self) -> str:
        """What is missing if it does not exist."""
        return f"the table {CATALOG_TABLE} in {self}"

    @property
    def folders(self) -> list[Path]:
        """The folders that it needs: a server keeps its own."""
        return []

    def exists(self) -> bool:
        """Whether there is a catalog in the database.

        Raises:
            TaxiError: if the server does not let one look.
        """
        try:
            return inspect(self.engine()).has_table(CATALOG_TABLE)
        except DBAPIError as error:
            raise self.unusable(error) from error

    def may_be_written(self) -> bool:
        """Whether the role may change the catalog; false if there is none.

        Raises:
            TaxiError: if the server does not let one look.
        """
        asked = "has_table_privilege(to_regclass(:table), 'insert')"
        try:
            with self.engine().connect() as connection:
                found = connection.execute(
                    text(f"select {asked}"), {"table": CATALOG_TABLE}
                )
                return bool(found.scalar())
        except DBAPIError as error:
            raise self.unusable(error) from error

    def spark_settings(self, prefix: str) -> dict[str, str]:
        """The settings of Spark's catalog, whose names begin with a prefix.

        Raises:
            TaxiError: if the password file cannot be used.
        """
        check_password_file()
        return {
            f"{prefix}.uri": self.jdbc_address,
            f"{prefix}.retryable_status_codes": _ADMIN_SHUTDOWN,
        } | {f"{prefix}.jdbc.{name}": one for name, one in self.jdbc_properties.items()}

    def iceberg_settings(self) -> dict[str, str]:
        """The settings of pyiceberg's catalog.

        Raises:
            TaxiError: if the password file cannot be used.
        """
        check_password_file()
        return {"uri": self._url.render_as_string(), "pool_pre_ping": "true"}

    def reading_engine(self) -> Engine:
        """What opens it such that nothing is written, and all is of one moment."""
        return self.engine(
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )

    def engine(self, **options) -> Engine:
        """An engine whose connections end when they are given back.

        Raises:
            TaxiError: if the password file cannot be used.
        """
        check_password_file()
        return create_engine(self._url, poolclass=NullPool, **options)

    @property
    def jdbc_address(self) -> str:
        """The address for Java's driver."""
        return f"jdbc:postgresql://{self._place}"

    @property
    def jdbc_properties(self) -> dict[str, str]:
        """What Java's driver is told besides, but for the password."""
        return {
            "user": self.user,
            "ApplicationName": _APPLICATION,
            "connectTimeout": str(_CONNECT_SECONDS),
            "tcpKeepAlive": "true",
        } | dict(self.settings)

    def was_made_meanwhile(self, error: DBAPIError) -> bool:
        """Whether it could not be made because another process was quicker."""
        return getattr(error.orig, "sqlstate", None) in _MADE_MEANWHILE

    def unusable(self, error: DBAPIError) -> TaxiError:
        """What to say when it cannot be used."""
        advice = ""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            advice = (
                "; TAXI_CATALOG names the server, PGPASSFILE the file of the password"
            )
        elif state == _INSUFFICIENT_PRIVILEGE:
            advice = "; docs/team.md says what rights a role needs"
        said = " ".join(str(error.orig).split())
        return TaxiError(f"the catalog {self} cannot be used: {said}{advice}")

    unreadable = unusable

    @property
    def _place(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}/{quote(self.name, '')}"

    @property
    def _url(self) -> URL:
        told = {
            "connect_timeout": str(_CONNECT_SECONDS),
            "tcp_user_timeout": f"{_SILENT_SECONDS}000",
            "application_name": _APPLICATION,
        }
        return URL.create(
            "postgresql+psycopg",
            self.user,
            host=self.host,
            port=self.port,
            database=self.name,
            query=told | dict(self.settings),
        )

    def __str__(self) -> str:
        return f"postgresql://{self._place}"


def check_password_file() -> None:
    """Check that the password, if there is one, is where both drivers read it.

    Java's driver does not read `PGPASSWORD`. Handed on as a setting, the password would
    stand in `ps`, or once Spark runs, in the properties of every job in its event log.
    libpq passes over a file that others can read, and Java's driver does not.

    Raises:
        TaxiError: if it is not.
    """
    if os.environ.get("PGPASSWORD"):
        raise TaxiError(
            "PGPASSWORD: Spark cannot be given it without showing it; name "
            "a file of passwords (mode 600) in PGPASSFILE instead"
        )
    named = os.environ.get("PGPASSFILE")
    path = Path(named or "~/.pgpass").expanduser()
    if not (named or path.exists()):
        return
    if not path.is_file():
        raise TaxiError(f"PGPASSFILE: there is no file {path}")
    if path.stat().st_mode & 0o077:
        raise TaxiError(
            f"PGPASSFILE: {path} can be read by others, so it is not used; "
            f"chmod 600 {path}"
        )
