"""Check that a lake is whole: every file as committed, every row accounted for."""

import sys

from taxi.commands import Parser, add_wait, guarded, wait_seconds_of
from taxi.lake import Lake
from taxi.locks import LakeLock
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
    add_wait(parser)
    options = parser.parse_args(argv)

    def work() -> int:
        lake = Lake.from_environment()
        findings = _check(lake, options.quick, wait_seconds_of(options))
        for fault in findings.faults:
            print(fault)
        for note in findings.notes:
            print(f"note: {note}")
        print(findings.summary())
        return 1 if findings.faults else 0

    return guarded("check_lake", work)


def _check(lake: Lake, is_quick: bool, wait_seconds: float | None) -> Findings:
    # To hold a lake is to make its folders.
    lake.require()
    with RowProgress() as progress:
        progress.begin("files")
        # In a lake that nobody can write to, nobody is in the midst of a change.
        if not lake.database.may_be_written():
            return check(lake, is_quick, progress.advance)
        with LakeLock(lake, "check_lake", alone=False, wait_seconds=wait_seconds):
            return check(lake, is_quick, progress.advance)


if __name__ == "__main__":
    sys.exit(main())
