from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import recomputed

from project import SAMPLE

HOUR_KEY = ("pickup_location_id", "revenue_hour_at")
MONTH_KEY = ("pickup_location_id", "service_type", "revenue_month")


def by_key(rows: list[dict], key: tuple[str, ...]) -> dict[tuple, dict]:
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows), f"{key} repeats"
    return found


def average(total: int | Decimal | None, count: int) -> Decimal | None:
    """An average as the mart rounds it: half up at the fourth decimal."""
    if not count:
        return None
    return (Decimal(total) / count).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def assert_marts_equal_files(project, files: list[Path]) -> None:
    engine = recomputed.open_engine(files)
    expected = by_key(recomputed.monthly(engine), MONTH_KEY)
    for row in expected.values():
        row["average_passenger_count"] = average(
            row.pop("passengers"), row.pop("trips_with_passengers")
        )
        row["average_trip_distance_miles"] = average(
            row.pop("miles"), row.pop("trips_with_miles")
        )
    assert expected
    assert by_key(project.rows("marts", "fct_monthly_zone_revenue"), MONTH_KEY) == (
        expected
    )
    expected = by_key(recomputed.hourly(engine), HOUR_KEY)
    assert (
        by_key(project.rows("marts", "fct_hourly_zone_revenue"), HOUR_KEY) == expected
    )


def test_the_sample_s_marts_equal_its_files(sample):
    assert_marts_equal_files(sample, [*SAMPLE.glob("*.gz"), *SAMPLE.glob("*.parquet")])
