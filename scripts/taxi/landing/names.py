"""Which columns of a file serve the landed ones, by their names alone."""

import re
from collections import Counter

from taxi.errors import TaxiError
from taxi.landing import old_layouts
from taxi.landing.columns import SERVICES, Column
from taxi.landing.old_layouts import OldLayout


def match_names(
    service: str, found: list[str]
) -> tuple[OldLayout | None, dict[Column, tuple[str, ...]]]:
    """Match the names of a file's columns; case and spaces around do not matter.

    Returns:
        The old layout that the file has, if any; and for each landed column of the
        service the name that serves it, in lower case, whether the file has it or not.
        Two names are the longitude and latitude of a point.

    Raises:
        TaxiError: for a missing or doubled column. The text does not name the file.
    """
    counts = Counter(name.strip().lower() for name in found)
    doubled = [name for name, count in counts.items() if count > 1]
    if doubled:
        raise TaxiError(f"column {doubled[0]} occurs {counts[doubled[0]]} times")

    old = old_layouts.find(service, counts.keys())
    keys = {column: _keys(column, old) for column in SERVICES[service]}
    absent = old.absent if old else frozenset()
    missing = [
        column.name if column.name.lower() == key else f"{key} ({column.name})"
        for column, wanted in keys.items()
        for key in wanted
        if column.required and key not in counts and column.name.lower() not in absent
    ]
    if missing:
        raise TaxiError(f"required column {', '.join(missing)} is missing")
    return old, keys


def unnamed(place: int) -> str:
    """What a column without a name is called."""
    return f"column {place + 1} without a name"


# As pandas writes the index of a table, and as it names it on reading it again.
_INDEX = re.compile(
    r"column \d+ without a name|unnamed: \d+|__index_level_\d+__|index|level_\d+"
)


def is_index(name: str) -> bool:
    """Whether a column that serves none is the index of a table of pandas."""
    return bool(_INDEX.fullmatch(name.strip().lower()))


def _keys(column: Column, old: OldLayout | None) -> tuple[str, ...]:
    """The lower-case names that serve a column: one, or two for a point."""
    name = column.name.lower()
    if old and name in old.points:
        return old.points[name]
    return ((old.names.get(name, name) if old else name),)
