"""A terminal of the tests' own, to see what a command shows a person."""

import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import suppress


def shown_to(start: Callable[[int], subprocess.Popen]) -> tuple[str, str]:
    """Run a command that writes to a terminal and to a pipe, until it ends well.

    Args:
        start: starts it, with its stdout a pipe; given the terminal's file descriptor.

    Returns:
        What it wrote to the terminal, and to stdout.
    """
    outer, inner = pty.openpty()
    process = start(inner)
    os.close(inner)
    shown = b""
    # The system ends a terminal that nobody writes to with an error.
    with suppress(OSError):
        while chunk := os.read(outer, 1 << 16):
            shown += chunk
    os.close(outer)
    said, _ = process.communicate()
    assert process.returncode == 0, shown
    return shown.decode(), said
