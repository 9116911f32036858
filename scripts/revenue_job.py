"""Compute revenue by zone from TLC's files with Spark, in one of three ways.

Runs by itself, or by spark-submit on any cluster. Reads the files of any mix of eras,
sets aside what belongs to no month or zone as the marts do, and writes parquet.
"""

import argparse
import os
import sys
from pathlib import Path

import pyspark

from taxi.commands import Parser, guarded, logs_folder
from taxi.errors import TaxiError
from taxi.revenue.answers import Share
from taxi.revenue.event_log import read_run
from taxi.revenue.explaining import explained, explained_lineage
from taxi.revenue.job import ENGINES, Outcome, Wishes, run
from taxi.revenue.session import open_session


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    given = {"green": options.input_green, "yellow": options.input_yellow}
    inputs = {service: named for service, named in given.items() if named}
    if not inputs:
        parser.error("--input_green or --input_yellow is needed, or both")
    if options.explain and options.event_log is None:
        options.event_log = logs_folder() / "spark-events"
    return guarded("revenue_job", lambda: _run(options, inputs), options.output)


def _run(options: argparse.Namespace, inputs: dict[str, list[str]]) -> int:
    if options.event_log:
        _make(options.event_log)
    spark = open_session(options.event_log)
    try:
        wishes = Wishes(
            inputs,
            options.output,
            options.by,
            options.engine,
            options.has_review,
            options.overwrite,
        )
        outcome = run(spark, wishes)
        application_id = spark.sparkContext.applicationId
    finally:
        # The log of events is whole once the session has ended.
        spark.stop()
    _say(outcome)
    if options.explain:
        _explain(outcome, options.event_log / application_id)
    if options.event_log:
        print(f"to see it: {_history_server(options.event_log)}", file=sys.stderr)
    return 0


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TaxiError(f"--event-log: {folder}: {error.strerror}") from error


def _say(outcome: Outcome) -> None:
    for share in outcome.account:
        if share.reason is None:
            print(f"{outcome.address}: {_counted(share)}", flush=True)
        else:
            print(f"set aside {share.reason}: {_counted(share)}", file=sys.stderr)


def _counted(share: Share) -> str:
    return f"{share.trip_count:,} trips, {share.total_revenue:,} USD"


def _explain(outcome: Outcome, log: Path) -> None:
    ran = read_run(log)
    if outcome.lineage is None:
        lines = explained(ran)
    else:
        lines = explained_lineage(outcome.lineage, ran)
    print("\n".join(["", *lines]), flush=True)


def _history_server(folder: Path) -> str:
    """The command that shows logs at http://localhost:18080."""
    home = os.environ.get("SPARK_HOME") or Path(pyspark.__file__).parent
    logs = f"-Dspark.history.fs.logDirectory={folder.resolve().as_uri()}"
    server = "org.apache.spark.deploy.history.HistoryServer"
    return f"SPARK_HISTORY_OPTS={logs} {home}/bin/spark-class {server}"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="revenue_job.py",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for service in ("green", "yellow"):
        parser.add_argument(
            f"--input_{service}",
            nargs="+",
            metavar="PATH",
            help=f"files of {service} trips: a folder, a pattern or files, "
            "here or wherever Spark reads, such as gs://bucket/folder",
        )
    parser.add_argument(
        "--output", required=True, metavar="FOLDER", help="folder for the result"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a result that is there"
    )
    parser.add_argument(
        "--by",
        choices=("month", "hour"),
        default="month",
        help="by zone, month and service; or by zone and hour, both services side by "
        "side (default: month)",
    )
    parser.add_argument(
        "--engine", choices=list(ENGINES), default="sql", help="default: sql"
    )
    parser.add_argument(
        "--no-review",
        action="store_false",
        dest="has_review",
        help="count every row, as courses do, also what belongs to no month or zone",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="print the plan as it ran, its stages marked; log events as --event-log",
    )
    parser.add_argument(
        "--event-log",
        type=Path,
        metavar="FOLDER",
        help="write Spark's log of events there, for its history server "
        "(with --explain: logs/spark-events)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
