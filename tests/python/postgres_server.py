"""A PostgreSQL server of the tests' own, with passwords, in a folder of its own."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from servers_started import free_port, needed, run_or_say_why

# Where Debian and Ubuntu put what is no command of a user's.
_DEBIAN = Path("/usr/lib/postgresql")

# Keeps apt from creating and starting a server of the system's.
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/nyc-taxi-tests.conf")

# In no address, setting, log or argument may this be found.
PASSWORD = "not-for-others-8f3e"


def install() -> Path:
    """The folder of the server's commands, from the system's packages.

    Raises:
        LookupError: if there is none. The text says why.
    """
    with (Path(tempfile.gettempdir()) / "taxi-postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _found():
            _install_package()
    if not _found():
        raise LookupError("PostgreSQL: there is no initdb; install postgresql")
    return _found()


def _found() -> Path | None:
    versions = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    command = shutil.which("initdb")
    return Path(command).resolve().parent if command else None


def _install_package() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LookupError("PostgreSQL: there is no initdb; install postgresql")
    _NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    _NO_CLUSTER.write_text("create_main_cluster = false\n")
    try:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        what = "apt-get cannot install PostgreSQL"
        run_or_say_why(what, "apt-get", "-qq", "update", **quiet)
        command = ("apt-get", "-qq", "install", "--no-install-recommends", "postgresql")
        run_or_say_why(what, *command, "--yes", **quiet)
    finally:
        _NO_CLUSTER.unlink()


class PostgresServer:
    """A server on a free port of this machine.

    Attributes:
        port: where it listens.
        password_file: the file with everybody's password.
    """

    def __init__(self, folder: Path):
        self.port = free_port()
        self.password_file = folder / "passwords"
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._commands = install()
        # The server refuses to be root's.
        self._owner = "postgres" if os.geteuid() == 0 else None
        self.password_file.write_text(f"127.0.0.1:*:*:*:{PASSWORD}\n")
        self.password_file.chmod(0o600)
        if self._owner:
            _let_in(folder, self._owner)
        initial = folder / "initial"
        initial.write_text(PASSWORD)
        initial.chmod(0o644)
        self._run(
            *("initdb", "--pgdata", self._data, "--username", "admin", "--no-sync"),
            *("--auth", "scram-sha-256", "--pwfile", initial, "--encoding", "UTF8"),
            *("--locale", "C.UTF-8"),
        )
        initial.unlink()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += " -c unix_socket_directories= -c log_statement=all"
        self._run(
            *("pg_ctl", "start", "--wait", "--pgdata", self._data),
            *("--log", self._log, "--options", options),
        )

    def stop(self) -> None:
        """End all its sessions, and the server."""
        self._run("pg_ctl", "stop", "--mode", "fast", "--wait", "--pgdata", self._data)

    def restart(self) -> None:
        """End all sessions, as an administrator does for new settings."""
        self.stop()
        self.start()

    @property
    def log(self) -> str:
        return self._log.read_text()

    @contextmanager
    def administered(self, database: str) -> Iterator[psycopg.Connection]:
        """A connection of the administrator's, each statement of which is committed."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            dbname=database,
            user="admin",
            password=PASSWORD,
            autocommit=True,
        ) as connection:
            yield connection

    def create_team(self, database: str) -> None:
        """A database, a role that builds and one that reads, as docs/team.md has it.

        Both are named after it: `NAME_builder`, `NAME_reader`.
        """
        names = {
            "database": sql.Identifier(database),
            "owner": sql.Identifier(database),
            "builder": sql.Identifier(f"{database}_builder"),
            "reader": sql.Identifier(f"{database}_reader"),
            "password": sql.Literal(PASSWORD),
        }
        with self.administered("postgres") as connection:
            for statement in (
                "create role {owner}",
                "create database {database} owner {owner}",
                "create role {builder} login password {password} in role {owner}",
                "alter role {builder} set role {owner}",
                "create role {reader} login password {password}",
            ):
                connection.execute(sql.SQL(statement).format(**names))
        with self.administered(database) as connection:
            for statement in (
                "grant usage on schema public to {reader}",
                "alter default privileges for role {owner} "
                "grant select on tables to {reader}",
            ):
                connection.execute(sql.SQL(statement).format(**names))

    def address(self, database: str, role: str = "builder") -> str:
        """What `TAXI_CATALOG` is set to."""
        user = f"{database}_{role}"
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def _run(self, command: str, *arguments: str | Path) -> None:
        ended = subprocess.run(
            [self._commands / command, *arguments],
            user=self._owner,
            group=self._owner and pwd.getpwnam(self._owner).pw_gid,
            extra_groups=[] if self._owner else None,
            cwd=self._data.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr


def _let_in(folder: Path, owner: str) -> None:
    shutil.chown(folder, owner)
    folder.chmod(0o755)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Run a server until the block is left; skip the test where there can be none."""
    needed(install)
    # pytest's own folders are closed to the user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="taxi-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
