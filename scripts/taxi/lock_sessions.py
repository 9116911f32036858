"""The lock of a lake whose catalog is on PostgreSQL: advisory locks of the server.

A lock belongs to a session of the server, and the server lets it go when the session
ends: with its process, with the machine that it ran on, or with the server itself. So
a session is used for nothing else, and who holds the lake asks now and then whether it
still has it.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from taxi.catalogs.postgresql import PostgresDatabase
from taxi.catalogs.tables import LOCK_CLASS, create_missing, put
from taxi.holders import Holder

if TYPE_CHECKING:
    # Landing holds the lake too, and starts quicker without Spark's modules.
    from pyspark.sql import SparkSession

# The lake itself, and the JVM of whoever holds it.
_LAKE = 1
_JVM = 2

_HOLDERS = Table(
    "taxi_holders",
    MetaData(),
    Column("kind", Text, primary_key=True),
    Column("holder_json", Text, nullable=False),
    Column("backend_id", Integer, nullable=False),
)

# A machine that is gone without a word is noticed after a minute.
_SESSION_SETTINGS = """
    set tcp_keepalives_idle = 30;
    set tcp_keepalives_interval = 10;
    set tcp_keepalives_count = 3;
    set idle_session_timeout = 0
"""

_BACKENDS = """
    select pid from pg_locks
    where locktype = 'advisory' and granted and classid = %s and objid = %s
        and database = (select oid from pg_database where datname = current_database())
"""


class SessionLock:
    """A session of the server that holds advisory locks, and a table of records.

    Raises:
        TaxiError: if the server cannot be used.
    """

    def __init__(self, database: PostgresDatabase):
        self._database = database
        self._jvm_session = None
        engine = database.engine(isolation_level="AUTOCOMMIT")
        try:
            create_missing(engine, _HOLDERS.metadata)
            self._session = engine.connect()
            self._session.exec_driver_sql(_SESSION_SETTINGS)
            self._me = self._session.scalar(select(func.pg_backend_pid()))
        except DBAPIError as error:
            raise database.unusable(error) from error

    @property
    def jvm_holder(self) -> str:
        """What a person is to look for to find the JVM that holds the lake."""
        backends = self._session.exec_driver_sql(_BACKENDS, (LOCK_CLASS, _JVM))
        numbers = ", ".join(str(number) for (number,) in backends)
        return f"java process, which is backend {numbers} of {self._database}"

    def try_to_take(self, is_alone: bool) -> bool:
        """Take it, alone or together with others, if it is free."""
        kind = "" if is_alone else "_shared"
        take = getattr(func, f"pg_try_advisory_lock{kind}")
        return self._session.scalar(select(take(LOCK_CLASS, _LAKE)))

    def is_held_by_jvm(self) -> bool:
        """Whether the JVM of somebody who died holds the lake still."""
        free = self._session.scalar(select(func.pg_try_advisory_lock(LOCK_CLASS, _JVM)))
        if free:
            self._session.scalar(select(func.pg_advisory_unlock(LOCK_CLASS, _JVM)))
        return not free

    def share_with(self, session: "SparkSession") -> None:
        """Let a JVM hold the lake too, by a session of its own."""
        if self._jvm_session is None:
            java = session._jvm.java
            told = java.util.Properties()
            for name, value in self._database.jdbc_properties.items():
                told.setProperty(name, value)
            address = self._database.jdbc_address
            self._jvm_session = java.sql.DriverManager.getConnection(address, told)
            statement = self._jvm_session.createStatement()
            statement.execute(_SESSION_SETTINGS)
            statement.execute(f"select pg_advisory_lock_shared({LOCK_CLASS}, {_JVM})")

    def is_still_held(self) -> bool:
        """Whether the session that took it is there."""
        try:
            return self._session.scalar(select(func.pg_backend_pid())) == self._me
        except SQLAlchemyError:
            return False

    def others(self) -> list[Holder]:
        """Who is recorded as a holder, and whose session holds it."""
        backends = self._session.exec_driver_sql(_BACKENDS, (LOCK_CLASS, _LAKE))
        alive = set(backends.scalars()) - {self._me}
        rows = self._session.execute(select(_HOLDERS).order_by(_HOLDERS.c.kind))
        found = [Holder.from_json(r.holder_json) for r in rows if r.backend_id in alive]
        return list(filter(None, found))

    def read(self, kind: str) -> Holder | None:
        """The record of who held it last and has not forgotten it."""
        asked = select(_HOLDERS.c.holder_json).where(_HOLDERS.c.kind == kind)
        text = self._session.scalar(asked)
        return Holder.from_json(text) if text else None

    def write(self, kind: str, holder: Holder) -> None:
        """Record who holds it, `alone` or `together` with others."""
        row = {"kind": kind, "holder_json": holder.to_json(), "backend_id": self._me}
        put(self._session, _HOLDERS, row)

    def forget(self, kind: str) -> None:
        """Remove a record."""
        self._session.execute(delete(_HOLDERS).where(_HOLDERS.c.kind == kind))

    def give_back(self) -> None:
        """Let it go, and what the JVM holds."""
        if self._jvm_session is not None:
            # The JVM may be gone, or its session with the server.
            with suppress(Exception):
                self._jvm_session.close()
        with suppress(SQLAlchemyError):
            self._session.close()
