"""What a command costs, with all processes that it starts."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread
from time import perf_counter

from taxi.errors import TaxiError

_PROCESSES = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")

# How often the processes are looked at. What one does after the last look is not seen.
_SECONDS_BETWEEN = 0.1


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes:
        seconds: from its start to its end.
        cpu_seconds: of all cores and processes; None where there is no /proc.
        peak_bytes: the most memory that its processes held at once, likewise. What two
            of them share counts twice.
    """

    seconds: float
    cpu_seconds: float | None
    peak_bytes: int | None


def cost_of(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]
) -> Cost:
    """Run a command to its end, in a folder.

    Args:
        environment: what it has besides that of this process.

    Raises:
        TaxiError: if it fails; with the last lines that it printed.
    """
    with TemporaryFile("w+") as printed:
        started = perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=os.environ | dict(environment),
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        watch = _Watch(process.pid)
        try:
            code = process.wait()
        finally:
            watch.end()
        seconds = perf_counter() - started
        if code:
            printed.seek(0)
            said = " / ".join(printed.read().split("\n")[-6:]).strip(" /")
            raise TaxiError(f"{Path(command[0]).name} {command[1]} failed: {said}")
    return Cost(seconds, watch.cpu_seconds, watch.peak_bytes)


class _Watch:
    """Looks at the processes of a session, whose leader has a number, until its end."""

    def __init__(self, leader: int):
        self._leader = leader
        self._ticks: dict[str, int] = {}
        self._peak_pages = 0
        self._is_over = Event()
        self._thread = Thread(target=self._look_again_and_again, daemon=True)
        self._thread.start()

    @property
    def cpu_seconds(self) -> float | None:
        return sum(self._ticks.values()) / _TICKS if self._ticks else None

    @property
    def peak_bytes(self) -> int | None:
        return self._peak_pages * _PAGE if self._ticks else None

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _look_again_and_again(self) -> None:
        while not self._is_over.wait(_SECONDS_BETWEEN):
            pages = 0
            for path in _PROCESSES.glob("[0-9]*/stat"):
                try:
                    # The name before, in brackets, may hold anything.
                    fields = path.read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[3]) == self._leader:
                    self._ticks[path.parent.name] = int(fields[11]) + int(fields[12])
                    pages += int(fields[21])
            self._peak_pages = max(self._peak_pages, pages)
