"""What keeps a file out of its month because of what is landed."""

from datetime import date

from taxi.errors import TaxiError
from taxi.landing.files import TripFile
from taxi.landing.records import Landing, Months

# The share of its rows, in percent, that a month may lose without a question.
MOST_LOST_PERCENT = 10

# The SHA-256 and the name of each month's file.
Known = dict[tuple[str, date], tuple[str, str]]


def known_bytes(landed: Months) -> Known:
    """The bytes of the months that are landed."""
    return {key: (one.sha256, one.source_file) for key, one in landed.items()}


def refuse_known_bytes(file: TripFile, sha256: str, known: Known) -> None:
    """Refuse a file whose bytes another month has.

    Raises:
        TaxiError: which names that month, and not the file.
    """
    for (service, month), (held, name) in known.items():
        if held == sha256 and (service, month) != (file.service, file.month):
            raise TaxiError(
                f"has the same bytes as {name}, which is landed as {service} "
                f"{month:%Y-%m}; if that is the wrong month, take it out by --withdraw "
                f"{service} {month:%Y-%m}"
            )


def refuse_lost_rows(row_count: int, held: Landing | None) -> None:
    """Refuse a file that has far fewer rows than the one whose place it would take.

    Raises:
        TaxiError: which has both counts, and does not name the file.
    """
    if not held or 100 * row_count >= (100 - MOST_LOST_PERCENT) * held.row_count:
        return
    raise TaxiError(
        f"has {row_count:,} trips, and {held.source_file}, which is landed, has "
        f"{held.row_count:,}: more than {MOST_LOST_PERCENT} percent would be lost; "
        "--replace lands it all the same"
    )
