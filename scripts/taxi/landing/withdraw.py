"""Taking a landed month out of the lake."""

from dataclasses import replace
from datetime import UTC, date, datetime

from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.landing import commits
from taxi.landing.records import Landing, new_landing_id, recorded
from taxi.landing.recovery import recover
from taxi.landing.staging import Staging
from taxi.locks import LakeLock
from taxi.upkeep.checksums import record_files


def withdraw(
    lake: Lake, service: str, month: date, wait_seconds: float | None
) -> Landing:
    """Take the rows of a month out of the landed tables; `tlc.landings` tells of it.

    Returns:
        The withdrawal, with the rows and sums that were taken out.

    Raises:
        TaxiError: if there is no lake, the month is not landed, or the lake is busy or
            cannot be used.
    """
    # To recover a lake is to make its tables.
    lake.require()
    tables, _ = recover(lake, "ingest --withdraw", wait_seconds)
    landing_id = new_landing_id()
    with (
        LakeLock(lake, "ingest --withdraw", alone=False, wait_seconds=wait_seconds),
        Staging(lake.home, landing_id, is_committing=True),
    ):
        held = recorded(tables).get((service, month))
        if held is None:
            raise TaxiError(f"{service} {month:%Y-%m} is not landed")
        withdrawal = replace(
            held,
            landing_id=landing_id,
            event="withdrawn",
            landed_at=datetime.now(UTC),
        )
        commits.commit_withdrawal(tables, withdrawal)
        commits.finish(tables, withdrawal)
        record_files(lake)
    return withdrawal
