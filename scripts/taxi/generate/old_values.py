"""What old files hold where today's hold codes and zones: texts, and points."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from taxi.generate.draws import Draws
from taxi.generate.eras import Era
from taxi.generate.old_eras import POINTS
from taxi.landing.zones.polygons import read_polygons

_VENDORS = pa.array([None, "CMT", "VTS", "DDS"])
_PAYMENTS = {
    "2009": pa.array([None, "Credit", "CASH", "No Charge", "Dispute"]),
    "2010": pa.array([None, "CRE", "CAS", "No ", "DIS"]),
    "": pa.array([None, "CRD", "CSH", "NOC", "DIS"]),
}

# Millionths of a degree by which a point is off the middle of its zone, each way.
_SPREAD = 12_000


def draw_points(draws: Draws, zones: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Points in and around the zones of both ends, in millionths of a degree.

    Zero stands for a zone that has no polygon, and for the meter that found no
    satellite.
    """
    points = {}
    for end, zone in zones.items():
        is_lost = draws.happens(f"{end} lost", 0.015)
        for axis, middle in zip(("longitude", "latitude"), _middles(), strict=True):
            off = draws.up_to(f"{end} {axis}", 2 * _SPREAD)
            drawn = pc.add(pc.subtract(middle.take(zone), _SPREAD), off)
            is_nowhere = pc.or_(is_lost, pc.equal(middle.take(zone), 0))
            points[f"{end}_{axis}"] = pc.if_else(is_nowhere, 0, drawn)
    return points


@cache
def _middles() -> tuple[pa.Int64Array, pa.Int64Array]:
    """Longitude and latitude by zone, the middle of its polygon's bounds."""
    polygons = read_polygons()
    bounds = np.rint(shapely.bounds(polygons.shapes) * 1e6).astype(np.int64)
    middles = np.zeros((266, 2), np.int64)
    # Of the polygons of one zone the last.
    middles[polygons.zone_ids] = (bounds[:, :2] + bounds[:, 2:]) // 2
    return pa.array(middles[:, 0]), pa.array(middles[:, 1])


def old_column(era: Era, trips: pa.RecordBatch, name: str) -> pa.Array | None:
    """A column as old files hold it; None if they hold it as those of today do."""
    key = name.strip().lower()
    if key in POINTS:
        degrees = pc.divide(trips[POINTS[key]].cast(pa.float64()), 1e6)
        return degrees if era.has_texts else degrees.cast(pa.float32()).cast("float64")
    if key == "__index_level_0__":
        return pa.arange(0, trips.num_rows)
    if not era.has_texts:
        return None
    year = era.month[:4]
    if key in ("vendor_name", "vendor_id"):
        return _VENDORS.take(trips["vendorid"])
    if key == "payment_type":
        return _PAYMENTS.get(year, _PAYMENTS[""]).take(trips["payment_type"])
    if key == "mta_tax" and year == "2009":
        return pa.nulls(trips.num_rows, pa.float64())
    if key == "rate_code" and year == "2009":
        return pa.nulls(trips.num_rows, pa.int64())
    if key in ("store_and_forward", "store_and_fwd_flag"):
        flag = trips["store_and_fwd_flag"]
        if year in ("2009", "2010"):
            flag = pc.if_else(pc.equal(flag, "Y"), "1", "0")
        return pc.if_else(pc.equal(trips["vendorid"], 1), flag, None)
    return None


def in_17_digits(numbers: pa.DoubleArray) -> pa.StringArray:
    """Doubles as texts of 17 digits, as 8.9000000000000004 is of 8.9."""
    encoded = numbers.dictionary_encode()
    texts = [f"{number:.17g}" for number in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)
