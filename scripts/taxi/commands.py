"""What the command lines share: one line for a wrong option, a log for a surprise."""

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from taxi.errors import TaxiError
from taxi.lake import PROJECT
from taxi.telling import printable

# A disk that is full or may not be written to: the user's to mend.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with an option in one line."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message}\n")


def logs_folder() -> Path:
    """Where logs go: the folder that `TAXI_LOGS` names, or the project's `logs`."""
    return Path(os.environ.get("TAXI_LOGS") or PROJECT / "logs")


def write_log(folder: Path, command: str) -> Path:
    """Write the traceback at hand into a file of its own, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{command}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.log"
    path.write_text(traceback.format_exc(), encoding="utf-8")
    return path


def guarded(
    command: str,
    work: Callable[[], int],
    written: str = "the lake",
    rest: str = "do the rest",
) -> int:
    """Do a command's work; say in one line why it failed, if it does.

    Args:
        written: what it writes, for when the disk is full.
        rest: what another run would do, for when it is interrupted.

    Returns:
        The exit code: the work's own, 1 if it failed, 130 if it was interrupted.
    """
    try:
        return work()
    except TaxiError as error:
        print(printable(f"{command}: {error}"), file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{command}: stopped; run again to {rest}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if getattr(error, "errno", None) in _NO_ROOM:
            print(f"{command}: {written} cannot be written: {error}", file=sys.stderr)
            return 1
        if isinstance(error, OSError):
            # Of a file of the lake: it names the file.
            print(f"{command}: {str(error).splitlines()[0]}", file=sys.stderr)
            return 1
        log = write_log(logs_folder(), command)
        print(f"{command}: failed; see {log}", file=sys.stderr)
    return 1
