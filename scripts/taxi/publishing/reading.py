"""The marts of one moment, read through pyiceberg and without a JVM.

A reader that opens table after table by its name can see two publications. Here all
rows of a schema are read in one SELECT, and the metadata files that they name never
change.
"""

from dataclasses import dataclass

from pyiceberg.exceptions import ValidationError
from pyiceberg.table import StaticTable
from sqlalchemy import Connection

from taxi.catalog import LANDED, MARTS, PUBLISHED, read_locations, reading
from taxi.errors import TaxiError
from taxi.file_access import IO_PROPERTIES
from taxi.lake import LAND_FIRST, Lake

_ADVICE = {
    MARTS: "{name} was not built yet; run dbt build.",
    PUBLISHED: "{name} is not published; run dbt build and python scripts/publish.py.",
}


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
        TaxiError: if there is no lake, or nothing is published.
    """
    with reading(lake) as connection:
        return published_of(connection)


def published_of(connection: Connection) -> Marts:
    """The published marts, all of one publication.

    Raises:
        TaxiError: if nothing is published, saying what comes first.
    """
    marts = Marts(PUBLISHED, read_locations(connection, PUBLISHED))
    if not marts.locations:
        is_built = bool(read_locations(connection, MARTS))
        if not is_built:
            require_trips(connection)
        first = "" if is_built else "dbt build, then "
        raise TaxiError(
            f"nothing is published yet; run {first}python scripts/publish.py."
        )
    return marts


def read_working(lake: Lake) -> Marts:
    """The marts as dbt left them, tested or not.

    Raises:
        TaxiError: if there is no lake, or nothing is landed or built.
    """
    with reading(lake) as connection:
        marts = Marts(MARTS, read_locations(connection, MARTS))
        if not marts.locations:
            require_trips(connection)
            raise TaxiError("nothing was built yet; run dbt build.")
    return marts


def require_trips(connection: Connection) -> None:
    """Check that files were landed.

    Raises:
        TaxiError: if none ever was.
    """
    if "source_files" not in read_locations(connection, LANDED):
        raise TaxiError(f"the lake holds no trips yet; {LAND_FIRST}.")
