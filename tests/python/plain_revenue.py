"""Revenue by zone, trip by trip: the review and the sums in plain Python.

Nothing of the job takes part but the names of its columns.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import pyarrow.csv as arrow_csv

from taxi.folder import PROJECT

# Revenue and TLC's name of its amount, in lower case.
REVENUES = {
    "fare_revenue": "fare_amount",
    "extra_revenue": "extra",
    "mta_tax_revenue": "mta_tax",
    "tip_revenue": "tip_amount",
    "tolls_revenue": "tolls_amount",
    "ehail_fee_revenue": "ehail_fee",
    "improvement_surcharge_revenue": "improvement_surcharge",
    "congestion_surcharge_revenue": "congestion_surcharge",
    "airport_fee_revenue": "airport_fee",
    "cbd_congestion_fee_revenue": "cbd_congestion_fee",
    "total_revenue": "total_amount",
}


def zone_names() -> dict[int, tuple[str, str]]:
    """Names and boroughs by id."""
    options = arrow_csv.ConvertOptions(strings_can_be_null=False)
    rows = arrow_csv.read_csv(
        PROJECT / "seeds" / "taxi_zones.csv", convert_options=options
    )
    return {r["LocationID"]: (r["Zone"], r["Borough"]) for r in rows.to_pylist()}


ZONES = zone_names()


def reason_of(trip: dict) -> str | None:
    """Why a landed trip is set aside."""
    if trip["pickup_at"] is None:
        return "missing_pickup_time"
    if trip["total_amount"] is None:
        return "missing_total"
    day, first = trip["pickup_at"].date(), trip["source_month"]
    last = (first + timedelta(31)).replace(day=1) - timedelta(1)
    if not first - timedelta(31) <= day <= last + timedelta(31):
        return "pickup_far_from_source_month"
    return None if trip["pulocationid"] in ZONES else "pickup_zone_not_listed"


def landed_trips(service: str, rows: Iterable[dict]) -> list[dict]:
    """Rows of a table of landed trips, with names in lower case and `pickup_at`."""
    trips = []
    for row in rows:
        trip = {name.lower(): value for name, value in row.items()} | {
            "service_type": service
        }
        prefix = {"green": "lpep", "yellow": "tpep"}[service]
        trip["pickup_at"] = trip[f"{prefix}_pickup_datetime"]
        trips.append(trip)
    return trips


def account_of(trips: list[dict], has_review: bool = True) -> dict:
    """How many trips and how much money fared how."""
    found = defaultdict(lambda: (0, Decimal(0)))
    for trip in trips:
        reason = reason_of(trip) if has_review else None
        count, total = found[reason]
        found[reason] = (count + 1, total + (trip["total_amount"] or 0))
    return dict(found)


def monthly(trips: list[dict], has_review: bool = True) -> list[dict]:
    """The rows of the result by month, in its order."""
    cells: dict[tuple, dict] = {}
    for trip in trips:
        if has_review and reason_of(trip):
            continue
        at, zone = trip["pickup_at"], trip["pulocationid"]
        month = at and at.date().replace(day=1)
        name, borough = ZONES.get(zone, (None, None))
        cell = cells.setdefault(
            (month, trip["service_type"], zone),
            {
                "pickup_location_id": zone,
                "pickup_zone_name": name,
                "pickup_borough": borough,
                "service_type": trip["service_type"],
                "revenue_month": month,
                "trip_count": 0,
                **dict.fromkeys(REVENUES, Decimal("0.00")),
            },
        )
        cell["trip_count"] += 1
        for revenue, amount in REVENUES.items():
            cell[revenue] += trip.get(amount) or 0
    return [cells[key] for key in sorted(cells, key=_nulls_first)]


def hourly(trips: list[dict], has_review: bool = True) -> list[dict]:
    """The rows of the result by hour, in its order."""
    cells: dict[tuple, dict] = {}
    for trip in trips:
        if has_review and reason_of(trip):
            continue
        at, zone = trip["pickup_at"], trip["pulocationid"]
        hour = at and at.replace(minute=0, second=0, microsecond=0)
        name, borough = ZONES.get(zone, (None, None))
        cell = cells.setdefault(
            (hour, zone),
            {
                "pickup_location_id": zone,
                "pickup_zone_name": name,
                "pickup_borough": borough,
                "revenue_hour_at": hour,
                "green_trip_count": 0,
                "yellow_trip_count": 0,
                "trip_count": 0,
                "green_revenue": Decimal("0.00"),
                "yellow_revenue": Decimal("0.00"),
                "total_revenue": Decimal("0.00"),
            },
        )
        for part in (f"{trip['service_type']}_", ""):
            cell[f"{part}trip_count"] += 1
        for part in (trip["service_type"], "total"):
            cell[f"{part}_revenue"] += trip["total_amount"] or 0
    return [cells[key] for key in sorted(cells, key=_nulls_first)]


def _nulls_first(key: tuple) -> list[tuple]:
    return [(False,) if value is None else (True, value) for value in key]
