"""What readers see now: the marts, the publication, and the build that made them."""

from dataclasses import dataclass

from taxi.catalog import reading
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.publishing.contents import are_same
from taxi.publishing.reading import Marts, published_of
from taxi.publishing.records import Build, Publication
from taxi.publishing.tables import read_builds, read_publications


@dataclass(frozen=True)
class Shown:
    """What readers see, all of one moment.

    Attributes:
        newer: the last build, if it came after the one that is shown and did not leave
            the same.
    """

    marts: Marts
    publication: Publication
    build: Build
    newer: Build | None


def read_shown(lake: Lake) -> Shown:
    """What readers see now.

    Raises:
        TaxiError: if there is no lake, nothing is published, or no record tells what.
    """
    with reading(lake) as connection, connection.begin():
        marts = published_of(connection)
        publications = read_publications(connection)
        builds = read_builds(connection)
    shown = publications[-1] if publications else None
    build = next((b for b in builds if shown and b.build_id == shown.build_id), None)
    if shown is None or build is None:
        raise TaxiError(
            "the lake does not say which build is published; "
            "run dbt build and python scripts/publish.py"
        )
    last = builds[-1]
    is_newer = last.build_id > build.build_id and not (
        last.is_publishable and are_same(last.marts, marts.locations)
    )
    return Shown(marts, shown, build, last if is_newer else None)
