"""Whether two versions of a table show the same to a reader.

Expiry writes a table's metadata anew and leaves its rows as they are, so the address of
the metadata alone does not tell.
"""

from collections.abc import Iterator

from taxi.errors import TaxiError
from taxi.publishing.reading import open_version

# Metadata file by name of table.
Tables = dict[str, str]


def differing(one: Tables, other: Tables) -> Iterator[str]:
    """The tables that the other lacks, or shows otherwise."""
    for name, location in one.items():
        if not _show_same(location, other.get(name)):
            yield name


def are_same(one: Tables, other: Tables) -> bool:
    """Whether both are of the same tables, and show the same."""
    return one.keys() == other.keys() and not any(differing(one, other))


def _show_same(one: str, other: str | None) -> bool:
    if one == other or other is None:
        return one == other
    try:
        return _content(one) == _content(other)
    except TaxiError:
        return False


def _content(location: str) -> tuple:
    metadata = open_version(location).metadata
    return (
        metadata.table_uuid,
        metadata.current_snapshot_id,
        metadata.schema(),
        metadata.properties,
    )
