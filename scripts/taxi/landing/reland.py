"""Landing files anew by today's rules, each from where it was landed before."""

from dataclasses import replace

from taxi.errors import TaxiError
from taxi.fetching.offers import Wanted
from taxi.fetching.origins import Origins
from taxi.lake import Lake
from taxi.landing.land import LANDING_RULES_VERSION
from taxi.landing.records import Landing, Months
from taxi.landing.report import Report
from taxi.landing.run import Run, Wishes


def reland(lake: Lake, wishes: Wishes) -> Report:
    """Land what is landed anew, and say how each file fared.

    A file comes from the cache if that keeps the content that was landed, and otherwise
    from its origin, as it is there now.

    Args:
        wishes: which months; if it names none, those that today's rules may land
            otherwise.

    Raises:
        TaxiError: if there is no lake, no month that was named is landed, or the lake
            is busy or cannot be used.
    """
    one = Run(lake, wishes)
    with one.shown():
        # To open a lake that is not there is to make it, and it has nothing to reland.
        lake.require()
        one.open_lake()
        chosen = choose(one.landed, wishes.wanted)
        fetching = replace(
            wishes.fetching, opener=lambda settings: Origins(chosen, settings)
        )
        with fetching.open(lake, one.progress) as fetcher:
            offers = fetcher.place.offers(wishes.wanted).offers
            if not offers and wishes.wanted != Wanted():
                raise TaxiError("none of the wanted months is landed")
            one.land(fetcher, offers, lambda offer, found: False, is_anew=True)
    return one.report


def choose(landed: Months, wanted: Wanted) -> list[Landing]:
    """The landings to be made anew: all of those wanted by name, or those that need it.

    A landing needs it if its rules are not those of today, or if it left out columns
    that nobody knew.
    """
    if wanted != Wanted():
        return list(landed.values())
    return [
        one
        for one in landed.values()
        if one.landing_rules_version != LANDING_RULES_VERSION or one.unknown_columns
    ]
