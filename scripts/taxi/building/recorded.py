"""What the tables and views of a lake are made of, by their own account."""

import gzip
import json
from dataclasses import dataclass

from pyiceberg.catalog.sql import SqlCatalog

from taxi.catalog import LANDED, PUBLISHED, read_pointers
from taxi.file_access import open_files

# The property that holds the hash of `taxi.building.logic`. It is written in the same
# commit as the rows.
LOGIC = "taxi.logic"

# For a table whose parents may have been of another logic than the project's.
UNKNOWN = "unknown"

# The schemas that no model is built in.
_NOT_BUILT = (LANDED, PUBLISHED, "test_failures")


@dataclass(frozen=True)
class Recorded:
    """What a table or view says of itself.

    Attributes:
        is_view: whether it is a view.
        logic: hash of what its rows follow from; empty if it says nothing.
        comment: its own comment.
        comments: the comments of its columns, by name.
    """

    is_view: bool
    logic: str
    comment: str
    comments: dict[str, str]

    def carries_descriptions(self, node) -> bool:
        """Whether its comments are the descriptions of a node of dbt's."""
        return self.comment == node.description and all(
            self.comments.get(name, "") == column.description
            for name, column in node.columns.items()
        )


def read_recorded(catalog: SqlCatalog) -> dict[tuple[str, str], Recorded]:
    """Every table and view that is not landed or published, by schema and name."""
    with catalog.engine.connect() as connection:
        return {
            (one.namespace, one.name): _read(one.location, one.is_view)
            for one in read_pointers(connection)
            if one.namespace not in _NOT_BUILT
        }


def _read(location: str, is_view: bool) -> Recorded:
    with open_files().new_input(location).open() as file:
        content = file.read()
    # Views keep their metadata compressed.
    metadata = json.loads(gzip.decompress(content) if ".gz." in location else content)
    properties = metadata.get("properties", {})
    if is_view:
        (version,) = (
            one
            for one in metadata["versions"]
            if one["version-id"] == metadata["current-version-id"]
        )
        schema_id = version["schema-id"]
    else:
        schema_id = metadata["current-schema-id"]
    (schema,) = (one for one in metadata["schemas"] if one["schema-id"] == schema_id)
    return Recorded(
        is_view,
        properties.get(LOGIC, ""),
        properties.get("comment", ""),
        {field["name"]: field.get("doc", "") for field in schema["fields"]},
    )
