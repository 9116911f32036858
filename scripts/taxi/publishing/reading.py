"""The marts of one moment, read through pyiceberg and without a JVM.

A reader that opens table after table by its name can see two publications. Here all
rows of a schema are read in one SELECT, and the metadata files that they name never
change.
"""

from dataclasses import dataclass

from pyiceberg.exceptions import ValidationError
from pyiceberg.table import StaticTable

from taxi.catalog import MARTS, PUBLISHED, database, read_locations
from taxi.errors import TaxiError
from taxi.file_access import IO_PROPERTIES
from taxi.lake import Lake

_ADVICE = {
    MARTS: "{name} was not built yet; run dbt build.",
    PUBLISHED: "{name} is not published; run dbt build and python scripts/publish.py.",
}

NOTHING_PUBLISHED = "nothing is published yet; run python scripts/publish.py."


@dataclass(frozen=True)
class Marts:
    """The tables of a schema as they were at one moment.

    Attributes:
        schema: `published`, or `marts` as dbt left them.
        locations: metadata file by name of table.
    """

    schema: str
    locations: dict[str, str]

    def open(self, name: str) -> StaticTable:
        """Open a table.

        Raises:
            TaxiError: if there is none, or its metadata file is gone.
        """
        if name not in self.locations:
            raise TaxiError(_ADVICE[self.schema].format(name=f"{self.schema}.{name}"))
        return open_version(self.locations[name])


def open_version(location: str) -> StaticTable:
    """Open the version of a table that a metadata file describes.

    Raises:
        TaxiError: if the file is missing or damaged.
    """
    try:
        return StaticTable.from_metadata(location, IO_PROPERTIES)
    except FileNotFoundError as error:
        raise TaxiError(f"the lake lacks the metadata file {location}") from error
    except (ValueError, ValidationError) as error:
        raise TaxiError(f"the metadata file {location} is damaged") from error


def read_published(lake: Lake) -> Marts:
    """The published marts, all of one publication.

    Raises:
        TaxiError: if nothing is published.
    """
    marts = _read(lake, PUBLISHED)
    if not marts.locations:
        raise TaxiError(NOTHING_PUBLISHED)
    return marts


def read_working(lake: Lake) -> Marts:
    """The marts as dbt left them, tested or not."""
    return _read(lake, MARTS)


def _read(lake: Lake, schema: str) -> Marts:
    with database(lake) as engine, engine.connect() as connection:
        return Marts(schema, read_locations(connection, schema))
