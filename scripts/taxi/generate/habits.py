"""What is usual on New York's taxis at a time: where, when, how far, at what price.

Shares are rounded from TLC's files and tariffs; nothing here is a statistic. Amounts
are in cents, distances in hundredths of a mile.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from taxi.generate.draws import SCALE, spread

# Trips that begin in an hour, in thousandths of a day.
_HOURS = {
    "green": "18 13 9 8 7 5 15 38 49 53 51 55 55 54 63 72 77 81 78 59 48 37 32 25",
    "yellow": "29 20 15 11 6 8 20 38 46 45 46 49 57 56 60 53 53 62 72 64 52 57 44 35",
}

# Pickups in the busiest zones, in thousandths; the rest is spread over all zones.
_ZONES = {
    "green": {74: 180, 75: 135, 41: 61, 166: 61, 95: 54, 43: 40, 82: 40, 97: 31}
    | {42: 30, 244: 28, 65: 25, 7: 24, 129: 21, 130: 20, 260: 19, 116: 12, 264: 1},
    "yellow": {237: 48, 161: 44, 236: 43, 230: 36, 162: 36, 186: 33, 234: 33}
    | {142: 31, 48: 30, 170: 30, 132: 30, 79: 28, 163: 27, 239: 26, 68: 25, 141: 24}
    | {164: 24, 138: 22, 107: 22, 238: 21, 249: 21, 100: 21, 229: 19, 263: 19, 264: 9},
}
AIRPORT_ZONES = pa.array([132, 138], pa.int32())

# Rows without passengers, rate, flag, payment and fees, in hundredths, from 2019-07 on.
_BARE_SHARES = {
    "green": {2019: 18, 2020: 34, 2021: 41, 2022: 11, 2023: 7, 2024: 6, 2025: 7},
    "yellow": {2019: 1, 2020: 2, 2021: 5, 2022: 4, 2023: 4, 2024: 10, 2025: 20},
}

# First month, fee at the flag drop, fee per fifth of a mile or minute, trip to JFK.
_TARIFFS = (
    ("2022-12", 300, 70, 7_000),
    ("2012-09", 250, 50, 5_200),
    ("", 250, 40, 4_500),
)
_TOLLS = (("2023-01", 694), ("2021-04", 655), ("2019-04", 612), ("", 576))

DISTANCE_STEP = 20

# Digital Dispatch Systems, which has no code of TLC's.
DDS = 3


def _latest(rows: tuple[tuple, ...], month: str) -> tuple:
    """The row that applies in a month, of rows from the newest to the oldest."""
    return next(row for row in rows if month >= row[0])


@dataclass(frozen=True)
class Habits:
    """The habits of one service in one month; tables are for `Draws.choose`."""

    service: str
    month: str

    @property
    def year(self) -> int:
        return int(self.month[:4])

    @property
    def is_yellow(self) -> bool:
        return self.service == "yellow"

    @cached_property
    def hours(self) -> pa.Array:
        return spread(dict(enumerate(map(int, _HOURS[self.service].split()))))

    @cached_property
    def zones(self) -> pa.Array:
        busy = _ZONES[self.service]
        rest = 1_000 - sum(busy.values())
        weights = {zone: busy.get(zone, 0) * 265 + rest for zone in range(1, 266)}
        return spread(weights)

    @cached_property
    def vendors(self) -> pa.Array:
        weights = {1: 140, 2: 858} if not self.is_yellow else {1: 330, 2: 666}
        if self.is_yellow and "2018-07" <= self.month <= "2019-08":
            weights[4] = 4
        if self.year <= 2010:
            weights[DDS] = 40
        if self.year >= 2024:
            weights[6] = 1
        if self.is_yellow and self.year >= 2025:
            weights[7] = 10
        return spread(weights)

    @cached_property
    def passengers(self) -> pa.Array:
        return spread({1: 720, 2: 145, 3: 40, 4: 20, 5: 35, 6: 25, 0: 15})

    @cached_property
    def rates(self) -> pa.Array:
        flat = 230 if self.is_yellow else 15
        return spread({1: 9_600, 2: flat, 3: 15, 4: 8, 5: 120, 6: 1, 99: 12})

    @cached_property
    def payments(self) -> pa.Array:
        card = min(780, 450 + 35 * (self.year - 2011)) - (0 if self.is_yellow else 120)
        return spread({1: card, 2: 990 - card, 3: 6, 4: 4})

    @cached_property
    def distances(self) -> pa.Array:
        """Skewed to the right as real ones are, and computed in whole numbers."""
        median = 165 if self.is_yellow else 180
        return pa.array(
            [math.isqrt(median**2 * n // (SCALE - n)) for n in range(SCALE)], pa.int32()
        )

    @cached_property
    def tip_percents(self) -> pa.Array:
        return spread({0: 8, 10: 10, 15: 14, 18: 10, 20: 34, 22: 9, 25: 10, 30: 5})

    @cached_property
    def tolls(self) -> pa.Array:
        _, toll = _latest(_TOLLS, self.month)
        return spread({0: 950, toll: 46, 2 * toll: 3, toll + 1_250: 1})

    @property
    def zero_distance_share(self) -> float:
        return 0.01 if self.is_yellow else 0.04

    @property
    def bare_share(self) -> float:
        if self.month < "2019-07":
            return 0
        return _BARE_SHARES[self.service][self.year] / 100

    @property
    def reversal_share(self) -> float:
        """Of the rows; only vendor 2 reverses, so more are drawn than come to be."""
        return 0.0046 if self.is_yellow else 0.0036

    @property
    def tariff(self) -> tuple[int, int, int]:
        """Flag drop, step and trip to JFK."""
        return _latest(_TARIFFS, self.month)[1:]

    @property
    def rush_fee(self) -> int:
        return 250 if self.month >= "2022-12" else 100

    @property
    def night_fee(self) -> int:
        return 100 if self.month >= "2022-12" else 50

    @property
    def improvement_fee(self) -> int | None:
        """Null in green before there was one."""
        if self.month < "2015-01":
            return 0 if self.is_yellow else None
        return 100 if self.month >= "2022-12" else 30

    @property
    def congestion_fee(self) -> int | None:
        if self.month < "2019-01":
            return None
        return 250 if self.is_yellow else 275

    @property
    def congested_share(self) -> float:
        return 0.92 if self.is_yellow else 0.3

    @property
    def airport_fee(self) -> int | None:
        if self.month < "2020-11" or not self.is_yellow:
            return None
        return 175 if self.month >= "2022-12" else 125

    @property
    def cbd_fee(self) -> int | None:
        return 75 if self.month >= "2025-01" else None
