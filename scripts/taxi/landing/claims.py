"""Files of one month of which none is surely the whole month."""

from contextlib import suppress

from taxi.fetching.cache import sha256_of
from taxi.fetching.plans import Plan
from taxi.landing import files


def doubtful(plans: list[Plan]) -> list[list[Plan]]:
    """Groups of files that may each be a part of the same month.

    They have one form, none has the name that TLC gives to a month's file, and their
    bytes are not the same.
    """
    there = [plan for plan in plans if plan.action != "miss"]
    groups = []
    for claims in files.by_month(there, lambda plan: plan.file):
        for form in ("parquet", "csv"):
            group = [plan for plan in claims if plan.file.format == form]
            is_sure = any(_is_sure(plan) for plan in group)
            unsure = [plan for plan in group if not _is_sure(plan)]
            if len(unsure) > 1 and not is_sure and not _are_same(unsure):
                groups.append(unsure)
    return groups


def _is_sure(plan: Plan) -> bool:
    return plan.file.is_exactly_named and plan.file.folders is None


def _are_same(plans: list[Plan]) -> bool:
    contents = {_content(plan) for plan in plans}
    return len(contents) == 1 and None not in contents


def _content(plan: Plan) -> str | None:
    """What tells whether the bytes are the same; None if nothing does."""
    if plan.offer.is_here:
        with suppress(OSError):
            return sha256_of(plan.file.path)
        return None
    return plan.description.sha256 or plan.description.crc32c
