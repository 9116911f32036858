"""The landed columns of each service, explained as in TLC's dictionaries of 2025."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a column holds, which decides its type in the lake."""

    CODE = "a whole number"
    MONEY = "an amount in US dollars"
    DISTANCE = "a distance in miles"
    TIME = "a timestamp without zone"
    FLAG = "a text"
    # Of a point; only the zone that is derived from it is landed.
    DEGREES = "a longitude or latitude"


@dataclass(frozen=True)
class Column:
    """A landed column: TLC's name of 2025, its kind, its comment in the catalog."""

    name: str
    kind: Kind
    doc: str
    required: bool = True

    @property
    def cents_name(self) -> str:
        """The name of this column's sum in `tlc.source_files`."""
        return f"{self.name.lower()}_cents"


_WALL_CLOCK = "New York wall clock, no zone recorded."


def _times(prefix: str) -> tuple[Column, Column]:
    """The two times, in whose names each service has a prefix of its own."""
    return (
        Column(
            f"{prefix}_pickup_datetime",
            Kind.TIME,
            f"When the meter was engaged. {_WALL_CLOCK}",
        ),
        Column(
            f"{prefix}_dropoff_datetime",
            Kind.TIME,
            f"When the meter was disengaged. {_WALL_CLOCK}",
        ),
    )


def _code(name: str, doc: str, **options) -> Column:
    return Column(name, Kind.CODE, doc, **options)


def _money(name: str, doc: str, **options) -> Column:
    return Column(name, Kind.MONEY, f"{doc} US dollars.", **options)


_VENDOR = _code("VendorID", "Code of the firm whose meter sent the record.")
_FLAG = Column(
    "store_and_fwd_flag",
    Kind.FLAG,
    "Y where the vehicle held the record until it was connected, else N.",
)
_RATE = _code("RatecodeID", "Code of the rate in effect at the trip's end.")
_ZONES = (
    _code("PULocationID", "TLC zone where the meter was engaged; 264, 265 unknown."),
    _code("DOLocationID", "TLC zone where the meter was disengaged; 264, 265 unknown."),
)
_PASSENGERS = _code("passenger_count", "Passengers, as the driver entered them.")
_DISTANCE = Column("trip_distance", Kind.DISTANCE, "Miles that the meter counted.")
_AMOUNTS = (
    _money("fare_amount", "Fare by time and distance; negative in reversals."),
    _money("extra", "Miscellaneous extras and surcharges."),
    _money("mta_tax", "Tax that the rate in use triggers."),
    _money("tip_amount", "Tips paid by card; cash tips are not recorded."),
    _money("tolls_amount", "Tolls of the trip."),
)
_EHAIL = _money(
    "ehail_fee", "Fee of a hail by app; null in most files.", required=False
)
_IMPROVEMENT = "Surcharge at the flag drop, levied since 2015."
_TOTAL = _money("total_amount", "All that was charged, cash tips excluded.")
_PAYMENT = _code("payment_type", "Code of how the passenger paid.")
_TRIP_TYPE = _code(
    "trip_type", "Code of street hails (1) and dispatched trips (2).", required=False
)
_CONGESTION = _money(
    "congestion_surcharge", "New York State's surcharge since 2019.", required=False
)
_AIRPORT = _money("Airport_fee", "Fee of a pickup at LaGuardia or JFK.", required=False)
_CBD = _money(
    "cbd_congestion_fee",
    "Fee of the Congestion Relief Zone, since 2025.",
    required=False,
)

# The columns of each service, in the order of its file of 2025.
SERVICES: dict[str, tuple[Column, ...]] = {
    "green": (
        _VENDOR,
        *_times("lpep"),
        _FLAG,
        _RATE,
        *_ZONES,
        _PASSENGERS,
        _DISTANCE,
        *_AMOUNTS,
        _EHAIL,
        _money("improvement_surcharge", _IMPROVEMENT, required=False),
        _TOTAL,
        _PAYMENT,
        _TRIP_TYPE,
        _CONGESTION,
        _CBD,
    ),
    "yellow": (
        _VENDOR,
        *_times("tpep"),
        _PASSENGERS,
        _DISTANCE,
        _RATE,
        _FLAG,
        *_ZONES,
        _PAYMENT,
        *_AMOUNTS,
        _money("improvement_surcharge", _IMPROVEMENT),
        _TOTAL,
        _CONGESTION,
        _AIRPORT,
        _CBD,
    ),
}

# The sums of money that `tlc.source_files` keeps, for either service.
CENTS_COLUMNS: tuple[str, ...] = tuple(
    dict.fromkeys(
        column.cents_name
        for columns in SERVICES.values()
        for column in columns
        if column.kind is Kind.MONEY
    )
)
