"""Measure how many points a second get their zone, on one core, beside plain shapely.

Points are as those of taxis: four of five in Manhattan, the others around the city.
"""

import os
import sys
from time import perf_counter

import numpy as np
import shapely

from taxi.commands import Parser, whole_number
from taxi.landing.zones.grid import ZoneGrid
from taxi.landing.zones.polygons import UNKNOWN_ZONE, read_polygons


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if the answers differ."""
    parser = Parser(prog="zones.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--points",
        type=whole_number("count", least=1),
        default=2_000_000,
        help="default: 2000000",
    )
    options = parser.parse_args(argv)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    started = perf_counter()
    polygons = read_polygons()
    print(f"polygons read in {perf_counter() - started:.2f} s")
    started = perf_counter()
    grid = ZoneGrid(polygons)
    print(f"grid made in {perf_counter() - started:.2f} s")

    points = taxi_points(options.points)
    answers = {}
    for name, find in {
        "grid": grid.find,
        "prepared polygons": polygons.zones_of,
        "plain shapely": plain(polygons),
    }.items():
        started = perf_counter()
        answers[name] = find(*points)
        rate = options.points / (perf_counter() - started)
        print(f"{name}: {rate:,.0f} points a second")
    first, *others = answers.values()
    if not all(np.array_equal(first, other) for other in others):
        print("zones: the answers differ", file=sys.stderr)
        return 1
    return 0


def taxi_points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes, the same at every call."""
    chance = np.random.default_rng(2009)
    # Along Manhattan from the Battery to Harlem, and across it.
    along, across = chance.random(count), chance.normal(0, 0.006, count)
    longitudes = -74.012 + 0.072 * along + across
    latitudes = 40.703 + 0.108 * along - across / 2
    elsewhere = chance.random(count) < 0.2
    longitudes[elsewhere] = chance.uniform(-74.05, -73.70, count)[elsewhere]
    latitudes[elsewhere] = chance.uniform(40.55, 40.92, count)[elsewhere]
    return longitudes, latitudes


def plain(polygons):
    """Zones by shapely's tree with its own predicate, without anything prepared."""
    tree = shapely.STRtree(polygons.shapes)

    def find(longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
        points = shapely.points(longitudes, latitudes)
        found, polygon = tree.query(points, predicate="intersects")
        zones = np.full(len(longitudes), np.iinfo(np.int16).max, np.int16)
        np.minimum.at(zones, found, polygons.zone_ids[polygon])
        zones[zones == np.iinfo(np.int16).max] = UNKNOWN_ZONE
        return zones

    return find


if __name__ == "__main__":
    sys.exit(main())
