"""Land TLC's trip files in the lake's `tlc` tables, or take a landed month out.

Files come from a folder, a bucket or a web server, which is TLC's own unless you name
another. What is landed unchanged is left alone.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from taxi.commands import Parser, add_wait, guarded, wait_seconds_of, whole_number
from taxi.fetching import options as fetching_options
from taxi.fetching.cache import Cache
from taxi.fetching.options import fetching_of, wanted_of
from taxi.fetching.setting import cache_folder
from taxi.lake import Lake
from taxi.landing import drift
from taxi.landing.checks import MOST_LOST_PERCENT
from taxi.landing.diff import compare
from taxi.landing.reland import reland
from taxi.landing.report import Report, print_difference
from taxi.landing.run import Wishes, run
from taxi.landing.withdraw import withdraw
from taxi.progress import RowProgress
from taxi.telling import Teller

_EXAMPLES = """\
examples:
  ingest.py --months 2023-01:2024-12        fetch and land them from TLC
  ingest.py --from gs://bucket/folder       land what is there
  ingest.py --from data/sample --dry-run    say what that would do
"""

# What these heed of the other options.
_HEEDED = {"withdraw": ("wait", "form"), "clean_cache": ("form",), "diff": ()}


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if a file was refused."""
    parser = _parser()
    options = parser.parse_args(argv)
    _refuse_idle(parser, options)
    is_landing = not (options.clean_cache or options.withdraw or options.diff)
    fetching = fetching_of(parser, options) if is_landing else None

    def work() -> int:
        lake = Lake.from_environment()
        if options.clean_cache:
            return _clean_cache(cache_folder(lake), options.form)
        wait_seconds = wait_seconds_of(options)
        if options.diff:
            _diff(lake, *options.diff)
            return 0
        if options.withdraw:
            report = Report(options.form)
            with report.concluding():
                report.withdraw(withdraw(lake, *options.withdraw, wait_seconds))
            return 0
        wishes = Wishes(
            fetching,
            wanted_of(options),
            options.max_bad_values,
            options.replace,
            options.dry_run,
            options.form,
            wait_seconds,
            options.jobs,
            options.ignores_others,
        )
        report = reland(lake, wishes) if options.reland else run(lake, wishes)
        if options.report:
            drift.write(options.report, report.drift.entries)
        return 1 if report.refused_count else 0

    return guarded("ingest", work, then="run again to land the rest")


def _diff(lake: Lake, service: str, month: date) -> None:
    with RowProgress() as progress:
        progress.begin(f"{service} {month:%Y-%m}")
        difference = compare(lake, service, month, progress.advance)
    print_difference(service, month, difference)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ingest.py",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group()
    fetching_options.add_place(what)
    what.add_argument(
        "--reland",
        action="store_true",
        help="land anew, by today's rules, from the cache or from where they came: the "
        "--services and --months named, or else the months whose rules are older, or "
        "that have columns which nobody knew",
    )
    what.add_argument(
        "--withdraw",
        nargs=2,
        action=_ServiceAndMonth,
        metavar=("SERVICE", "MONTH"),
        help="take a landed month out, such as green 2023-02",
    )
    what.add_argument(
        "--diff",
        nargs=2,
        action=_ServiceAndMonth,
        metavar=("SERVICE", "MONTH"),
        help="say what the last landing of a month changed, such as green 2023-02",
    )
    what.add_argument(
        "--clean-cache",
        action="store_true",
        help="remove the downloads that are kept",
    )
    fetching_options.add_wanted(parser)
    fetching_options.add_others(parser)
    parser.add_argument(
        "--max-bad-values",
        type=whole_number("count"),
        default=0,
        metavar="N",
        help="land up to N values of a file that do not fit as null, a broken row "
        "counting as one (default: 0)",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="let a file displace what is landed of its month, though that is a "
        f"parquet and the file a CSV, or more than {MOST_LOST_PERCENT} percent of the "
        "rows are lost by it",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be fetched and landed, and do nothing",
    )
    add_wait(parser)
    parser.add_argument(
        "--report",
        type=_new_file,
        metavar="FILE",
        help="write as JSON how each file differs from today's and what was done",
    )
    fetching_options.add_forms(parser)
    fetching_options.add_fetching(parser)
    return parser


class _ServiceAndMonth(argparse.Action):
    """Two words, as one service and the first day of one month."""

    def __call__(self, parser, namespace, values, option_string=None):
        service, text = values
        try:
            if "," in service:
                raise argparse.ArgumentTypeError(f"{service!r} is no service")
            fetching_options.read_services(service)
            months = fetching_options.read_months(text)
            if months.first != months.last:
                raise argparse.ArgumentTypeError(f"{text!r} is more than one month")
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentError(self, str(error)) from None
        setattr(namespace, self.dest, (service, months.first))


def _new_file(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir() or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no file in a folder that exists")
    return path


def _refuse_idle(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Refuse an option that what is to be done would not heed."""
    if options.report and (options.dry_run or options.withdraw or options.clean_cache):
        parser.error("--report: only a run that lands files has something to report")
    for what, heeded in _HEEDED.items():
        for name, value in vars(options).items():
            is_given = value != parser.get_default(name)
            if getattr(options, what) and is_given and name not in (what, *heeded):
                shown, wanted = (word.replace("_", "-") for word in (name, what))
                parser.error(f"--{shown}: not allowed with --{wanted}")


def _clean_cache(folder: Path, form: str) -> int:
    count, byte_count = Cache(folder).clean()
    text = f"removed {count} files, {byte_count:,} bytes, from {folder}"
    Teller(form).conclude(text, {"removed": count, "removed_bytes": byte_count})
    return 0


if __name__ == "__main__":
    sys.exit(main())
