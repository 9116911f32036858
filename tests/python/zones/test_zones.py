"""Every point gets the zone that plain shapely finds, whatever the grid says first."""

import json
import subprocess
import sys

import numpy as np
import pytest
import shapely

from plain_zones import plain_zones, tlc_polygons
from taxi.lake import PROJECT
from taxi.landing.zones.grid import ZoneGrid, zone_grid
from taxi.landing.zones.polygons import UNKNOWN_ZONE, Polygons, read_polygons

POLYGONS = tlc_polygons()
NAN, INFINITE = float("nan"), float("inf")


def found(points: np.ndarray, grid: ZoneGrid | None = None) -> np.ndarray:
    points = np.asarray(points, float)
    return (grid or zone_grid()).find(points[:, 0], points[:, 1])


def parts() -> tuple[np.ndarray, np.ndarray]:
    """All simple polygons with the ids of their zones."""
    shapes, owner = shapely.get_parts(POLYGONS.shapes, return_index=True)
    return shapes, POLYGONS.zone_ids[owner]


def test_polygons_are_those_of_tlc(shared_data):
    given = shared_data / "zones" / "taxi_zones_wgs84.geojson"
    features = json.loads(given.read_text())["features"]
    theirs = read_polygons(given)
    assert len(theirs.shapes) == len(features) == 263
    assert np.array_equal(POLYGONS.zone_ids, theirs.zone_ids)
    assert shapely.equals_identical(POLYGONS.shapes, theirs.shapes).all()
    ids = sorted(one["properties"]["LocationID"] for one in features)
    assert POLYGONS.zone_ids.tolist() == ids


def test_ids_that_several_polygons_share_and_that_none_has():
    ids, counts = np.unique(POLYGONS.zone_ids, return_counts=True)
    assert dict(zip(ids[counts > 1], counts[counts > 1], strict=True)) == {
        56: 2,
        103: 3,
    }
    assert set(range(1, 266)) - set(ids.tolist()) == {57, 104, 105, 264, 265}


def test_points_inside_every_part_of_every_zone():
    shapes, ids = parts()
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes))
    expected = plain_zones(inside)
    assert np.array_equal(found(inside), expected)
    # The few parts that another zone overlaps there do not hide a fault of the rest.
    assert (expected == ids).mean() > 0.99
    assert set(ids.tolist()) == set(expected.tolist())


def test_corners_of_every_zone():
    corners = shapely.get_coordinates(POLYGONS.shapes)
    expected = plain_zones(corners)
    assert (expected != UNKNOWN_ZONE).all()
    assert np.array_equal(found(corners), expected)


def test_points_beside_the_borders_of_every_zone():
    corners = shapely.get_coordinates(POLYGONS.shapes)
    middles = (corners[1:] + corners[:-1]) / 2
    for step in (0, 1e-9, -1e-9, 1e-6, -1e-6):
        points = middles + step
        assert np.array_equal(found(points), plain_zones(points)), step


def test_points_around_every_zone():
    bounds = shapely.bounds(POLYGONS.shapes)
    steps = np.linspace(-0.1, 1.1, 12)
    low, size = bounds[:, None, None, :2], np.diff(bounds.reshape(-1, 2, 2), axis=1)
    spots = np.stack(np.meshgrid(steps, steps), -1)
    points = (low + spots * size[:, None]).reshape(-1, 2)
    expected = plain_zones(points)
    assert (expected == UNKNOWN_ZONE).any()
    assert np.array_equal(found(points), expected)


@pytest.mark.parametrize(
    "point",
    [
        (0, 0),
        (-73.98, 0),
        (0, 40.75),
        (40.75, -73.98),
        (NAN, 40.75),
        (-73.98, NAN),
        (NAN, NAN),
        (INFINITE, 40.75),
        (-73.98, -INFINITE),
        (-2_000.5, 1e300),
        (-74.2556, 40.4961),
        (-73.7, 40.9156),
    ],
)
def test_points_that_are_nowhere_are_in_the_unknown_zone(point):
    assert found([point, (-73.98, 40.75)]).tolist() == [UNKNOWN_ZONE, 170]


@pytest.mark.parametrize("cell", [0.003, 0.01, 0.09, 1.0])
def test_holes_islands_slivers_and_shared_borders(cell):
    ring = shapely.box(0, 0, 1, 1).difference(shapely.box(0.25, 0.25, 0.75, 0.75))
    islands = shapely.multipolygons(
        [shapely.box(0.4, 0.4, 0.401, 0.401), shapely.box(2, 0, 2.5, 0.5)]
    )
    neighbour, overlapping = shapely.box(1, 0, 2, 1), shapely.box(0.9, 0.1, 1.5, 0.2)
    polygons = Polygons(
        np.array([7, 3, 5, 4], np.int16),
        np.array([ring, islands, neighbour, overlapping]),
    )
    # `Polygons` come in the order of ids, as `read_polygons` gives them.
    order = np.argsort(polygons.zone_ids)
    grid = ZoneGrid(Polygons(polygons.zone_ids[order], polygons.shapes[order]), cell)
    marks = {
        (0.1, 0.1): 7,
        (0.5, 0.5): UNKNOWN_ZONE,
        (0.25, 0.5): 7,
        (0.4005, 0.4005): 3,
        (1, 0.5): 5,
        (2, 0.25): 3,
        (1, 0.15): 4,
        (0.95, 0.15): 4,
        (2.2, 0.8): UNKNOWN_ZONE,
    }
    assert found(list(marks), grid).tolist() == list(marks.values())
    steps = np.linspace(-0.2, 2.7, 59)
    points = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    assert np.array_equal(found(points, grid), plain_zones(points, polygons))


def test_the_benchmark_finds_the_same_answers_by_every_way():
    ended = subprocess.run(
        [sys.executable, PROJECT / "scripts/benchmarks/zones.py", "--points", "5000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "grid: " in ended.stdout and "plain shapely: " in ended.stdout
