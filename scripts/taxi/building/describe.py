"""A plan in words, as a person reads it when a build starts."""

from collections.abc import Iterable

from taxi.building.conditions import ServiceMonth
from taxi.building.logic import Logic
from taxi.building.plan import Plan

# More names than this are a number.
_NAMES = 6


def in_words(plan: Plan, logic: Logic) -> str:
    """What a build loads, takes out and leaves, in one line; then what is amiss."""
    words = _months(plan, logic)
    if not plan.unlisted:
        return words
    names = listed(sorted(one.rpartition(".")[2] for one in plan.unlisted))
    return (
        f"{words}\nNo month counts as loaded, as int_trips__loaded_months.sql does not "
        f"list {names}; add it there"
    )


def _months(plan: Plan, logic: Logic) -> str:
    facts = [
        node.name
        for node in logic.nodes("model")
        if node.unique_id in plan.replaced_whole
        and node.config.materialized == "incremental"
    ]
    landed = _count(plan.landed)
    if facts:
        return f"Loads all ({landed}), as these are new or changed: {listed(facts)}"
    loaded = sorted(plan.months & plan.landed)
    gone = sorted(plan.months - plan.landed)
    if not plan.months:
        return f"Nothing to load: the facts hold {landed} as they are landed"
    parts = [f"Loads {listed(loaded)}"] if loaded else []
    parts += [f"takes out {listed(gone)}"] if gone else []
    left = _count(plan.landed - plan.months)
    return f"{' and '.join(parts).capitalize()}; {left} stay as they are"


def listed(names: Iterable[object]) -> str:
    """Names in a row, the first few if they are many."""
    words = [str(name) for name in names]
    more = len(words) - _NAMES
    if more > 1:
        words = [*words[:_NAMES], f"{more} more"]
    return ", ".join(words)


def _count(months: frozenset[ServiceMonth]) -> str:
    return "1 month" if len(months) == 1 else f"{len(months)} months"
