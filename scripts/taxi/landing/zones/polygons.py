"""TLC's zone polygons, and plain answers by shapely about the points in them."""

import gzip
import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
import shapely

# What TLC's lookup calls "Unknown".
UNKNOWN_ZONE = 264

# Not by its path: on Spark's executors this package lies in a zip.
POLYGONS = files(__package__) / "taxi_zones.geojson.gz"


@dataclass(frozen=True)
class Polygons:
    """Polygons in the order of the ids of their zones, which may repeat.

    Attributes:
        zone_ids: whole numbers of 16 bits.
        shapes: shapely's polygons and multipolygons, coordinates in degrees (WGS84).
    """

    zone_ids: np.ndarray
    shapes: np.ndarray

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapely.prepare(self.shapes)
        return shapely.STRtree(self.shapes)

    def zones_of(self, longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
        """The zone of each point; coordinates must be finite.

        A point of several polygons, borders included, is in the one of the lowest id;
        one of none in `UNKNOWN_ZONE`.
        """
        points, candidates = self._tree.query(shapely.points(longitudes, latitudes))
        order = np.argsort(candidates, kind="stable")
        points = points[order]
        bounds = np.searchsorted(candidates[order], np.arange(len(self.shapes) + 1))
        zones = np.full(len(longitudes), UNKNOWN_ZONE, np.int16)
        # From the highest id to the lowest, which so has the last word.
        for number in range(len(self.shapes) - 1, -1, -1):
            near = points[bounds[number] : bounds[number + 1]]
            within = shapely.intersects_xy(
                self.shapes[number], longitudes[near], latitudes[near]
            )
            zones[near[within]] = self.zone_ids[number]
        return zones


def read_polygons(file: Traversable = POLYGONS) -> Polygons:
    """Read polygons from a GeoJSON file that may be gzipped."""
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.name.endswith(".gz") else data).decode()
    shapes = shapely.get_parts(shapely.from_geojson(text))
    features = json.loads(text)["features"]
    ids = np.array([one["properties"]["LocationID"] for one in features], np.int16)
    order = np.argsort(ids, kind="stable")
    return Polygons(ids[order], shapes[order])
