"""The interrupt key and SIGTERM: an exception where it can be borne, and not elsewhere.

`start_up.py` has what happens before a command begins, and after it has ended.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Handler = Callable | int | None


class Terminated(KeyboardInterrupt):
    """Somebody asked the process to end, as a scheduler or a shutdown does."""


@contextmanager
def heeded() -> Iterator[None]:
    """Let both end what is under way by an exception."""
    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: _terminate}
    with _handling(handlers):
        yield


@contextmanager
def put_off() -> Iterator[None]:
    """Let both wait for the end of what must not be left halfway, unless hit twice.

    What sets other handlers meanwhile, as pyspark does, loses them again.
    """
    came: list[int] = []

    def wait(number: int, _) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)

    with _handling({signal.SIGINT: wait, signal.SIGTERM: wait}):
        yield
    if came:
        signal.raise_signal(came[0])


@contextmanager
def kept() -> Iterator[None]:
    """Keep the handlers as they are, whatever sets others meanwhile.

    pyspark's asks Java to cancel jobs in the midst of another question to it, and goes
    on to do so when Java has ended; both end in tracebacks.
    """
    with _handling({signal.SIGINT: signal.getsignal(signal.SIGINT)}):
        yield


def bring_back_swallowed() -> None:
    """Let an interrupt that comes in a finalizer come again, a moment later.

    Python cannot raise it there and would go on, with a traceback on the terminal; py4j
    has a finalizer for every object of Java's.
    """
    say = sys.unraisablehook

    def again(swallowed) -> None:
        if not isinstance(swallowed.exc_value, KeyboardInterrupt):
            say(swallowed)
            return
        is_asked = isinstance(swallowed.exc_value, Terminated)
        number = signal.SIGTERM if is_asked else signal.SIGINT
        main = threading.main_thread().ident
        timer = threading.Timer(0.05, signal.pthread_kill, (main, number))
        timer.daemon = True
        # At its very end a process starts no thread, and needs none.
        with suppress(RuntimeError):
            timer.start()

    if getattr(say, "__name__", None) != again.__name__:
        sys.unraisablehook = again


@contextmanager
def _handling(handlers: dict[signal.Signals, Handler]) -> Iterator[None]:
    # Only the main thread may set handlers, and only it is interrupted.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in handlers}
    # Whoever starts a command in the background may have it ignore the key.
    heeded = {n: h for n, h in before.items() if h not in (signal.SIG_IGN, None)}
    for number in heeded:
        signal.signal(number, handlers[number])
    try:
        yield
    finally:
        for number, handler in heeded.items():
            signal.signal(number, handler)


def _terminate(*_) -> None:
    raise Terminated
