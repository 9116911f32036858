"""Reading files in several threads, ahead of the one that commits them.

Threads are enough, as pyarrow reads, types and writes without Python's lock; and none
outlives the process.
"""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from taxi.fetching.fetcher import Brought
from taxi.landing.land import Lander
from taxi.landing.reading import Reading
from taxi.landing.records import Landing

# Each file that is read takes up to 250 MB.
_MOST_JOBS = 6

# Files that may wait to be committed, for each thread.
_AHEAD = 2

# A file that comes, and what becomes of reading it.
Coming = tuple[Future[Brought], Future[Reading]]


class Stopped(Exception):
    """The run ends before its files are read."""


class Workers:
    """Reads files as soon as they are here, several at once.

    Args:
        lander: how a file is read.
        jobs: how many files are read at once.
    """

    def __init__(self, lander: Lander, jobs: int):
        self._lander = replace(lander, on_rows=self._tell)
        self._on_rows = lander.on_rows
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(jobs, "reading")
        self._is_stopping = threading.Event()
        self._readings: list[Future[Reading]] = []

    def in_order(
        self, arrivals: Iterable[tuple[Future[Brought], Landing | None]]
    ) -> Iterator[Coming]:
        """Yield each file, in their order; only few are read ahead.

        Args:
            arrivals: files that come, each with what its month holds now.
        """
        waiting: deque[Coming] = deque()
        for coming, held in arrivals:
            reading: Future[Reading] = Future()
            self._readings.append(reading)
            coming.add_done_callback(partial(self._begin, reading, held))
            waiting.append((coming, reading))
            if len(waiting) > _AHEAD * self._jobs:
                yield waiting.popleft()
        yield from waiting

    def close(self) -> None:
        """End the threads, within a batch of rows, and remove what nobody took."""
        self._is_stopping.set()
        self._threads.shutdown(cancel_futures=True)
        for reading in self._readings:
            if reading.done() and reading.exception() is None:
                reading.result().close()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _begin(
        self, reading: Future[Reading], held: Landing | None, coming: Future[Brought]
    ) -> None:
        if coming.exception() is not None:
            return
        try:
            self._threads.submit(self._read, reading, coming.result(), held)
        except RuntimeError as error:
            # No further thread is to be had, or the run has ended.
            reading.set_exception(error)

    def _read(
        self, reading: Future[Reading], brought: Brought, held: Landing | None
    ) -> None:
        try:
            reading.set_result(self._lander.read(brought.file, held))
        except BaseException as error:
            reading.set_exception(error)

    def _tell(self, name: str, read: int, total: int | None) -> None:
        if self._is_stopping.is_set():
            raise Stopped
        self._on_rows(name, read, total)


def jobs_for(wanted: int | None) -> int:
    """How many files to read at once: one for each core, or fewer if so wanted."""
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return min(wanted or cores, cores, _MOST_JOBS)
