"""Work in several threads, and its results in the order of the work."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

Result = TypeVar("Result")

# Results that may wait to be used, for each thread.
_AHEAD = 2


class Pool:
    """Threads that end with the process: a broken connection holds up no exit.

    Args:
        jobs: how many pieces of work are done at once.
    """

    def __init__(self, jobs: int):
        self._queue: SimpleQueue = SimpleQueue()
        self._jobs = jobs
        self._futures: list[Future] = []
        self._is_open = True
        for _ in range(jobs):
            threading.Thread(target=self._serve, daemon=True).start()

    def in_order(self, work: list[Callable[[], Result]]) -> Iterator[Future[Result]]:
        """Yield a future for each piece, in their order; only few are done ahead."""
        waiting: deque[Future[Result]] = deque()
        for piece in work:
            future: Future[Result] = Future()
            self._futures.append(future)
            self._queue.put((future, piece))
            waiting.append(future)
            if len(waiting) > _AHEAD * self._jobs:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()

    def close(self) -> list[Future]:
        """Begin no more pieces. Return the futures of all that were ever asked for."""
        self._is_open = False
        for _ in range(self._jobs):
            self._queue.put(None)
        return self._futures

    def _serve(self) -> None:
        while (task := self._queue.get()) is not None:
            future, piece = task
            if not self._is_open:
                continue
            try:
                future.set_result(piece())
            except BaseException as error:
                future.set_exception(error)
