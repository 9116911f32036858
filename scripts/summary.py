"""Print what is published: trips by service, the best zones, and where it lies.

Months that are landed and not built, or built and not published, are named.
"""

import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from taxi.commands import Parser, guarded
from taxi.lake import Lake
from taxi.publishing.reading import Marts
from taxi.publishing.shown import Shown, read_shown
from taxi.publishing.waiting import read_waiting, waiting_lines

BEST_ZONES = 5


def read_mart(marts: Marts, name: str, columns: tuple[str, ...]) -> pa.Table:
    """Read columns of a mart without a JVM."""
    return marts.open(name).scan(selected_fields=columns).to_arrow()


def service_lines(months: pa.Table) -> list[str]:
    """A line for each service: its months, and its trips landed, kept and set aside."""
    counts = ("landed_row_count", "kept_trip_count", "set_aside_row_count")
    sums = months.group_by("service_type").aggregate(
        [("source_month", "count"), *((column, "sum") for column in counts)]
    )
    return [
        f"  {row['service_type']:<7}"
        f"{row['source_month_count']:>3} months"
        f"{row['landed_row_count_sum']:>14,} trips landed"
        f"{row['kept_trip_count_sum']:>14,} kept"
        f"{row['set_aside_row_count_sum']:>10,} set aside"
        for row in sums.sort_by("service_type").to_pylist()
    ]


def best_zone_lines(revenue: pa.Table) -> list[str]:
    """A line for each zone, month and service of the largest revenue."""
    order = [("total_revenue", "descending")]
    # Ties fall to the earlier month and the smaller id: a rerun prints the same.
    order += [("revenue_month", "ascending"), ("pickup_location_id", "ascending")]
    best = revenue.take(pc.sort_indices(revenue, order)[:BEST_ZONES])
    return [
        f"  {row['revenue_month']:%Y-%m}  {row['service_type']:<7}"
        f"{row['pickup_zone_name']:<32}"
        f"{row['total_revenue']:>16,} USD{row['trip_count']:>10,} trips"
        for row in best.to_pylist()
    ]


def summary(lake: Lake) -> list[str]:
    """The whole summary, line by line, all of one publication."""
    shown = read_shown(lake)
    marts = shown.marts
    months = read_mart(
        marts,
        "fct_source_months",
        (
            "service_type",
            "source_month",
            "landed_row_count",
            "kept_trip_count",
            "set_aside_row_count",
            "landed_total_amount",
        ),
    )
    revenue = read_mart(
        marts,
        "fct_monthly_zone_revenue",
        (
            "revenue_month",
            "service_type",
            "pickup_location_id",
            "pickup_zone_name",
            "total_revenue",
            "trip_count",
        ),
    )
    total = pc.sum(revenue["total_revenue"]).as_py() or Decimal(0)
    return [
        _shown_line(shown),
        "Trips",
        *service_lines(months),
        f"Revenue: {total:,} USD over {len(revenue):,} zone months; the best of them",
        *best_zone_lines(revenue),
        *_newer_lines(shown, lake),
        f"Tables: Iceberg, in {lake} (set TAXI_LAKE to choose another folder)",
        "Look: source .venv/bin/activate && dbt show --select fct_monthly_zone_revenue",
    ]


def _shown_line(shown: Shown) -> str:
    one, build = shown.publication, shown.build
    return (
        f"Publication {one.publication_id} of {_moment(one.published_at)}, "
        f"which is build {build.build_id} of {_moment(build.started_at)}"
    )


def _newer_lines(shown: Shown, lake: Lake) -> list[str]:
    """What readers do not see yet."""
    lines = waiting_lines(read_waiting(lake))
    newer = shown.newer
    if newer and newer.is_publishable:
        lines.append(
            f"build {newer.build_id} is newer: run python scripts/publish.py to show it"
        )
    elif newer:
        lines.append(f"{newer.fate}, and is not published")
    return [f"Not in it: {line}" for line in lines]


def _moment(text: str) -> str:
    return f"{text[:19]}Z"


def main(argv: list[str] | None = None) -> int:
    """Print the summary of the lake that the environment names."""
    Parser(prog="summary.py", description=__doc__).parse_args(argv)
    return guarded("summary", _run)


def _run() -> int:
    print("\n".join(summary(Lake.from_environment())), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
