"""Reading what an earlier or a later version of this project has recorded.

A record outlives the version that wrote it: what a reader does not know it passes over,
and what it misses it names.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from taxi.errors import TaxiError

T = TypeVar("T")


def from_record(kind: type[T], values: Mapping[str, Any], what: str) -> T:
    """Make an object of a dataclass of the fields that it knows.

    Args:
        what: names the record for people.

    Raises:
        TaxiError: if a field is missing that has no default.
    """
    if not isinstance(values, Mapping):
        raise TaxiError(f"{what} is no record of fields")
    missing = [
        one.name
        for one in fields(kind)
        if one.name not in values
        and one.default is MISSING
        and one.default_factory is MISSING
    ]
    if missing:
        raise TaxiError(f"{what} lacks {', '.join(missing)}")
    known = {one.name for one in fields(kind)}
    return kind(**{name: one for name, one in values.items() if name in known})
