"""Durations are those of New York's clocks, as Python's own zone data has them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import jinja2

from taxi.lake import PROJECT

NEW_YORK = ZoneInfo("America/New_York")
YEARS = range(2009, 2041)
MACROS = ("is_daylight_saving_time", "elapsed_seconds", "is_unclear_hour")


def moments_around_changes() -> list[list[datetime]]:
    """Wall-clock times of each change: the nights about it, and a month either side."""
    steps = [timedelta(days=days) for days in (-35, -7, -1, 1, 7, 35)]
    steps += [timedelta(minutes=minutes) for minutes in range(-90, 271, 15)]
    around = []
    for year in YEARS:
        days = [datetime(year, 1, 1) + timedelta(days=day) for day in range(365)]
        for day, following in pairwise(days):
            if offset(day) != offset(following):
                around.append([day + step for step in steps])
                around[-1].append(day + timedelta(hours=1, minutes=59, seconds=59))
    return around


def offset(moment: datetime, fold: int = 0) -> timedelta:
    return moment.replace(tzinfo=NEW_YORK, fold=fold).utcoffset()


def is_unclear(moment: datetime) -> bool:
    return offset(moment) != offset(moment, fold=1)


def seconds(start: datetime, finish: datetime) -> int | None:
    if is_unclear(start) or is_unclear(finish):
        return None
    start, finish = (
        moment.replace(tzinfo=NEW_YORK).astimezone(UTC) for moment in (start, finish)
    )
    return int((finish - start).total_seconds())


def test_durations_across_every_change_of_the_clock(spark):
    around = moments_around_changes()
    assert len(around) == 2 * len(YEARS)
    text = "".join((PROJECT / "macros" / f"{name}.sql").read_text() for name in MACROS)
    call = (
        "if({{ is_unclear_hour('a') }} or {{ is_unclear_hour('b') }}, null, "
        "{{ elapsed_seconds('a', 'b') }})"
    )
    expression = jinja2.Environment(autoescape=False).from_string(text + call).render()
    pairs = [pair for moments in around for pair in product(moments, repeat=2)]
    frame = spark.createDataFrame(pairs, "a timestamp_ntz, b timestamp_ntz")
    found = frame.selectExpr("a", "b", f"{expression} as seconds").collect()
    wrong = [row for row in found if row.seconds != seconds(row.a, row.b)]
    assert not wrong[:3]
    assert sum(row.seconds is None for row in found) > 10_000
    assert len(found) > 60_000
