"""What old files mean, worked out value by value: other names, texts, and points."""

import math
import re

from plain_zones import plain_zones

# Today's names of old columns; those that are not here have only changed case.
NAMES = {
    "vendor_name": "vendorid",
    "vendor_id": "vendorid",
    "trip_pickup_datetime": "tpep_pickup_datetime",
    "trip_dropoff_datetime": "tpep_dropoff_datetime",
    "pickup_datetime": "tpep_pickup_datetime",
    "dropoff_datetime": "tpep_dropoff_datetime",
    "rate_code": "ratecodeid",
    "store_and_forward": "store_and_fwd_flag",
    "fare_amt": "fare_amount",
    "surcharge": "extra",
    "tip_amt": "tip_amount",
    "tolls_amt": "tolls_amount",
    "total_amt": "total_amount",
    "start_lon": "pickup_longitude",
    "start_lat": "pickup_latitude",
    "end_lon": "dropoff_longitude",
    "end_lat": "dropoff_latitude",
}
ENDS = {"pulocationid": "pickup", "dolocationid": "dropoff"}

CODES = {
    "vendorid": {"cmt": "1", "vts": "2", "dds": ""},
    "payment_type": {"credit": "1", "cre": "1", "crd": "1", "cash": "2", "cas": "2"}
    | {"csh": "2", "no charge": "3", "no": "3", "noc": "3", "dispute": "4", "dis": "4"},
    "store_and_fwd_flag": {"0": "N", "1": "Y"},
}

_DEGREES = re.compile(
    r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?|nan", re.ASCII | re.IGNORECASE
)


def under_names_of_today(raw: dict[str, list]) -> dict[str, list]:
    """Columns under the names that they have now, texts as the codes of now."""
    has_texts = {"vendor_name", "vendor_id"} & raw.keys()
    renamed = {NAMES.get(name, name): values for name, values in raw.items()}
    if has_texts:
        for name, codes in CODES.items():
            renamed[name] = [_decoded(codes, value) for value in renamed[name]]
    return renamed


def _decoded(codes: dict[str, str], value: object) -> object:
    if isinstance(value, float):  # the flag of 2009
        value = "" if math.isnan(value) else repr(value).removesuffix(".0")
    return value if value is None else codes.get(value.strip().lower(), value)


def zone_at(raw: dict[str, list], name: str, number: int) -> tuple[int | None, int]:
    """The zone of one end of a row, and how many of its coordinates are no numbers."""
    point, fault_count = [], 0
    for axis in ("longitude", "latitude"):
        value = raw[f"{ENDS[name]}_{axis}"][number]
        text = "nan" if value is None else str(value).strip() or "nan"
        if isinstance(value, str) and not _DEGREES.fullmatch(text):
            fault_count += 1
            text = "nan"
        point.append(float(text))
    if fault_count:
        return None, fault_count
    return int(plain_zones([point])[0]), 0
