"""Explain a number: how the revenue of one zone, month and service arises.

Shows the files of TLC's that bring its trips, the parts of its total, reversals, flags,
and what was set aside; then whether the trips add up to the mart's cell.
"""

import argparse
import re
import sys
from datetime import date

from taxi.commands import Parser, guarded, whole_number
from taxi.errors import TaxiError
from taxi.explain.account import explain
from taxi.explain.reading import Cell
from taxi.explain.text import as_json, lines, nothing_as_json, verdict
from taxi.lake import Lake
from taxi.landing.columns import SERVICES
from taxi.publishing.reading import read_published, read_working
from taxi.publishing.waiting import read_waiting

_EXIT_CODES = """\
exit codes:
  0  the trips add up to the mart's cell, whatever waits to be built or published
  1  they do not, or there is no such cell, or the lake cannot be read
  2  an option is wrong
"""


def main(argv: list[str] | None = None) -> int:
    """Print the account. Return the exit code: 1 if it does not add up."""
    options = _parser().parse_args(argv)
    return guarded("explain", lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    cell = Cell(options.zone, options.month, options.service)
    lake = Lake.from_environment()
    waiting = []
    try:
        waiting = read_waiting(lake)
        if options.working:
            waiting = [one for one in waiting if not one.is_built]
        marts = read_working(lake) if options.working else read_published(lake)
        account = explain(lake.open_existing(), marts, cell, options.rows, waiting)
    except TaxiError as error:
        if options.json:
            print(nothing_as_json(cell, waiting, error), flush=True)
        raise
    text = as_json(account) if options.json else "\n".join(lines(account))
    print(text, flush=True)
    if account.faults:
        raise TaxiError(verdict(account))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="explain.py",
        description=__doc__,
        epilog=_EXIT_CODES,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--zone",
        type=whole_number("number; write one such as 74"),
        required=True,
        metavar="ID",
        help="id of the zone",
    )
    parser.add_argument(
        "--month", type=_month, required=True, metavar="YYYY-MM", help="month of pickup"
    )
    parser.add_argument(
        "--service", choices=list(SERVICES), required=True, help="which taxis"
    )
    parser.add_argument(
        "--rows",
        type=whole_number("number; write one such as 74"),
        default=0,
        metavar="N",
        help="list the first N trips with their rows in TLC's files, counted from 0",
    )
    parser.add_argument(
        "--working",
        action="store_true",
        help="read what dbt built last, tested or not, instead of what is published",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _month(text: str) -> date:
    try:
        if not re.fullmatch(r"[12][0-9]{3}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no month; write one such as 2023-02"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
