"""Processes that outlive the command that started them, and are found again by it."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from taxi.errors import TaxiError
from taxi.records import from_record

# How long a process may take to be ready, and to end by itself.
_READY_SECONDS = 60
_END_SECONDS = 15


@dataclass(frozen=True)
class Daemon:
    """A process, and when it began: its number alone may belong to another by now.

    Attributes:
        name: such as `worker-1`.
        began: as `ps` words it.
        log: the file that it writes to.
    """

    name: str
    process_id: int
    began: str
    log: str

    def is_alive(self) -> bool:
        return bool(self.began) and _began(self.process_id) == self.began

    def end(self) -> None:
        """End the process, gently at first."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            limit = time.monotonic() + _END_SECONDS
            with suppress(ProcessLookupError):
                if self.is_alive():
                    os.kill(self.process_id, sign)
            while self.is_alive() and time.monotonic() < limit:
                time.sleep(0.1)


class Daemons:
    """The processes of a cluster, recorded in a file.

    Args:
        folder: holds the record and the logs.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._record = folder / "processes.json"

    def read(self) -> list[Daemon]:
        """Those that were started and are still there.

        Raises:
            TaxiError: if the record is of another kind.
        """
        with suppress(FileNotFoundError):
            told = json.loads(self._record.read_text())
            found = [from_record(Daemon, one, str(self._record)) for one in told]
            return [one for one in found if one.is_alive()]
        return []

    def start(
        self, name: str, command: list[str], environment: dict[str, str]
    ) -> Daemon:
        """Start a process in a session of its own.

        Raises:
            TaxiError: if the folder cannot be written.
        """
        log = self._folder / f"{name}.log"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with log.open("w") as file:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                    env=os.environ | environment,
                )
        except OSError as error:
            raise TaxiError(f"{log} cannot be written ({error.strerror})") from error
        daemon = Daemon(name, process.pid, _began(process.pid), str(log))
        self._write([*self.read(), daemon])
        return daemon

    def end(self) -> Iterator[Daemon]:
        """End all that were started, the last first. Yield each that was there."""
        for daemon in reversed(self.read()):
            daemon.end()
            yield daemon
        self._record.unlink(missing_ok=True)

    @contextmanager
    def starting(self, what: str) -> Iterator[None]:
        """While the processes are started: if that fails, none is left.

        Raises:
            TaxiError: if some run already.
        """
        if self.read():
            raise TaxiError(f"{what} runs already; make {what}-stop ends it")
        try:
            yield
        except BaseException:
            for _ in self.end():
                pass
            raise

    def _write(self, daemons: list[Daemon]) -> None:
        scratch = self._record.with_suffix(".new")
        scratch.write_text(json.dumps([asdict(one) for one in daemons], indent=2))
        scratch.replace(self._record)


def end_all(daemons: Daemons, what: str) -> str:
    """End all processes, and say which, or that no such thing runs."""
    ended = [daemon.name for daemon in daemons.end()]
    return f"ended {', '.join(ended)}" if ended else f"no {what} runs"


def await_ready(is_ready: Callable[[], bool], daemons: list[Daemon]) -> None:
    """Wait until processes are ready.

    Raises:
        TaxiError: if one of them ends, or they take too long.
    """
    limit = time.monotonic() + _READY_SECONDS
    while not is_ready():
        for daemon in daemons:
            if not daemon.is_alive():
                raise TaxiError(f"{daemon.name} ended at once; {daemon.log} says why")
        if time.monotonic() > limit:
            raise TaxiError(
                f"{daemons[-1].name} is not ready after {_READY_SECONDS} s; "
                f"{daemons[-1].log} may say why"
            )
        time.sleep(0.2)


def check_free(host: str, ports: Iterable[int]) -> None:
    """Check that nobody listens at ports of this machine.

    Raises:
        TaxiError: if somebody does.
    """
    for port in ports:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                raise TaxiError(f"port {port} is taken; choose another")


def _began(process_id: int) -> str:
    """When a process began; empty if it is not there, or only waits to be buried."""
    told = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(process_id)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LC_ALL": "C"},
    )
    state, _, began = told.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else began.strip()
