"""The zones of points once more, one polygon after the other and by shapely alone."""

from functools import cache

import numpy as np
import shapely

from taxi.landing.zones.polygons import UNKNOWN_ZONE, Polygons, read_polygons


@cache
def tlc_polygons() -> Polygons:
    """TLC's polygons, which nothing has prepared."""
    return read_polygons()


def plain_zones(points: np.ndarray, polygons: Polygons | None = None) -> np.ndarray:
    """The least id of the polygons that a point touches."""
    polygons = polygons or tlc_polygons()
    points = shapely.points(points)
    zones = np.full(len(points), UNKNOWN_ZONE)
    is_found = np.zeros(len(points), bool)
    for number in np.argsort(polygons.zone_ids, kind="stable"):
        touches = shapely.intersects(polygons.shapes[number], points)
        zones[touches & ~is_found] = polygons.zone_ids[number]
        is_found |= touches
    return zones
