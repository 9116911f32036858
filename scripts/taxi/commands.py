"""What the command lines share: one line for a wrong option, a log for a surprise."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from taxi.errors import TaxiError
from taxi.lake import PROJECT


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


def run_script(name: str, work: Callable[[], int]) -> int:
    """Run what a script is for, and say in one line what went wrong.

    Args:
        work: returns the exit code.
    """
    try:
        return work()
    except TaxiError as error:
        print(f"{name}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        # Of a file of the lake: it names the file.
        print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr)
    except Exception:
        log = write_log(logs_folder(), name)
        print(f"{name}: failed; see {log}", file=sys.stderr)
    return 1
