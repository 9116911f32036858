"""Made-up trips of a month, batch by batch, under TLC's names of 2025.

Amounts are whole cents and distances whole hundredths, so that all sums are exact. A
trip with a negative total is the mirror of the row before it.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from taxi.generate.draws import Draws, spread
from taxi.generate.eras import AMOUNTS
from taxi.generate.habits import AIRPORT_ZONES, DISTANCE_STEP, Habits
from taxi.generate.old_values import draw_points

# Part of what the seed means: rows are drawn batch by batch.
BATCH_ROWS = 1 << 17

MONEY = (
    *AMOUNTS,
    "ehail_fee",
    "improvement_surcharge",
    "congestion_surcharge",
    "airport_fee",
    "cbd_congestion_fee",
    "total_amount",
)

_DAY = 86_400
_OLDEST = date(2009, 1, 1)


def batches(service: str, month: str, rows: int, seed: int) -> Iterator[pa.RecordBatch]:
    """The trips of a month in about the order of time.

    Columns have the names of 2025 in lower case, times without their prefix. A trip is
    `is_bare` if the meter's part of its record is missing. Before 2016-07 they have
    points beside zones.
    """
    maker = _Maker(Habits(service, month), rows, seed)
    for first in range(0, rows, BATCH_ROWS):
        yield maker.batch(first, min(BATCH_ROWS, rows - first))


class _Maker:
    """Makes any batch of one file, apart from the others."""

    def __init__(self, habits: Habits, rows: int, seed: int):
        self._habits = habits
        self._rows = rows
        self._key = f"{seed}/{habits.service}/{habits.month}"
        self._first_day = date.fromisoformat(f"{habits.month}-01")
        self._days = monthrange(self._first_day.year, self._first_day.month)[1]
        first = datetime.combine(self._first_day, datetime.min.time(), UTC)
        self._first_second = int(first.timestamp())
        self._weekdays = pa.array(
            [
                self._first_day.replace(day=n + 1).weekday() < 5
                for n in range(self._days)
            ]
        )
        # Pickups outside the month: most near it, a few by a clock that was reset.
        back = (_OLDEST - self._first_day).days
        self._strays = spread({-1: 40, 1: 6, -2: 6, -30: 6, 31: 3, back: 6, 5_500: 1})

    def batch(self, first: int, count: int) -> pa.RecordBatch:
        draws = Draws(f"{self._key}/{first // BATCH_ROWS}", count)
        trips = self._times(draws, first, count)
        trips |= self._codes(draws)
        trips |= self._amounts(draws, trips)
        if self._habits.month < "2016-07":
            zones = {"pickup": "pulocationid", "dropoff": "dolocationid"}
            trips |= draw_points(draws, {end: trips[zones[end]] for end in zones})
        del trips["hour"], trips["is_weekday"], trips["wait"]
        return _with_reversals(draws, pa.record_batch(trips), self._habits)

    def _times(self, draws: Draws, first: int, count: int) -> dict:
        habits = self._habits
        day = pc.divide(
            pc.multiply(pa.arange(first, first + count), self._days), self._rows
        )
        hour = draws.choose("hour", habits.hours)
        second = pc.add(
            pc.multiply(hour.cast(pa.int64()), 3_600), draws.up_to("second", 3_600)
        )
        # About ten a month, whatever its size.
        stray = pc.less(
            draws.numbers("stray", pa.uint32()),
            pa.scalar(min(2**32 // 1_000, 10 * 2**32 // self._rows), pa.uint32()),
        )
        days_off = pc.if_else(
            stray, draws.choose("days off", self._strays).cast(pa.int64()), 0
        )
        moment = pc.add(pc.multiply(pc.add(day, days_off), _DAY), second)
        pickup = pc.add(moment, self._first_second)

        distance = draws.choose("distance", habits.distances).cast(pa.int64())
        distance = pc.if_else(
            draws.happens("zero distance", habits.zero_distance_share), 0, distance
        )
        wait = draws.up_to("wait", 512)
        pace = pc.add(draws.up_to("pace", 250), 150)
        seconds = pc.add(wait, pc.divide(pc.multiply(distance, pace), 100))
        # A clock was set back on the way.
        seconds = pc.if_else(draws.happens("set back", 0.00005), -3_600, seconds)
        return {
            "pickup_datetime": pickup,
            "dropoff_datetime": pc.add(pickup, seconds),
            "trip_distance": distance,
            "wait": wait,
            "hour": hour,
            "is_weekday": self._weekdays.take(day),
        }

    def _codes(self, draws: Draws) -> dict:
        habits = self._habits
        is_bare = draws.happens("bare", habits.bare_share)
        rate = draws.choose("rate", habits.rates)
        is_negotiated = pc.equal(rate, 5)
        codes = {
            "ratecodeid": rate,
            "passenger_count": draws.choose("passengers", habits.passengers),
            "payment_type": draws.choose("payment", habits.payments),
            "trip_type": pc.if_else(is_negotiated, 2, 1).cast(pa.int32()),
            "store_and_fwd_flag": pc.if_else(draws.happens("stored", 0.006), "Y", "N"),
        }
        codes = {
            name: pc.if_else(is_bare, None, column) for name, column in codes.items()
        }
        return codes | {
            "is_bare": is_bare,
            "vendorid": draws.choose("vendor", habits.vendors),
            "pulocationid": draws.choose("pickup zone", habits.zones),
            "dolocationid": draws.choose("dropoff zone", habits.zones),
        }

    def _amounts(self, draws: Draws, trips: dict) -> dict:
        habits = self._habits
        is_bare, rate = trips["is_bare"], pc.fill_null(trips["ratecodeid"], 1)
        flag_drop, step, to_jfk = habits.tariff
        steps = pc.divide(pc.add(trips["trip_distance"], DISTANCE_STEP - 1), 20)
        minutes = pc.divide(trips["wait"], 60)
        fare = pc.add(pc.multiply(pc.add(steps, minutes), step), flag_drop)
        fare = pc.if_else(pc.equal(rate, 2), to_jfk, fare)
        # Without a meter, the fare is one that was agreed on.
        fare = pc.if_else(is_bare, pc.add(fare, draws.up_to("agreed", 900)), fare)

        hour = trips["hour"]
        is_rush = pc.and_(
            pc.and_(pc.greater_equal(hour, 16), pc.less(hour, 20)), trips["is_weekday"]
        )
        is_night = pc.or_(pc.greater_equal(hour, 20), pc.less(hour, 6))
        extra = pc.if_else(
            is_rush, habits.rush_fee, pc.if_else(is_night, habits.night_fee, 0)
        )
        by_card = pc.fill_null(pc.equal(trips["payment_type"], 1), False)
        tip = pc.divide(
            pc.multiply(fare, draws.choose("tip", habits.tip_percents)), 100
        )
        at_airport = pc.is_in(trips["pulocationid"], AIRPORT_ZONES)
        fees = {
            "congestion_surcharge": self._fee(
                habits.congestion_fee,
                draws.happens("congested", habits.congested_share),
                is_bare,
            ),
            "airport_fee": self._fee(habits.airport_fee, at_airport, is_bare),
            "cbd_congestion_fee": self._fee(
                habits.cbd_fee, draws.happens("cbd", habits.congested_share * 0.7)
            ),
        }
        charged = _sum([pc.fill_null(fee, 0) for fee in fees.values()])
        # Vendor 1 counts the fees in its extra as well, so its parts exceed its total.
        is_vendor_1 = pc.equal(trips["vendorid"], 1)
        amounts = {
            "fare_amount": fare,
            "extra": extra,
            "mta_tax": pc.if_else(pc.is_in(rate, pa.array([3, 5], pa.int32())), 0, 50),
            "tip_amount": pc.if_else(by_card, tip, 0),
            "tolls_amount": draws.choose("tolls", habits.tolls),
            "improvement_surcharge": self._fee(
                habits.improvement_fee, pc.is_valid(fare)
            ),
        }
        parts = [pc.fill_null(part, 0).cast(pa.int64()) for part in amounts.values()]
        amounts["total_amount"] = pc.add(_sum(parts), charged)
        amounts["extra"] = pc.if_else(is_vendor_1, pc.add(extra, charged), extra)
        amounts["ehail_fee"] = pa.nulls(len(fare), pa.int32())
        amounts |= fees
        return {name: column.cast(pa.int32()) for name, column in amounts.items()}

    @staticmethod
    def _fee(
        cents: int | None,
        is_due: pa.BooleanArray,
        is_null: pa.BooleanArray | None = None,
    ) -> pa.Array:
        """A fee where it is due; null all over if it does not exist yet."""
        if cents is None:
            return pa.nulls(len(is_due), pa.int64())
        fee = pc.if_else(is_due, cents, 0)
        return fee if is_null is None else pc.if_else(is_null, None, fee)


def _sum(columns: list[pa.Array]) -> pa.Array:
    total = columns[0]
    for column in columns[1:]:
        total = pc.add(total, column)
    return total


def _with_reversals(
    draws: Draws, trips: pa.RecordBatch, habits: Habits
) -> pa.RecordBatch:
    """Put in the place of some trips the mirror of the trip before."""
    drawn = draws.happens("reversal", habits.reversal_share)
    drawn = pc.and_(drawn, _after(pc.equal(trips["vendorid"], 2)))
    is_reversal = pc.and_not(drawn, _after(drawn))
    if not is_reversal.true_count:
        return trips
    rows = pa.arange(0, trips.num_rows)
    trips = trips.take(pc.subtract(rows, is_reversal.cast(pa.int64())))
    sign = pc.if_else(is_reversal, -1, 1).cast(pa.int32())
    return pa.record_batch(
        {
            name: pc.multiply(trips[name], sign) if name in MONEY else trips[name]
            for name in trips.schema.names
        }
    )


def _after(condition: pa.BooleanArray) -> pa.BooleanArray:
    """Whether a condition held for the row before."""
    return pa.concat_arrays([pa.array([False]), condition.slice(0, len(condition) - 1)])
