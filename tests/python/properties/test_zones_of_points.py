"""Any point gets the zone that plain shapely finds, alone and among others."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from plain_zones import plain_zones, tlc_polygons
from taxi.landing.zones.grid import ZoneGrid
from taxi.landing.zones.polygons import read_polygons

CORNERS = shapely.get_coordinates(tlc_polygons().shapes).tolist()
GRIDS = {cell: ZoneGrid(read_polygons(), cell) for cell in (0.0005, 0.003, 0.02)}


def found(points: np.ndarray, grid: ZoneGrid) -> np.ndarray:
    return grid.find(points[:, 0], points[:, 1])


def points_of_the_city():
    """Corners of zones, points near them, and points in and around the city."""
    corner = st.sampled_from(CORNERS).map(tuple)
    step = st.floats(-1e-3, 1e-3)
    near = st.builds(lambda at, dx, dy: (at[0] + dx, at[1] + dy), corner, step, step)
    anywhere = st.tuples(st.floats(-74.3, -73.65), st.floats(40.45, 40.95))
    return st.lists(corner | near | anywhere, min_size=1, max_size=50)


@given(drawn=points_of_the_city(), cell=st.sampled_from(list(GRIDS)))
def test_any_point_in_any_grid_is_where_plain_shapely_finds_it(drawn, cell):
    points, grid = np.array(drawn), GRIDS[cell]
    expected = plain_zones(points)
    assert np.array_equal(found(points, grid), expected)
    assert np.array_equal(found(points[::-1], grid)[::-1], expected)
    alone = [found(points[n : n + 1], grid)[0] for n in range(len(points))]
    assert alone == expected.tolist()
