"""List the builds of the lake: when, what they loaded, rows and money before and after.

With --as-of, say how to read each mart as that build left it. Months that are landed
and not built, or built and not published, are named on stderr.
"""

import argparse
import json
import sys
from dataclasses import asdict

from taxi.commands import Parser, guarded, whole_number
from taxi.lake import Lake
from taxi.publishing.history import (
    history_lines,
    history_records,
    past_builds,
    version_lines,
    versions,
)
from taxi.publishing.waiting import read_waiting, waiting_lines

_NUMBER = whole_number("number; write one such as 3")


def main(argv: list[str] | None = None) -> int:
    """Print the history. Return the exit code."""
    options = _parser().parse_args(argv)
    return guarded("history", lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    lake = Lake.from_environment()
    if options.as_of is not None:
        found = versions(lake, options.as_of)
        records, lines = map(asdict, found), version_lines(found)
    else:
        builds = past_builds(lake, options.limit)
        records, lines = history_records(builds), history_lines(builds)
        if not builds and options.limit != 0:
            lines = ["no build is recorded yet; run dbt build"]
    text = json.dumps(list(records), indent=2) if options.json else "\n".join(lines)
    print(text, flush=True)
    for line in waiting_lines(read_waiting(lake)):
        print(f"history: {line}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="history.py",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--as-of",
        type=_NUMBER,
        metavar="BUILD",
        help="say how to read each mart as this build left it",
    )
    parser.add_argument(
        "--limit", type=_NUMBER, metavar="N", help="only the newest N builds"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
