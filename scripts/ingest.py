"""Land TLC's trip files in the lake's `tlc` tables, or take a landed month out."""

import argparse
import errno
import re
import sys
from datetime import date
from pathlib import Path

from taxi.commands import Parser, logs_folder, write_log
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.landing import drift
from taxi.landing.columns import SERVICES
from taxi.landing.report import Report
from taxi.landing.run import Wishes, run
from taxi.landing.withdraw import withdraw
from taxi.locks import wait_of_environment

# A disk that is full or may not be written to: the user's to mend.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if a file was refused."""
    options = _parser().parse_args(argv)
    try:
        lake = Lake.from_environment()
        wait_seconds = None if options.wait else wait_of_environment()
        if options.withdraw:
            report = Report()
            report.withdraw(withdraw(lake, *options.withdraw, wait_seconds))
        else:
            report = run(lake, _wishes(options, wait_seconds))
        if options.report:
            drift.write(options.report, report.entries)
    except TaxiError as error:
        print(f"ingest: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("ingest: stopped; run again to land the rest", file=sys.stderr)
        return 130
    except Exception as error:
        if getattr(error, "errno", None) in _NO_ROOM:
            print(f"ingest: the lake cannot be written: {error}", file=sys.stderr)
            return 1
        log = write_log(logs_folder(), "ingest")
        print(f"ingest: failed; see {log}", file=sys.stderr)
        return 1
    return 1 if report.refused_count else 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="ingest.py", description=__doc__, allow_abbrev=False)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--from",
        dest="folder",
        metavar="FOLDER",
        type=_folder,
        help="folder of TLC's .parquet, .csv and .csv.gz files",
    )
    what.add_argument(
        "--withdraw",
        nargs=2,
        action=_ServiceAndMonth,
        metavar=("SERVICE", "MONTH"),
        help="take a landed month out, such as green 2023-02",
    )
    parser.add_argument(
        "--services",
        type=_services,
        help="services to land, such as green,yellow (default: both)",
    )
    parser.add_argument(
        "--months",
        type=_months,
        default=(date.min, date.max),
        help="a month, 2023-01, or first and last, 2023-01:2024-03 (default: all)",
    )
    parser.add_argument(
        "--max-bad-values",
        type=_count,
        default=0,
        metavar="N",
        help="land up to N values of a file that do not fit as null (default: 0)",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="let a CSV displace the landed parquet of its month",
    )
    parser.add_argument(
        "--wait",
        action="store_true",
        help="wait for a build that holds the lake, instead of giving up",
    )
    parser.add_argument(
        "--report",
        type=_new_file,
        metavar="FILE",
        help="write as JSON how each file differs from today's and what was done",
    )
    return parser


def _wishes(options: argparse.Namespace, wait_seconds: float | None) -> Wishes:
    first, last = options.months
    return Wishes(
        options.folder,
        options.services,
        first,
        last,
        options.max_bad_values,
        options.replace,
        wait_seconds,
    )


class _ServiceAndMonth(argparse.Action):
    """Two words, as one service and the first day of one month."""

    def __call__(self, parser, namespace, values, option_string=None):
        service, text = values
        try:
            if service not in SERVICES:
                _services(service)
            first, last = _months(text)
            if first != last:
                raise argparse.ArgumentTypeError(f"{text!r} is more than one month")
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from None
        setattr(namespace, self.dest, (service, first))


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def _new_file(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir() or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no file in a folder that exists")
    return path


def _services(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    for name in sorted(names - set(SERVICES)):
        raise argparse.ArgumentTypeError(
            f"{name!r} is no service; write {' or '.join(SERVICES)}"
        )
    return names


def _months(text: str) -> tuple[date, date]:
    ends = text.split(":")
    try:
        if not all(re.fullmatch(r"[0-9]{4}-[0-9]{2}", end) for end in ends):
            raise ValueError
        months = [date.fromisoformat(f"{end}-01") for end in ends]
        first, last = months[0], months[-1]
        if len(months) > 2 or first > last:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no month (2023-01) nor months in order (2023-01:2024-03)"
        ) from None
    return first, last


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no count")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
