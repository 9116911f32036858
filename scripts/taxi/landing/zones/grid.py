"""The zone of many points at once, by a grid over the polygons.

A cell that no border comes near lies wholly in the same polygons, so that its points
share one answer; only points of the other cells are put to shapely. The answers are
shapely's own for every point.
"""

import threading

import numpy as np
import shapely

from taxi.landing.zones.polygons import UNKNOWN_ZONE, Polygons, read_polygons

# Degrees: about 42 by 56 metres in New York. A month of 28 million points is worth
# 0.1 seconds of making the grid and 2 MB.
CELL = 0.0005

# Degrees around a border that count as border: far more than arithmetic rounds off.
_MARGIN = 1e-9

_BORDER = 0


class ZoneGrid:
    """Answers by a grid of cells; see `find`."""

    def __init__(self, polygons: Polygons, cell: float = CELL):
        self._polygons = polygons
        self._cell = cell
        bounds = shapely.total_bounds(polygons.shapes)
        # A cell more on every side, which is outside of all polygons.
        self._origin = bounds[:2] - 1.5 * cell
        self._width, self._height = self._cells(bounds[2:] + 1.5 * cell)
        self._answers = self._answer(self._is_border())

    def find(self, longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
        """The zone of each point, as `Polygons.zones_of` tells.

        Coordinates may be anything; where one is NaN, infinite or off the earth, the
        zone is unknown.
        """
        column = (longitudes - self._origin[0]) / self._cell
        row = (latitudes - self._origin[1]) / self._cell
        zones = np.full(len(longitudes), UNKNOWN_ZONE, np.int16)
        # Nothing compares with NaN, so it is not near.
        near = np.flatnonzero(
            (column >= 0) & (column < self._width) & (row >= 0) & (row < self._height)
        )
        cells = row[near].astype(np.int32) * self._width + column[near].astype(np.int32)
        zones[near] = self._answers[cells]
        unclear = np.flatnonzero(zones == _BORDER)
        zones[unclear] = self._polygons.zones_of(
            longitudes[unclear], latitudes[unclear]
        )
        return zones

    def _cells(self, points: np.ndarray) -> np.ndarray:
        """Column and row of points; the same arithmetic as in `find`."""
        return ((points - self._origin) / self._cell).astype(np.int32)

    def _is_border(self) -> np.ndarray:
        """Which cells a border touches or comes near, row by row."""
        starts, ends = _pieces(self._polygons.shapes, self._cell)
        low = self._cells(np.minimum(starts, ends) - _MARGIN)
        high = self._cells(np.maximum(starts, ends) + _MARGIN)
        is_border = np.zeros((self._height, self._width), bool)
        # A piece is no longer than a cell, so it spans three at most each way.
        for right in range(3):
            for up in range(3):
                cells = np.minimum(low + np.array([right, up]), high)
                is_border[cells[:, 1], cells[:, 0]] = True
        return is_border.ravel()

    def _answer(self, is_border: np.ndarray) -> np.ndarray:
        """The zone of each cell: one question for each run between two borders."""
        begins = ~is_border
        begins[1:] &= is_border[:-1]
        first = np.flatnonzero(begins)
        centres = np.column_stack([first % self._width, first // self._width]) + 0.5
        asked = self._polygons.zones_of(*(self._origin + centres * self._cell).T)
        # The first cell of all is in no polygon, so that it begins the first run.
        answers = asked[np.cumsum(begins) - 1]
        answers[is_border] = _BORDER
        return answers


def _pieces(shapes: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of all borders, cut into pieces of at most a length each way."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring[:-1] == ring[1:]
    starts, ends = corners[:-1][is_edge], corners[1:][is_edge]
    counts = np.ceil(np.abs(ends - starts).max(axis=1) / length).astype(int)
    counts = np.maximum(counts, 1)
    edge = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = ((ends - starts) / counts[:, None])[edge]
    starts = starts[edge] + step * number[:, None]
    return starts, starts + step


_OF_THREAD = threading.local()


def zone_grid() -> ZoneGrid:
    """The grid over TLC's polygons, made at the first call of a thread.

    Prepared polygons are not for several threads: they are indexed while they are used.
    """
    if not hasattr(_OF_THREAD, "grid"):
        _OF_THREAD.grid = ZoneGrid(read_polygons())
    return _OF_THREAD.grid
