"""What was built and published, and how to read a mart as of an earlier build."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from taxi.catalog import MARTS, PUBLISHED, read_locations, reading
from taxi.errors import TaxiError
from taxi.lake import Lake
from taxi.publishing.contents import are_same
from taxi.publishing.reading import Marts, open_version, require_trips
from taxi.publishing.records import Build, Publication, Totals
from taxi.publishing.tables import read_builds, read_publications

# Months that a line names one by one.
_NAMED_MONTHS = 3


@dataclass(frozen=True)
class PastBuild:
    """A build, and what readers saw of it.

    Attributes:
        published: `now` if readers see it, `earlier` if they did, else None.
    """

    build: Build
    published: str | None


@dataclass(frozen=True)
class Version:
    """A mart as a build left it.

    Attributes:
        snapshot_id: None if the mart had none, or keeps it no longer.
        sql: what reads it in Spark; None as above.
    """

    mart: str
    snapshot_id: int | None
    sql: str | None
    metadata_location: str


def past_builds(lake: Lake, limit: int | None = None) -> list[PastBuild]:
    """The builds of a lake, the newest last.

    Args:
        limit: how many of the newest; None means all.

    Raises:
        TaxiError: if there is no lake, or nothing was ever landed or built in it.
    """
    with reading(lake) as connection:
        builds = read_builds(connection)
        if not builds:
            require_trips(connection)
        publications = read_publications(connection)
        published = read_locations(connection, PUBLISHED)
    first = 0 if limit is None else max(len(builds) - limit, 0)
    return [
        PastBuild(one, _published(one, published, publications))
        for one in builds[first:]
    ]


def versions(lake: Lake, build_id: int) -> list[Version]:
    """How to read each mart as a build left it.

    Raises:
        TaxiError: if there is no such build, or it did not end.
    """
    with reading(lake) as connection:
        builds = {build.build_id: build for build in read_builds(connection)}
        working = Marts(MARTS, read_locations(connection, MARTS))
    build = builds.get(build_id)
    if build is None:
        raise TaxiError(
            f"--as-of: there is no build {build_id}; python scripts/history.py "
            "lists them"
        )
    if not build.marts:
        raise TaxiError(f"--as-of: build {build_id} did not end, or left no marts")
    return [_version(name, location, working) for name, location in build.marts.items()]


def history_lines(builds: list[PastBuild]) -> Iterator[str]:
    """A table of builds for a person to read."""
    yield (
        f"{'build':>5}  {'started (UTC)':<19}  {'outcome':<9}  {'command':<11}  "
        f"{'rows before':>13}  {'rows after':>13}  {'USD before':>18}  "
        f"{'USD after':>18}  {'commit of the SQL':<18}  {'published':<9}  months"
    )
    for one in builds:
        build = one.build
        yield (
            f"{build.build_id:>5}  {_moment(build.started_at)}  {_outcome(build):<9}  "
            f"{build.command:<11}  {_rows(build.before)}  {_rows(build.after)}  "
            f"{_dollars(build.before)}  {_dollars(build.after)}  "
            f"{_commit(build.git_commit):<18}  {one.published or '-':<9}  "
            f"{_months(build.months)}"
        )


def history_records(builds: list[PastBuild]) -> list[dict]:
    """The builds for a program to read: money in cents, moments in ISO 8601, UTC."""
    return [asdict(one.build) | {"published": one.published} for one in builds]


def version_lines(versions: list[Version]) -> Iterator[str]:
    """How to read each mart, for a person."""
    width = max(len(version.mart) for version in versions)
    for version in versions:
        yield f"{version.mart:<{width}}  {version.sql or 'is not kept any more'}"


def publication_lines(lake: Lake) -> Iterator[str]:
    """A line for each publication, the newest last."""
    with reading(lake) as connection:
        publications = read_publications(connection)
        published = read_locations(connection, PUBLISHED)
    if not publications:
        yield "nothing is published yet; run python scripts/publish.py"
    for one in publications:
        restored = f", publication {one.restores} again" if one.restores else ""
        is_shown = one is publications[-1] and one.tables == published
        yield (
            f"{one.publication_id:>5}  {_moment(one.published_at)}  build "
            f"{one.build_id}{restored}{'  (now)' if is_shown else ''}"
        )


def _published(
    build: Build, published: dict[str, str], publications: list[Publication]
) -> str | None:
    if not build.is_publishable:
        return None
    if build.marts == published:
        return "now"
    # Only what came after the build that is shown can be the same by its rows alone.
    last = publications[-1].build_id if publications else 0
    if build.build_id > last and are_same(build.marts, published):
        return "now"
    return "earlier" if build.marts in [one.tables for one in publications] else None


def _version(name: str, location: str, working: Marts) -> Version:
    try:
        snapshot = open_version(location).current_snapshot()
        kept = {one.snapshot_id for one in working.open(name).snapshots()}
    except TaxiError:
        return Version(name, None, None, location)
    if snapshot is None or snapshot.snapshot_id not in kept:
        return Version(name, None, None, location)
    number = snapshot.snapshot_id
    sql = f"select * from {MARTS}.{name} version as of {number}"
    return Version(name, number, sql, location)


def _outcome(build: Build) -> str:
    if build.outcome is None:
        return "not ended"
    return build.outcome if build.is_complete else f"{build.outcome}, part"


def _moment(text: str) -> str:
    return text[:19].replace("T", " ")


def _rows(totals: Totals | None) -> str:
    return f"{'-' if totals is None else format(totals.rows, ','):>13}"


def _dollars(totals: Totals | None) -> str:
    if totals is None:
        return f"{'-':>18}"
    sign = "-" if totals.cents < 0 else ""
    dollars, cents = divmod(abs(totals.cents), 100)
    return f"{f'{sign}{dollars:,}.{cents:02}':>18}"


def _commit(commit: str | None) -> str:
    if commit is None:
        return "-"
    name, dirty, _ = commit.partition("-dirty")
    return name[:12] + dirty


def _months(months: list[dict[str, str]] | str) -> str:
    if isinstance(months, str):
        return months
    names = [f"{month['service']} {month['month']}" for month in months]
    if len(names) > _NAMED_MONTHS:
        return f"{len(names)} months, {names[0]} to {names[-1]}"
    return ", ".join(names) or "none"
