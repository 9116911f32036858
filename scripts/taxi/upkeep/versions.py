"""Which older versions of tables builds and publications name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from taxi.publishing.tables import read_builds, read_publications


@dataclass(frozen=True)
class Version:
    """What a build or a publication names: addresses of metadata files."""

    moment: datetime
    locations: tuple[str, ...]


def read_versions(connection: Connection) -> list[list[Version]]:
    """What publications, builds, and builds to be published name, the oldest first.

    The last that can be published is wanted still when builds after it have failed.
    """
    ended = [build for build in read_builds(connection) if build.finished_at]
    builds, publishable = (
        [
            Version(datetime.fromisoformat(one.finished_at), tuple(one.marts.values()))
            for one in some
        ]
        for some in (ended, [one for one in ended if one.is_publishable])
    )
    publications = [
        Version(datetime.fromisoformat(one.published_at), tuple(one.tables.values()))
        for one in read_publications(connection)
    ]
    return [
        sorted(versions, key=lambda version: version.moment)
        for versions in (publications, builds, publishable)
    ]


def versions_kept(histories: list[list[Version]], cutoff: datetime) -> set[str]:
    """The metadata files that a reader since the cutoff may have been shown.

    Those are the versions named since, the one that held at the cutoff, and the newest.
    """
    kept = set()
    for versions in histories:
        before = [version for version in versions if version.moment <= cutoff]
        since = [version for version in versions if version.moment > cutoff]
        for version in (*before[-1:], *since):
            kept.update(version.locations)
    return kept
