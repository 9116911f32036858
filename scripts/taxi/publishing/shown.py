"""What readers see now: the marts, the publication, and the build that made them."""

from dataclasses import dataclass

from taxi.catalog import PUBLISHED, read_locations, reading
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.publishing.reading import NOTHING_PUBLISHED, Marts
from taxi.publishing.records import Build, Publication
from taxi.publishing.tables import read_builds, read_publications


@dataclass(frozen=True)
class Shown:
    """What readers see, all of one moment.

    Attributes:
        newer: the last build, if it came after the one that is shown.
    """

    marts: Marts
    publication: Publication
    build: Build
    newer: Build | None


def read_shown(lake: Lake) -> Shown:
    """What readers see now.

    Raises:
        TaxiError: if there is no lake, or nothing is published.
    """
    with reading(lake) as connection, connection.begin():
        marts = Marts(PUBLISHED, read_locations(connection, PUBLISHED))
        publications = read_publications(connection)
        builds = read_builds(connection)
    if not marts.locations or not publications:
        raise TaxiError(NOTHING_PUBLISHED)
    shown = publications[-1]
    (build,) = (one for one in builds if one.build_id == shown.build_id)
    newer = builds[-1] if builds[-1].build_id > build.build_id else None
    return Shown(marts, shown, build, newer)
