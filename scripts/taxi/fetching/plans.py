"""What is to be done about each file, and which files are not there."""

from dataclasses import dataclass, field

from taxi.errors import TaxiError
from taxi.fetching.offers import (
    Description,
    Listing,
    Offer,
    Place,
    Wanted,
    tlc_name,
)
from taxi.landing.file_names import OddName
from taxi.landing.files import TripFile
from taxi.telling import Teller, in_few_words

# Names on one line.
_TOLD_TOGETHER = 5

_NO_MONTH = (
    "the name tells no service and month; rename it as green_tripdata_2023-01.parquet, "
    "or leave it aside by --ignore-other-files"
)


@dataclass(frozen=True)
class Plan:
    """What is to be done about a file.

    Attributes:
        action: `fetch`; `use`, as it is here already; `leave`, as it is known;
            `miss`, as it is not there; or `refuse`.
        description: what its place says of it, unless it is missed or refused.
        reason: why it is missed or refused.
    """

    offer: Offer
    action: str
    description: Description = field(default_factory=Description)
    reason: str = ""

    @property
    def file(self) -> TripFile:
        return self.offer.file


def sizes(plans: list[Plan]) -> dict[str, int | None]:
    """The bytes of the files that are to be fetched, by name."""
    fetched = [plan for plan in plans if plan.action == "fetch"]
    return {plan.file.name: plan.description.size for plan in fetched}


def find_offers(
    place: Place, wanted: Wanted, teller: Teller, ignores_others: bool = False
) -> list[Offer]:
    """The wanted files of a place; those whose names tell no month are named.

    Args:
        ignores_others: whether the latter are no fault.

    Raises:
        TaxiError: if there are neither.
    """
    listing = place.offers(wanted)
    groups = _odd_groups(listing, wanted)
    others = listing.seen.others
    if not listing.offers and (ignores_others or (not groups and not others)):
        raise TaxiError(_none_wanted(place, listing))
    tell = teller.ignore if ignores_others else teller.refuse_together
    for group in groups:
        tell([odd.name for odd in group], group[0].reason)
    for first in range(0, len(others), _TOLD_TOGETHER):
        tell(others[first : first + _TOLD_TOGETHER], _NO_MONTH)
    return listing.offers


def _odd_groups(listing: Listing, wanted: Wanted) -> list[list[OddName]]:
    """Names of no whole month, those of one month together, unless nobody wants it."""
    newest = {offer.file.service: offer.file.month for offer in listing.offers}
    groups: dict[object, list[OddName]] = {}
    for odd in listing.seen.odd_names:
        is_wanted = odd.month is None or wanted.includes_month(*odd.month)
        if odd.month and wanted.is_latest:
            service, month = odd.month
            is_wanted = is_wanted and month >= newest.get(service, month)
        if is_wanted:
            groups.setdefault(odd.month or odd.name, []).append(odd)
    return list(groups.values())


def _none_wanted(place: Place, listing: Listing) -> str:
    """That a place holds nothing that is wanted, and what it holds."""
    names = listing.seen.names
    seen = f"holds {in_few_words(names)}" if names else "is empty"
    return (
        f"{place} holds no wanted file of trips (such as "
        f"green_tripdata_2023-01.parquet); it {seen}"
    )


def name_missing(
    plans: list[Plan], wanted: Wanted, place: Place, teller: Teller
) -> None:
    """Say which months that were asked for by name are not there.

    Raises:
        TaxiError: if none is.
    """
    for plan in plans:
        if plan.action == "miss":
            teller.miss(plan.file.name, plan.reason)
    if plans and all(plan.action == "miss" for plan in plans):
        raise TaxiError(f"{place} has none of the wanted files")
    there = {(plan.file.service, plan.file.month) for plan in plans}
    services = wanted.services or {service for service, _ in there}
    for service, month in wanted.names():
        if service in services and (service, month) not in there:
            teller.miss(tlc_name(service, month), f"{place} does not hold it")
