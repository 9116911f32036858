"""Export the published marts to BigQuery, and prove what arrived."""

import sys

from taxi.bigquery import options as export_options
from taxi.bigquery.describe import DONE, PLANNED, byte_counts, plan_line, statements
from taxi.bigquery.exporting import Exporter
from taxi.bigquery.fill import LOAD
from taxi.bigquery.months import listed
from taxi.bigquery.verify import differing_cells
from taxi.commands import Parser, guarded
from taxi.lake import Lake
from taxi.progress import RowProgress

# Differences that are said one by one.
_MOST_LINES = 100


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if BigQuery differs, or on a failure."""
    parser = Parser(prog="export_bigquery.py", description=__doc__, allow_abbrev=False)
    export_options.add_target(parser)
    export_options.add_content(parser)
    export_options.add_doing(parser)
    options = parser.parse_args(argv)
    request = export_options.request_of(parser, options)

    def warn(text: str) -> None:
        print(f"export_bigquery: {text}", file=sys.stderr)

    def work() -> int:
        with RowProgress() as progress:
            exporter = Exporter(Lake.from_environment(), request, progress.begin, warn)
            if options.verify:
                return _verify(exporter)
            if options.dry_run:
                return _dry_run(exporter, is_measured=options.via == LOAD)
            return _send(exporter)

    return guarded(
        "export_bigquery",
        work,
        "the folder exports of the lake",
        "run again; BigQuery holds each table as it was or as it is to be",
    )


def _send(exporter: Exporter) -> int:
    exporter.clear_left_behind()
    plans = exporter.plan(is_sending=True)
    sizes = exporter.send(plans)
    for plan in plans:
        print(plan_line(plan, DONE, sizes.get(plan.mart.name)))
    return 0


def _dry_run(exporter: Exporter, is_measured: bool) -> int:
    plans = exporter.plan()
    # What Spark would write is known when it has.
    sizes = byte_counts(plans) if is_measured else {}
    for plan in plans:
        print(plan_line(plan, PLANNED, sizes.get(plan.mart.name)))
    for statement in statements(plans, exporter.warehouse):
        print(statement)
    return 0


def _verify(exporter: Exporter) -> int:
    plans = exporter.plan()
    lines = []
    for plan in plans:
        if plan.table is None:
            lines.append(f"{plan.mart.name}: BigQuery has no such table")
            continue
        for month in plan.touched:
            lines += differing_cells(exporter.warehouse, plan, month)
    for line in lines[:_MOST_LINES]:
        print(line)
    if len(lines) > _MOST_LINES:
        print(f"... and {len(lines) - _MOST_LINES:,} more")
    if not lines:
        for plan in plans:
            print(f"{plan.mart.name}: {listed(plan.held)} as published")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
