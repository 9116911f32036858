"""Let old versions of tables go, and the files that only they needed."""

import argparse
import sys
from datetime import UTC, datetime, timedelta

from taxi.commands import Parser, add_wait, guarded, wait_seconds_of, whole_number
from taxi.lake import Lake
from taxi.landing.recovery import recover_alone
from taxi.locks import LakeLock
from taxi.progress import RowProgress
from taxi.upkeep.expire import Plan, expire, plan
from taxi.upkeep.faults import size


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    options = _parser().parse_args(argv)
    cutoff = datetime.now(UTC) - timedelta(days=options.older_than)

    def work() -> int:
        lake = Lake.from_environment()
        if options.yes:
            _say(_expire(lake, cutoff, wait_seconds_of(options)), "removed {}")
        else:
            _say(plan(lake, cutoff), "would remove {}; --yes (make: YES=1) does it")
        return 0

    return guarded("expire", work, then="run again to remove the rest")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="expire.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--older-than",
        type=whole_number("number of days", most=99_999),
        default=30,
        metavar="DAYS",
        help="keep what was current in the last DAYS days (default: 30)",
    )
    parser.add_argument(
        "--yes", action="store_true", help="remove it; without, only say what would go"
    )
    add_wait(parser)
    return parser


def _expire(lake: Lake, cutoff: datetime, wait_seconds: float | None) -> Plan:
    # A lake that is not there, or damaged, is said before anything is created.
    plan(lake, cutoff)
    with LakeLock(lake, "expire", wait_seconds=wait_seconds) as lock:
        recover_alone(lake, lock)
        with RowProgress() as progress:
            progress.begin("files")
            return expire(lake, cutoff, progress.advance)


def _say(what: Plan, words: str) -> None:
    for table, counts in what.by_table().items():
        print(f"{table}: {_counted(counts['snapshots'], counts['files'])}")
    total = _counted(what.snapshot_count, len(what.files))
    print(words.format(f"{total}, {size(what.byte_count)}"))


def _counted(snapshots: int, files: int) -> str:
    return f"{snapshots:,} snapshots, {files:,} files"


if __name__ == "__main__":
    sys.exit(main())
