"""Let readers see the last build that passed its tests: all marts at one moment.

The schema `published` then holds the tables that the build recorded, even if dbt has
changed the marts since. A build of a selection, or one that failed, is not published.
"""

import argparse
import sys

from taxi.commands import Parser, add_wait, guarded, wait_seconds_of, whole_number
from taxi.lake import Lake
from taxi.publishing.history import publication_lines
from taxi.publishing.publish import publish, roll_back

_THE_ONE_BEFORE = object()


def main(argv: list[str] | None = None) -> int:
    """Switch, or list what was published. Return the exit code."""
    options = _parser().parse_args(argv)
    return guarded("publish", lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    lake = Lake.from_environment()
    if options.list:
        print("\n".join(publication_lines(lake)), flush=True)
        return 0
    wait_seconds = wait_seconds_of(options)
    if options.rollback is None:
        switch = publish(lake, wait_seconds)
    else:
        asked = None if options.rollback is _THE_ONE_BEFORE else options.rollback
        switch = roll_back(lake, asked, wait_seconds)
    for note in switch.notes:
        print(f"publish: {note}", file=sys.stderr)
    print(switch.said, flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="publish.py",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--rollback",
        nargs="?",
        const=_THE_ONE_BEFORE,
        type=whole_number("number; --list shows the publications"),
        metavar="PUBLICATION",
        help="show an earlier publication again, by default the one before",
    )
    what.add_argument(
        "--list", action="store_true", help="list the publications, the newest last"
    )
    add_wait(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
