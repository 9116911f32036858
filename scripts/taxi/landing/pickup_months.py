"""Whether the pickups of a file lie in the month that its name says."""

from collections import Counter
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from taxi.errors import TaxiError
from taxi.landing.columns import SERVICES
from taxi.landing.files import TripFile

# The first rows of TLC's files are of several months; so few say less than many.
_FEW = 20
# These may all be strays of a month beside the file's.
_HANDFUL = 5


class PickupMonths:
    """Counts a file's pickups in its month and outside it, batch by batch.

    TLC's own files have a few dozen trips of other months.
    """

    def __init__(self, file: TripFile):
        self._file = file
        first = file.month
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        self._ends = [_moment(first), _moment(after)]
        names = [column.name for column in SERVICES[file.service]]
        self._place = names.index(
            next(name for name in names if name.endswith("_pickup_datetime"))
        )
        self._timed_count = 0
        self._outside: Counter[datetime] = Counter()

    def add(self, columns: list[pa.Array]) -> None:
        """Count the pickups of typed columns, in the table's order."""
        pickups = columns[self._place]
        self._timed_count += len(pickups) - pickups.null_count
        is_early = pc.less(pickups, self._ends[0])
        is_outside = pc.or_(is_early, pc.greater_equal(pickups, self._ends[1]))
        if is_outside.true_count:
            months = pc.floor_temporal(pickups.filter(is_outside), unit="month")
            for found in pc.value_counts(months).to_pylist():
                self._outside[found["values"]] += found["counts"]

    def refuse_another_month(self) -> None:
        """Refuse the file if more than half of its pickups are of other months.

        Of few pickups more than half have to be of one other month, and of a handful,
        of one that is no neighbour.

        Raises:
            TaxiError: which names both months, and not the file.
        """
        if not self._outside:
            return
        outside = self._outside.total()
        ((month, count),) = self._outside.most_common(1)
        decisive = count if self._timed_count < _FEW else outside
        is_handful = self._timed_count < _HANDFUL
        is_stray = is_handful and abs(_months_from(month, self._file.month)) == 1
        if is_stray or 2 * decisive <= self._timed_count:
            return
        said = f"{self._file.service} {_shown(self._file.month)}"
        raise TaxiError(
            f"is named as {said}, but {outside:,} of its {self._timed_count:,} pickups "
            f"are of other months, {count:,} of {_shown(month)}; give it the name of "
            "its month"
        )


def _moment(first: date) -> pa.Scalar:
    return pa.scalar(datetime(first.year, first.month, 1), pa.timestamp("us"))


def _months_from(one: date, other: date) -> int:
    return 12 * (one.year - other.year) + one.month - other.month


def _shown(month: date) -> str:
    return f"{month.year:04}-{month.month:02}"
