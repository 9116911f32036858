"""The layouts of before 2016-07: other names, texts for codes, points for zones.

Sources: the files' own headers and footers; TLC's data dictionaries for what the codes
of today mean; docs/eras.md says how each text was read.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

# Texts in lower case and the codes of today; None where there is no such code.
Codes = dict[str, str | None]

# CMT is Creative Mobile Technologies and VTS is VeriFone. Digital Dispatch Systems sent
# records in 2009 and 2010 only, and no dictionary numbers it.
_VENDORS: Codes = {"cmt": "1", "vts": "2", "dds": None}
_PAYMENTS: Codes = (
    dict.fromkeys(("credit", "cre", "crd"), "1")
    | dict.fromkeys(("cash", "cas", "csh"), "2")
    | dict.fromkeys(("no charge", "no", "noc"), "3")
    | dict.fromkeys(("dispute", "dis"), "4")
    | dict.fromkeys(("unknown", "unk", "na"), "5")
)
_FLAGS: Codes = {"0": "N", "0.0": "N", "1": "Y", "1.0": "Y"}


@dataclass(frozen=True)
class OldLayout:
    """How a layout differs from today's. Names are in lower case.

    Attributes:
        name: the time when files had it.
        mark: a column that tells it from the others.
        names: names of today and the file's, where they differ.
        points: longitude and latitude of each column of zones.
        codes: columns whose texts stand for codes.
        absent: columns that are required today and that it lacks.
        left_out: columns that say nothing about a trip.
        holds_texts: whether times and codes are texts in a parquet too.
    """

    name: str
    mark: str
    names: dict[str, str]
    points: dict[str, tuple[str, str]]
    codes: dict[str, Codes] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    holds_texts: bool = False


_PICKUP_AND_DROPOFF = {
    "pulocationid": ("pickup_longitude", "pickup_latitude"),
    "dolocationid": ("dropoff_longitude", "dropoff_latitude"),
}
_CODES = {
    "vendorid": _VENDORS,
    "payment_type": _PAYMENTS,
    "store_and_fwd_flag": _FLAGS,
}

# The first whose mark a file has is its layout.
_LAYOUTS = (
    OldLayout(
        "2009",
        "start_lon",
        {
            "vendorid": "vendor_name",
            "tpep_pickup_datetime": "trip_pickup_datetime",
            "tpep_dropoff_datetime": "trip_dropoff_datetime",
            "ratecodeid": "rate_code",
            "store_and_fwd_flag": "store_and_forward",
            "fare_amount": "fare_amt",
            "extra": "surcharge",
            "tip_amount": "tip_amt",
            "tolls_amount": "tolls_amt",
            "total_amount": "total_amt",
        },
        {
            "pulocationid": ("start_lon", "start_lat"),
            "dolocationid": ("end_lon", "end_lat"),
        },
        _CODES,
        frozenset({"improvement_surcharge"}),
        holds_texts=True,
    ),
    OldLayout(
        "2010 to 2014",
        "vendor_id",
        {
            "vendorid": "vendor_id",
            "tpep_pickup_datetime": "pickup_datetime",
            "tpep_dropoff_datetime": "dropoff_datetime",
            "ratecodeid": "rate_code",
            "extra": "surcharge",
        },
        _PICKUP_AND_DROPOFF,
        _CODES,
        frozenset({"improvement_surcharge"}),
        # The index of a table of pandas, in 2010-02 and 2010-03.
        frozenset({"__index_level_0__"}),
        holds_texts=True,
    ),
    OldLayout("2013 to 2016-06", "pickup_longitude", {}, _PICKUP_AND_DROPOFF),
)


def find(service: str, names: Collection[str]) -> OldLayout | None:
    """The old layout that a file's names, in lower case, show; None if it is today's.

    A file that has zones needs no points, whatever else it has.
    """
    if "pulocationid" in names or not {"start_lon", "pickup_longitude"} & set(names):
        return None
    # The green service began with the names of today.
    layouts = _LAYOUTS if service == "yellow" else _LAYOUTS[2:]
    return next((one for one in layouts if one.mark in names), None)
