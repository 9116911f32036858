"""Write made-up trip files that look like TLC's: the same ones for the same seed."""

import argparse
import re
import sys
from pathlib import Path

from taxi.commands import Parser, guarded, whole_number
from taxi.errors import TaxiError
from taxi.generate.own_files import refuse_foreign
from taxi.generate.volumes import real_row_count
from taxi.generate.writing import FORMATS, era_of, write_file
from taxi.progress import RowProgress

_SERVICES = ("green", "yellow")


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    options = _parser().parse_args(argv)

    def work() -> int:
        try:
            _write(options)
        except OSError as error:
            raise TaxiError(
                f"{options.to} cannot be written: {error.strerror}"
            ) from error
        return 0

    return guarded("generate_trips", work, then="the files named above are whole")


def _write(options: argparse.Namespace) -> None:
    # All eras first: nothing is written if one of them does not exist.
    eras = [
        era_of(service, month, options.format)
        for service in options.services
        for month in options.months
    ]
    options.to.mkdir(parents=True, exist_ok=True)
    counts = [options.rows or real_row_count(era.service, era.month) for era in eras]
    for era, rows in zip(eras, counts, strict=True):
        refuse_foreign(options.to, era, options.format, rows, options.seed)
    with RowProgress() as progress:
        for era, rows in zip(eras, counts, strict=True):
            progress.begin(f"{era.stem}.{options.format}", rows)
            path = write_file(
                options.to,
                era,
                options.format,
                rows,
                options.seed,
                progress.advance,
            )
            print(
                f"{path.name}: {rows:,} rows, {path.stat().st_size:,} bytes",
                flush=True,
            )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="generate_trips.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--services",
        type=_services,
        default=_SERVICES,
        help="services to write, such as green,yellow (default: both)",
    )
    parser.add_argument(
        "--months",
        type=_months,
        required=True,
        help="a month, 2023-01, or first and last, 2019-01:2019-12",
    )
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="folder to write to; it is made if missing",
    )
    parser.add_argument(
        "--rows",
        type=_rows,
        default=100_000,
        metavar="N",
        help="rows of each file, or 'real' for about as many as TLC's have "
        "(default: 100000)",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="parquet", help="default: parquet"
    )
    parser.add_argument(
        "--seed",
        type=whole_number("whole number from 0 on", most=10**18 - 1),
        default=1,
        metavar="S",
        help="a number that stands for all that is left to chance (default: 1)",
    )
    return parser


def _services(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in _SERVICES:
            raise argparse.ArgumentTypeError(
                f"{name!r} is no service; write {' or '.join(_SERVICES)}"
            )
    return names


def _months(text: str) -> list[str]:
    """Every month from the first to the last, as 2023-01."""
    first, colon, last = text.partition(":")
    last = last if colon else first
    form = r"20[0-9]{2}-(0[1-9]|1[0-2])"
    if not (re.fullmatch(form, first) and re.fullmatch(form, last) and first <= last):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no month (2023-01) nor months in order (2023-01:2024-03)"
        )
    ends = [int(end[:4]) * 12 + int(end[5:]) - 1 for end in (first, last)]
    numbers = range(ends[0], ends[1] + 1)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def _rows(text: str) -> int | None:
    if text == "real":
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,7}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no count of rows from 1 to 99999999, nor 'real'"
        )
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
