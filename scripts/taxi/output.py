"""Results that cannot be printed: a full disk, a closed stream, a reader that left."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO


class Output:
    """A stream that remembers why it could not be written.

    Attributes:
        fault: the error, if there was one.
    """

    def __init__(self, stream: TextIO):
        self._stream = stream
        self.fault: OSError | None = None

    def write(self, text: str) -> int:
        return self._remembering(lambda: self._stream.write(text))

    def flush(self) -> None:
        self._remembering(self._stream.flush)

    def give_up(self) -> None:
        """Drop what was not written: Python would try again at its end."""
        # Whoever only stands for standard output has no descriptor.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def _remembering(self, write: Callable[[], Any]) -> Any:
        try:
            return write()
        except OSError as error:
            self.fault = error
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def printing(command: str, work: Callable[[], int]) -> int:
    """Do some work; say in one line if its results cannot be printed.

    A reader that has seen enough, such as head, needs no words.

    Returns:
        The work's own code, but not 0 if something was not printed.
    """
    _open_what_is_closed()
    before = sys.stdout
    sys.stdout = output = Output(before)
    try:
        code = work()
        with suppress(OSError):
            output.flush()
    finally:
        sys.stdout = before
    if output.fault is None:
        return code
    output.give_up()
    if not isinstance(output.fault, BrokenPipeError):
        reason = output.fault.strerror
        print(f"{command}: the output cannot be written: {reason}", file=sys.stderr)
    return code or 1


def _open_what_is_closed() -> None:
    """Keep files from taking the numbers of streams that are closed.

    What is printed to the one fails, and what is said on the other goes nowhere.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
