"""Check that a lake is whole: every file as committed, every row accounted for."""

import os
import sys

from taxi.commands import Parser, guarded
from taxi.lake import Lake
from taxi.locks import LakeLock, wait_of_environment
from taxi.progress import RowProgress
from taxi.upkeep.check import check
from taxi.upkeep.faults import Findings


def main(argv: list[str] | None = None) -> int:
    """Run the check. Return the exit code: 1 if something is wrong."""
    parser = Parser(prog="check_lake.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="look at the sizes of files, and do not read them whole",
    )
    parser.add_argument(
        "--wait",
        action="store_true",
        help="wait for who changes the lake now, instead of giving up",
    )
    options = parser.parse_args(argv)

    def work() -> int:
        wait_seconds = None if options.wait else wait_of_environment()
        findings = _check(Lake.from_environment(), options.quick, wait_seconds)
        for fault in findings.faults:
            print(fault)
        for note in findings.notes:
            print(f"note: {note}")
        print(findings.summary())
        return 1 if findings.faults else 0

    return guarded("check_lake", work, rest="check it all")


def _check(lake: Lake, is_quick: bool, wait_seconds: float | None) -> Findings:
    with RowProgress() as progress:
        progress.begin("files")
        # In a lake that nobody can write to, nobody is in the midst of a change.
        if not os.access(lake.catalog_file.parent, os.W_OK):
            return check(lake, is_quick, progress.advance)
        with LakeLock(lake, "check_lake", alone=False, wait_seconds=wait_seconds):
            return check(lake, is_quick, progress.advance)


if __name__ == "__main__":
    sys.exit(main())
