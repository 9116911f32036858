"""What the command lines share: one line for a wrong option, a log for a surprise."""

import argparse
import errno
import os
import re
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from taxi.bucket_path import in_few_words
from taxi.errors import TaxiError
from taxi.folder import PROJECT
from taxi.interrupts import Terminated, heeded
from taxi.output import printing
from taxi.telling import printable

# A disk that is full or may not be written to: the user's to mend.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with an option in one line."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message}\n")

    def exit(self, status: int = 0, message: str | None = None):
        """End the program; help that cannot be printed is a failure."""
        failed = printing(self.prog.removesuffix(".py"), lambda: status)
        super().exit(failed, message)


def whole_number(
    what: str, least: int = 0, most: int = 999_999_999
) -> Callable[[str], int]:
    """The type of an option that is a whole number in decimal digits.

    Args:
        what: what another text is not, such as `number of days`.
    """

    def read(text: str) -> int:
        is_short = re.fullmatch("[0-9]+", text) and len(text) <= len(str(most))
        if is_short and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is no {what}")

    return read


def share(text: str) -> float:
    """The type of an option that is a share, more than 0 and at most 10."""
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", text) or not 0 < float(text) <= 10:
        raise argparse.ArgumentTypeError(f"{text!r} is no share such as 0.1")
    return float(text)


def add_wait(parser: argparse.ArgumentParser) -> None:
    """Add the option to wait for a lake that is busy."""
    parser.add_argument(
        "--wait",
        action="store_true",
        help="wait for who holds the lake, instead of giving up",
    )


def wait_of_environment() -> float:
    """How many seconds to wait for the lake, by `TAXI_WAIT`; 0 if it is not set.

    Raises:
        TaxiError: if it is no number of seconds.
    """
    text = os.environ.get("TAXI_WAIT") or "0"
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise TaxiError(f"TAXI_WAIT: {text!r} is no number of seconds")
    return float(text)


def wait_seconds_of(options: argparse.Namespace) -> float | None:
    """How long to wait for the lake, by the option or `TAXI_WAIT`; None waits on.

    Raises:
        TaxiError: if the variable is no number of seconds.
    """
    return None if options.wait else wait_of_environment()


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
    then: str | Callable[[], str] = "",
) -> int:
    """Do a command's work; say in one line why it failed, if it does.

    Args:
        written: what it writes, for when the disk is full.
        then: what there is to say or do if it is interrupted.

    Returns:
        The exit code: the work's own, 1 if it failed; 130 if it was interrupted, 143
        if it was asked to end.
    """
    bear_any_encoding()
    return printing(command, lambda: _saying(command, work, written, then))


def _saying(
    command: str,
    work: Callable[[], int],
    written: str,
    then: str | Callable[[], str],
) -> int:
    try:
        with heeded():
            return work()
    except TaxiError as error:
        print(printable(f"{command}: {error}"), file=sys.stderr)
    except KeyboardInterrupt as error:
        then = then if isinstance(then, str) else then()
        said = f"stopped; {then}" if then else "interrupted; run the command again"
        print(f"{command}: {said}", file=sys.stderr)
        return 143 if isinstance(error, Terminated) else 130
    except Exception as error:
        if error is getattr(sys.stdout, "fault", None):
            # `printing` says it, once the work has come to its end.
            return 1
        # SQLAlchemy's, which a job that uses no lake does without.
        if getattr(error, "orig", None) is not None:
            said = printable(" ".join(str(error.orig).split()))
            print(f"{command}: the catalog cannot be used: {said}", file=sys.stderr)
            return 1
        if getattr(error, "errno", None) in _NO_ROOM:
            print(f"{command}: {written} cannot be written: {error}", file=sys.stderr)
            return 1
        if isinstance(error, OSError):
            # Of a file of the lake: it names the file.
            print(f"{command}: {in_few_words(error)}", file=sys.stderr)
            return 1
        print(f"{command}: {_logged(command, error)}", file=sys.stderr)
    return 1


def _logged(command: str, error: Exception) -> str:
    """Log a surprise, and say where."""
    try:
        return f"failed; see {write_log(logs_folder(), command)}"
    except OSError as fault:
        said = printable(" ".join(f"{type(error).__name__}: {error}".split()))
        return (
            f"failed ({said}); {logs_folder()} cannot be written ({fault.strerror}): "
            "name another folder for logs in TAXI_LOGS"
        )


def bear_any_encoding() -> None:
    """Let a name that the terminal's encoding lacks be said with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
