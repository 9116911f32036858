"""The options of fetching, which ingest.py and mirror.py share."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from taxi.commands import whole_number
from taxi.fetching.offers import Wanted
from taxi.fetching.places import (
    Opener,
    names_one_file,
    needs_months,
    read_bucket,
    read_place,
)
from taxi.fetching.setting import JOBS, MOST_BYTES, Fetching
from taxi.fetching.web import TLC
from taxi.landing.columns import SERVICES

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def add_place(group) -> None:
    """Add the option that says from where."""
    group.add_argument(
        "--from",
        dest="source",
        metavar="PLACE",
        help="a folder with the folders within, gs://bucket/folder, or "
        "https://server/folder, of files as TLC names them; also one file or its "
        "address (default with --months: TLC's own)",
    )


def add_wanted(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which files."""
    parser.add_argument(
        "--services",
        type=read_services,
        help=f"services, such as {','.join(SERVICES)} (default: both)",
    )
    parser.add_argument(
        "--months",
        type=read_months,
        default=Wanted(),
        metavar="MONTHS",
        help="a month, 2023-01, first and last, 2023-01:2024-03, or latest "
        "(default: all; a web server has to be asked for months)",
    )


def add_others(parser: argparse.ArgumentParser) -> None:
    """Add the option that lets files be whose names tell no month."""
    parser.add_argument(
        "--ignore-other-files",
        dest="ignores_others",
        action="store_true",
        help="bear .parquet, .csv, .gz and .zip files whose names tell no service and "
        "month, or not one whole month; they are named, and never read",
    )


def add_fetching(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how files are fetched."""
    fetching = parser.add_argument_group("fetching")
    fetching.add_argument(
        "--jobs",
        type=_number(1, 64),
        metavar="N",
        help="files fetched at once (default: 4); no more than one for each core is "
        "read at once",
    )
    fetching.add_argument(
        "--retries",
        type=_number(0, 100),
        default=5,
        metavar="N",
        help="further attempts after one that failed (default: 5)",
    )
    fetching.add_argument(
        "--timeout",
        type=_number(1, 3600),
        default=30,
        metavar="SECONDS",
        help="how long a server may be silent (default: 30)",
    )
    fetching.add_argument(
        "--max-bytes",
        type=_bytes,
        default=MOST_BYTES,
        metavar="SIZE",
        help="refuse larger files; 500M, 4G (default: 4 GiB)",
    )
    fetching.add_argument(
        "--verify",
        action="store_true",
        help="fetch again and compare the content, where an ETag would do",
    )
    fetching.add_argument(
        "--no-cache",
        action="store_true",
        help="keep no downloads, and resume none of another run",
    )
    cloud = parser.add_argument_group("Google Cloud Storage")
    cloud.add_argument("--project", help="the project that is charged")
    cloud.add_argument(
        "--endpoint", type=_endpoint, metavar="URL", help="the address of its API"
    )


def add_forms(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a run reports."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--quiet",
        dest="form",
        action="store_const",
        const="quiet",
        default="text",
        help="say only what is refused or missing",
    )
    forms.add_argument(
        "--json",
        dest="form",
        action="store_const",
        const="json",
        help="write a JSON object for each file and one for the run",
    )


def fetching_of(
    parser: argparse.ArgumentParser, options: argparse.Namespace
) -> Fetching:
    """What the options say of fetching; ends the program if they do not fit."""
    source = options.source
    if getattr(options, "reland", False):
        return _fetching(options, None)
    if source is None:
        if options.months == Wanted():
            parser.error(
                "name a place by --from, or by --months what to fetch from TLC"
            )
        source = TLC
    try:
        opener = read_place(source)
        if needs_months(source) and options.months == Wanted():
            parser.error("--months: a web server lists nothing; name the months")
        if names_one_file(source) and options.months != Wanted():
            parser.error("--months: --from names one file already")
    except ValueError as error:
        parser.error(f"argument --from: {error}")
    return _fetching(options, opener)


def _fetching(options: argparse.Namespace, opener: Opener | None) -> Fetching:
    return Fetching(
        opener,
        jobs=options.jobs or JOBS,
        retries=options.retries,
        timeout=options.timeout,
        most_bytes=options.max_bytes,
        is_strict=options.verify,
        is_kept=not options.no_cache,
        project=options.project,
        endpoint=options.endpoint,
    )


def wanted_of(options: argparse.Namespace) -> Wanted:
    """Which files the options want."""
    months = options.months
    return Wanted(options.services, months.first, months.last, months.is_latest)


def read_services(text: str) -> frozenset[str]:
    """Services as an option names them.

    Raises:
        argparse.ArgumentTypeError: if one is none.
    """
    names = frozenset(text.split(","))
    for name in sorted(names - set(SERVICES)):
        raise argparse.ArgumentTypeError(
            f"{name!r} is no service; write {' or '.join(SERVICES)}"
        )
    return names


def read_months(text: str) -> Wanted:
    """Months as an option names them.

    Raises:
        argparse.ArgumentTypeError: if they are none.
    """
    if text == "latest":
        return Wanted(is_latest=True)
    try:
        first, last = month_range(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor latest") from None
    return Wanted(first=first, last=last)


def read_bucket_folder(text: str) -> tuple[str, str]:
    """The bucket and the folder of `gs://bucket/folder`, as an option names them.

    Raises:
        argparse.ArgumentTypeError: if it is not written so.
    """
    try:
        return read_bucket(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def month_range(text: str) -> tuple[date, date]:
    """A month, or the first and the last of several, as first days.

    Raises:
        ValueError: if it is none.
    """
    ends = text.split(":")
    try:
        if not all(re.fullmatch(r"[0-9]{4}-[0-9]{2}", end) for end in ends):
            raise ValueError
        months = [date.fromisoformat(f"{end}-01") for end in ends]
        if len(months) > 2 or months[0] > months[-1]:
            raise ValueError
    except ValueError:
        raise ValueError(
            f"{text!r} is no month (2023-01), nor months in order (2023-01:2024-03)"
        ) from None
    return months[0], months[-1]


def _number(least: int, most: int) -> Callable[[str], int]:
    return whole_number(f"number from {least} to {most}", least, most)


def _bytes(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,12})([kmg]?)b?", text.lower())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 500M")
    return int(found[1]) * _UNITS[found[2]]


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_fit = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_fit = False
    if not is_fit or "@" in text:
        raise argparse.ArgumentTypeError("that is no address of a web server")
    return text.rstrip("/")
