"""Switches the schema `published`: forward to the last tested build, or back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from taxi.catalog import MARTS, PUBLISHED, database, read_locations
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.locks import LakeLock
from taxi.publishing.contents import are_same, differing
from taxi.publishing.files import check_files
from taxi.publishing.records import Build, Publication, newest_publishable
from taxi.publishing.switching import point
from taxi.publishing.tables import (
    add_publication,
    create_tables,
    read_builds,
    read_publications,
)
from taxi.upkeep.sweep import sweep_left_behind


@dataclass(frozen=True)
class Switch:
    """What a publishing did.

    Attributes:
        said: what it did, in one line.
        notes: what the user should know besides.
    """

    said: str
    notes: list[str]


def publish(lake: Lake, wait_seconds: float | None = 0) -> Switch:
    """Show the tables of the last complete build that passed, all at one moment.

    Args:
        wait_seconds: how long to wait for a busy lake; None waits on.

    Raises:
        TaxiError: if there is no such build, one of its files is missing, or the lake
            is busy or cannot be written.
    """
    with _alone(lake, wait_seconds) as lock, database(lake) as engine:
        create_tables(engine)
        with engine.connect() as connection:
            builds = read_builds(connection)
            working = read_locations(connection, MARTS)
            published = read_locations(connection, PUBLISHED)
            publications = read_publications(connection)
        build = newest_publishable(builds)
        if build is None:
            raise TaxiError(_why_none(builds))
        notes = _notes(build, builds[-1], working)
        shown = f"build {build.build_id} of {build.started_at[:19]}Z"
        if publications and are_same(build.marts, published):
            last = publications[-1]
            return Switch(
                f"published already: {shown}, as publication {last.publication_id}",
                notes,
            )
        number = _switch(engine, lock, build.build_id, build.marts, None)
        return Switch(
            f"published {len(build.marts)} tables of {shown}, as publication {number}",
            notes,
        )


def roll_back(
    lake: Lake, publication_id: int | None = None, wait_seconds: float | None = 0
) -> Switch:
    """Show an earlier publication again, all its tables at one moment.

    Args:
        publication_id: which one; None means the one before what is shown now.
        wait_seconds: how long to wait for a busy lake; None waits on.

    Raises:
        TaxiError: if there is no such publication, one of its files is missing, or the
            lake is busy or cannot be written.
    """
    with _alone(lake, wait_seconds) as lock, database(lake) as engine:
        with engine.connect() as connection:
            publications = read_publications(connection)
            published = read_locations(connection, PUBLISHED)
        target = _target(publications, publication_id)
        shown = f"publication {target.origin} (build {target.build_id})"
        if published == target.tables:
            return Switch(f"readers see {shown} already", [])
        number = _switch(engine, lock, target.build_id, target.tables, target.origin)
        return Switch(
            f"readers see {shown} again, as publication {number}",
            ["python scripts/publish.py goes forward to the last tested build"],
        )


@contextmanager
def _alone(lake: Lake, wait_seconds: float | None) -> Iterator[LakeLock]:
    # To hold a lake is to make its folders.
    lake.require()
    with LakeLock(lake, "publish", wait_seconds=wait_seconds) as lock:
        sweep_left_behind(lake, lock)
        yield lock


def _switch(
    engine: Engine,
    lock: LakeLock,
    build_id: int,
    tables: dict[str, str],
    restores: int | None,
) -> int:
    for name, location in tables.items():
        try:
            check_files(location)
        except TaxiError as error:
            raise TaxiError(
                f"{name} of build {build_id} cannot be read any more: {error}; "
                "readers see what they saw"
            ) from error
    lock.check()
    with engine.begin() as connection:
        number = add_publication(connection, build_id, tables, restores)
        point(connection, PUBLISHED, tables)
    return number


def _target(publications: list[Publication], asked: int | None) -> Publication:
    if not publications:
        raise TaxiError("nothing is published yet; run python scripts/publish.py")
    if asked is not None:
        for publication in publications:
            if publication.publication_id == asked:
                return publication
        raise TaxiError(
            f"--rollback: there is no publication {asked}; "
            "python scripts/publish.py --list shows them"
        )
    # A step back from a restored publication leads to what came before that one.
    shown = publications[-1].origin
    earlier = [
        publication
        for publication in publications
        if publication.restores is None and publication.publication_id < shown
    ]
    if not earlier:
        raise TaxiError(f"--rollback: there is nothing before publication {shown}")
    return earlier[-1]


def _why_none(builds: list[Build]) -> str:
    if not builds:
        return "there is nothing to publish: no build is recorded; run dbt build"
    return (
        "there is nothing to publish: no build of the whole project has passed; "
        f"{builds[-1].fate}; run dbt build"
    )


def _notes(build: Build, last: Build, working: dict[str, str]) -> list[str]:
    notes = []
    if last.build_id != build.build_id and not last.is_publishable:
        notes.append(f"{last.fate}, and is not published")
    changed = list(differing(build.marts, working))
    if changed:
        notes.append(
            f"the marts have changed since build {build.build_id}: "
            f"{', '.join(changed)}; readers see the versions that it tested"
        )
    return notes
