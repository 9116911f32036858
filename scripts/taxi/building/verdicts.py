"""What tests have found before, so that a build does not run them again.

The verdict of a data test follows from its logic and from the versions of the tables
that it looks at; that of a unit test from its logic alone. A lake keeps, for each test,
what its last good verdict was of, and the build that formed it. A build looks at fewer
months than a table has, but only because the others have passed before: what it found
holds for the whole of the version.
"""

from collections.abc import Iterable

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, select

from taxi.building.logic import Logic, hash_of
from taxi.catalog import database, read_pointers, reading
from taxi.catalogs.tables import create_missing, put
from taxi.lake import Lake

_TABLES = MetaData()

_VERDICTS = Table(
    "taxi_verdicts",
    _TABLES,
    Column("test_id", Text, primary_key=True),
    Column("subject_hash", Text, nullable=False),
    Column("build_id", Integer, nullable=False),
)


def forget_verdicts(lake: Lake, failed: Iterable[str]) -> None:
    """Let no verdict of tests hold that did not pass, whatever they looked at."""
    gone = list(failed)
    if not gone:
        return
    with database(lake) as engine:
        create_missing(engine, _TABLES)
        with engine.begin() as connection:
            connection.execute(delete(_VERDICTS).where(_VERDICTS.c.test_id.in_(gone)))


class Verdicts:
    """The verdicts that a lake holds, for one command of dbt's.

    Args:
        reuses: whether a verdict that holds stands for a run of its test.

    Attributes:
        held: ids of the tests for which one stood.
    """

    def __init__(self, lake: Lake, logic: Logic, reuses: bool):
        self._lake = lake
        self._logic = logic
        self._reuses = reuses
        self._subjects: dict[str, str] = {}
        self.held: set[str] = set()
        with database(lake) as engine:
            create_missing(engine, _TABLES)
            with engine.connect() as connection:
                self._earlier = {
                    row.test_id: (row.subject_hash, row.build_id)
                    for row in connection.execute(select(_VERDICTS))
                }

    def build_that_holds(self, test_id: str) -> int | None:
        """The number of the build whose verdict a test would form again, if any.

        It is asked when the tables that the test looks at are as it would find them.
        """
        subject, build_id = self._earlier.get(test_id, (None, None))
        self._subjects[test_id] = self._subject(test_id)
        if not self._reuses or subject != self._subjects[test_id]:
            return None
        self.held.add(test_id)
        return build_id

    def record(self, build_id: int, passed: Iterable[str]) -> None:
        """Keep the verdicts of the tests that passed in a build, in one transaction."""
        rows = [
            {"test_id": one, "subject_hash": self._subjects[one], "build_id": build_id}
            for one in sorted(passed)
            if one in self._subjects
            and self._earlier.get(one, ("",))[0] != self._subjects[one]
        ]
        with database(self._lake) as engine, engine.begin() as connection:
            for row in rows:
                put(connection, _VERDICTS, row)

    def _subject(self, test_id: str) -> str:
        return hash_of(
            [self._logic.of_test(test_id), self._versions_looked_at(test_id)]
        )

    def _versions_looked_at(self, test_id: str) -> list[str]:
        names = self._logic.looked_at(test_id)
        if not names:
            return []
        with reading(self._lake) as connection:
            return sorted(
                one.location
                for one in read_pointers(connection)
                if (one.namespace, one.name) in names
            )
