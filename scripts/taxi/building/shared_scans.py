"""One statement for all that tests ask of a table's rows.

A test that can say what it looks for as an aggregate, which is 0 if it passes, says so
as it is compiled (macros/counted_with_others.sql). The first of a table's tests that is
run then asks for all of them at once. One that finds something is run alone after that,
as dbt runs it, and so are all of them where the common statement fails.
"""

from collections.abc import Callable, Iterable
from threading import Lock

from dbt.adapters.events.logging import AdapterLogger
from dbt.contracts.graph.manifest import Manifest
from dbt_common.exceptions import DbtRuntimeError

logger = AdapterLogger("Spark")


class SharedScans:
    """What the data tests of one command have asked, and were answered.

    Args:
        selected: ids of the nodes that the command selects.
        is_left_out: whether a test need not be run.
    """

    def __init__(self, selected: Iterable[str], is_left_out: Callable[[str], bool]):
        self._selected = frozenset(selected)
        self._is_left_out = is_left_out
        self._asked: dict[str, tuple[str, str]] = {}
        self._counts: dict[str, int | None] = {}
        self._one_by_one = Lock()
        self._locks: dict[str, Lock] = {}

    def ask(self, test_id: str, relation: str, count: str) -> None:
        """Take note of what a test looks for.

        Args:
            relation: the rows to look at, as SQL.
            count: an aggregate over them, in SQL, that is 0 if the test passes.
        """
        self._asked[test_id] = relation, count

    def has_passed(self, runner, test, manifest: Manifest) -> bool:
        """Whether a test is known to pass; if not, it is still to be run.

        Args:
            runner: that of dbt's for the test, which is compiled.
        """
        if test.unique_id not in self._asked or not _is_plain(test):
            return False
        with self._one_by_one:
            lock = self._locks.setdefault(test.attached_node, Lock())
        with lock:
            if test.unique_id not in self._counts:
                self._count(runner, self._of_same_rows(runner, test, manifest))
        return self._counts[test.unique_id] == 0

    def _of_same_rows(self, runner, test, manifest: Manifest) -> list[str]:
        """Ids of the tests that look at the same rows and are to be run, sorted."""
        for other in manifest.nodes.values():
            if (
                other.resource_type == "test"
                and getattr(other, "attached_node", None) == test.attached_node
                and other.depends_on.nodes == test.depends_on.nodes
                and other.unique_id in self._selected
                and other.unique_id not in self._asked
                and _is_plain(other)
                and not self._is_left_out(other.unique_id)
            ):
                runner.compiler.compile_node(other, manifest, {}, write=False)
        relation, _ = self._asked[test.unique_id]
        # Other threads of dbt's compile tests of other tables meanwhile.
        asked = list(self._asked.items())
        return sorted(
            one
            for one, (its_relation, _) in asked
            if its_relation == relation
            and manifest.nodes[one].attached_node == test.attached_node
            and one not in self._counts
        )

    def _count(self, runner, tests: list[str]) -> None:
        self._counts |= dict.fromkeys(tests)
        if len(tests) == 1:
            return
        relation = self._asked[tests[0]][0]
        counts = ",\n    ".join(
            f"{self._asked[one][1]} as count_{number}"
            for number, one in enumerate(tests)
        )
        try:
            _, table = runner.adapter.execute(
                f"select\n    {counts}\nfrom {relation}", fetch=True
            )
        except DbtRuntimeError as error:
            logger.debug(f"each test is run alone, as that failed: {error}")
            return
        self._counts |= dict(zip(tests, map(int, table.rows[0]), strict=True))


def _is_plain(test) -> bool:
    """Whether a data test only counts the rows that it returns, and fails for any."""
    config = test.config
    return (
        config.fail_calc == "count(*)"
        and config.limit is None
        and not config.store_failures
        and config.error_if == config.warn_if == "!= 0"
    )
