"""A build, and a publication, as the lake remembers them."""

from dataclasses import dataclass

PASSED = "passed"
FAILED = "failed"

# Months loaded, where all of them were.
ALL_MONTHS = "all"


@dataclass(frozen=True)
class Totals:
    """What `marts.fct_source_months` adds up to.

    Attributes:
        rows: trips kept.
        cents: the total of the trips kept, in cents.
        set_aside: rows set aside.
    """

    rows: int
    cents: int
    set_aside: int


@dataclass(frozen=True)
class Build:
    """A command of dbt's that changed tables.

    Attributes:
        finished_at: None if it was interrupted, or has not ended; so are `is_complete`
            and `outcome`.
        is_complete: whether every model, seed and data test had its turn.
        outcome: `passed` or `failed`.
        git_commit: commit of the project's SQL, with `-dirty` where files differ from
            it; None if git does not know.
        months: what was loaded, as service and month of file such as 2023-02, or `all`.
        before: None if the ledger was not built, as with `after`.
        marts: metadata file of every mart at the end.
    """

    build_id: int
    started_at: str
    finished_at: str | None
    command: str
    is_complete: bool | None
    outcome: str | None
    git_commit: str | None
    months: list[dict[str, str]] | str
    before: Totals | None
    after: Totals | None
    marts: dict[str, str]

    @property
    def is_publishable(self) -> bool:
        """Whether every test passed on exactly the tables recorded."""
        return bool(self.is_complete) and self.outcome == PASSED and bool(self.marts)

    @property
    def fate(self) -> str:
        """How a build that cannot be published ended."""
        how = {
            None: "did not end",
            FAILED: "failed",
            PASSED: "did not build and test everything",
        }
        said = how.get(self.outcome, f"ended as {self.outcome}")
        return f"build {self.build_id} ({self.command}) {said}"


@dataclass(frozen=True)
class Publication:
    """One switch of the schema `published`.

    Attributes:
        build_id: the build whose tables it shows.
        restores: the earlier publication that it goes back to, if it does.
        tables: metadata file by name of table.
    """

    publication_id: int
    published_at: str
    build_id: int
    restores: int | None
    tables: dict[str, str]

    @property
    def origin(self) -> int:
        """The publication that first showed this state."""
        return self.restores or self.publication_id


def newest_publishable(builds: list[Build]) -> Build | None:
    """The last build that was complete and passed, if any was."""
    return next((build for build in reversed(builds) if build.is_publishable), None)
