"""What is to be done about each file, and which files are not there."""

from dataclasses import dataclass, field

from taxi.errors import TaxiError
from taxi.fetching.offers import Description, Offer, Place, Wanted, tlc_name
from taxi.landing.files import TripFile
from taxi.telling import Teller


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


def find_offers(place: Place, wanted: Wanted) -> tuple[list[Offer], list[TaxiError]]:
    """The wanted files of a place, and names that no month has.

    Raises:
        TaxiError: if there is neither.
    """
    offers, odd_names = place.offers(wanted)
    if not offers and not odd_names:
        raise TaxiError(
            f"{place} holds no wanted file of trips "
            "(such as green_tripdata_2023-01.parquet)"
        )
    return offers, odd_names


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
