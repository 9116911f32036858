"""Land TLC's trip files, as they are, in the lake's `tlc` tables."""

import argparse
import re
import sys
from pathlib import Path

from taxi.commands import Parser, guarded
from taxi.fetching.cache import Cache
from taxi.fetching.options import add_forms, add_options, fetching_of, wanted_of
from taxi.fetching.setting import cache_folder
from taxi.lake import Lake
from taxi.landing.run import Wishes, run


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if a file was refused."""
    parser = _parser()
    options = parser.parse_args(argv)
    wishes = None if options.clean_cache else _wishes(parser, options)

    def work() -> int:
        lake = Lake.from_environment()
        if wishes is None:
            return _clean_cache(cache_folder(lake))
        return 1 if run(lake, wishes).refused_count else 0

    return guarded("ingest", work, "the lake", "land the rest")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="ingest.py", description=__doc__, allow_abbrev=False)
    add_options(parser)
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
        "--dry-run",
        action="store_true",
        help="say what would be fetched and landed, and do nothing",
    )
    parser.add_argument(
        "--clean-cache",
        action="store_true",
        help="remove the downloads that are kept, and do nothing else",
    )
    add_forms(parser)
    return parser


def _wishes(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Wishes:
    return Wishes(
        fetching_of(parser, options),
        wanted_of(options),
        options.max_bad_values,
        options.replace,
        options.dry_run,
        options.form,
    )


def _clean_cache(folder: Path) -> int:
    count, byte_count = Cache(folder).clean()
    print(f"removed {count} files, {byte_count:,} bytes, from {folder}")
    return 0


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no count")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
