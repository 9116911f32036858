"""The options of export_bigquery.py."""

import argparse
import os
import re

from taxi.bigquery.exporting import Request
from taxi.bigquery.fill import LOAD, WAYS
from taxi.bigquery.months import Months
from taxi.bigquery.warehouse import Target
from taxi.commands import whole_number
from taxi.fetching.options import month_range, read_bucket_folder

BUCKET_VARIABLE = "TAXI_EXPORT_BUCKET"


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where to."""
    target = parser.add_argument_group("where to")
    target.add_argument(
        "--dataset", type=_dataset, required=True, help="the dataset of the tables"
    )
    target.add_argument(
        "--bucket",
        metavar="gs://BUCKET[/FOLDER]",
        type=read_bucket_folder,
        default=os.environ.get(BUCKET_VARIABLE),
        help=f"where files lie while they are loaded (default: {BUCKET_VARIABLE})",
    )
    target.add_argument(
        "--project", help="Google Cloud project (default: that of the credentials)"
    )
    target.add_argument(
        "--location",
        type=_location,
        help="where the dataset is, or is to be, such as EU",
    )
    target.add_argument(
        "--create-dataset",
        action="store_true",
        help="create the dataset, in --location, if it is missing",
    )


def add_content(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what."""
    content = parser.add_argument_group("what")
    content.add_argument(
        "--tables",
        type=lambda text: text.split(","),
        metavar="MART,...",
        help="marts (default: all that are exported)",
    )
    content.add_argument(
        "--months",
        type=_months,
        default=Months(),
        metavar="MONTHS",
        help="changed: those whose content differs (default); all: every one, whatever "
        "BigQuery holds; 2023-01 or 2023-01:2023-06: those of them that differ",
    )
    content.add_argument(
        "--recreate",
        action="store_true",
        help="put a full new table in the place of each",
    )


def add_doing(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how."""
    doing = parser.add_argument_group("how")
    only = doing.add_mutually_exclusive_group()
    only.add_argument(
        "--dry-run", action="store_true", help="say what would be sent, send nothing"
    )
    only.add_argument(
        "--verify",
        action="store_true",
        help="compare, send nothing; exit code 1 if BigQuery differs",
    )
    doing.add_argument(
        "--timeout",
        type=whole_number("number of seconds from 1 to 3600", 1, 3600),
        default=60,
        metavar="SECONDS",
        help="how long BigQuery may leave a request unanswered (default: 60)",
    )
    doing.add_argument(
        "--via",
        choices=WAYS,
        default=LOAD,
        help="load: files written here (default); spark: files written by Spark; "
        "connector: rows written by Spark's BigQuery connector",
    )


def request_of(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Request:
    """What the options ask for; ends the program if they do not fit."""
    if options.bucket is None:
        parser.error(f"name a bucket by --bucket or {BUCKET_VARIABLE}")
    if options.recreate and options.months != Months():
        parser.error("--recreate sends every month; leave --months out")
    if options.recreate and options.verify:
        parser.error("--verify sends nothing; leave --recreate out")
    bucket, folder = options.bucket
    return Request(
        Target(
            options.dataset,
            bucket,
            folder,
            options.project,
            options.location,
            options.timeout,
        ),
        options.tables,
        options.months,
        is_creating=options.create_dataset,
        is_recreating=options.recreate,
        way=options.via,
    )


def _dataset(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]{1,1024}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name of a dataset (letters, digits and _)"
        )
    return text


def _location(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{2,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no location such as EU")
    return text


def _months(text: str) -> Months:
    if text in ("changed", "all"):
        return Months(are_forced=text == "all")
    try:
        return Months(*month_range(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor changed or all") from None
