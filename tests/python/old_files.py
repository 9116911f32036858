"""Files of before 2016-07 as `tlc_files` makes others: with points instead of zones."""

from taxi.generate.eras import Era, csv_era, parquet_era
from tlc_files import Trip, trips

OLD_PARQUET_ERAS: dict[str, Era] = {
    "yellow 2009": parquet_era("yellow", "2009-01"),
    "yellow 2010": parquet_era("yellow", "2010-01"),
    "yellow 2010-02": parquet_era("yellow", "2010-02"),
}

OLD_CSV_ERAS: dict[str, Era] = {
    "yellow 2009": csv_era("yellow", "2009-01"),
    "yellow 2010": csv_era("yellow", "2010-01"),
    "yellow 2014": csv_era("yellow", "2014-01"),
    "yellow 2015": csv_era("yellow", "2015-01"),
    "yellow 2016": csv_era("yellow", "2016-06"),
    "green 2013": csv_era("green", "2013-08"),
    "green 2015": csv_era("green", "2015-01"),
    "green 2016": csv_era("green", "2016-06"),
}

# Times Square, JFK, Governor's Island, out at sea, and what a lost meter tells.
POINTS = {
    (-73.9857, 40.7577): 230,
    (-73.7781, 40.6441): 132,
    (-74.0168, 40.6895): 103,
    (-73.5, 40.4): 264,
    (0.0, 0.0): 264,
}


def old_trips(era: Era, points: list[tuple] | None = None) -> list[Trip]:
    """Trips under the names of an old era, in whatever case it has them.

    They begin at `POINTS` or as told; each ends where the next one begins.
    """
    starts = points or list(POINTS)
    ends = starts[1:] + starts[:1]
    rows = []
    for trip, start, end in zip(
        trips(era.month, len(starts)), starts, ends, strict=True
    ):
        known = {name.lower(): value for name, value in trip.items()}
        known |= dict(zip(("start_lon", "start_lat"), start, strict=True))
        known |= dict(zip(("end_lon", "end_lat"), end, strict=True))
        known |= {
            "pickup_longitude": start[0],
            "pickup_latitude": start[1],
            "dropoff_longitude": end[0],
            "dropoff_latitude": end[1],
            "vendor_name": ["CMT", "VTS"][trip["VendorID"] - 1],
            "rate_code": trip["RatecodeID"],
            "store_and_forward": 0,
            "surcharge": trip["extra"],
            "fare_amt": trip["fare_amount"],
            "tip_amt": trip["tip_amount"],
            "tolls_amt": trip["tolls_amount"],
            "total_amt": trip["total_amount"],
        }
        known["vendor_id"] = known["vendor_name"]
        for name in ("pickup_datetime", "dropoff_datetime"):
            known[name] = known[f"trip_{name}"] = trip[f"tpep_{name}"]
        if era.has_texts:
            known |= {"payment_type": "CSH", "store_and_fwd_flag": "0"}
        rows.append({name: known.get(name.strip().lower()) for name in era.types})
    return rows
