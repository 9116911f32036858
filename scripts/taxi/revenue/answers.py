"""What each engine gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pyspark import RDD
from pyspark.sql import DataFrame


@dataclass(frozen=True)
class Share:
    """Trips that fared alike in the review.

    Attributes:
        reason: why they were set aside; None for those that were kept.
        total_revenue: in US dollars.
    """

    reason: str | None
    trip_count: int
    total_revenue: Decimal


@dataclass(frozen=True)
class Answer:
    """Revenue that is still to be computed: no file has been read for it.

    Attributes:
        revenue: the result, sorted.
        account: computes what became of the trips, from the sums that the result is
            made of too.
        lineage: for RDDs, what Spark knows of how the result is made.
    """

    revenue: DataFrame
    account: Callable[[], list[Share]]
    lineage: RDD | None = None


def shares(rows) -> list[Share]:
    """Shares in order: what was kept, then the reasons by name."""
    found = [Share(*row) for row in rows]
    return sorted(found, key=lambda share: share.reason or "")
