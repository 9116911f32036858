"""How dbt's own runners are changed: which nodes a command need not run alone.

`dbt_taxi` puts these in the place of dbt's methods.
"""

import threading
from functools import wraps

from dbt.artifacts.schemas.results import TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.task.test import TestResultData
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

from taxi.building.adapter import build_that_tested, passes_with_others
from taxi.building.faults import as_error_of_dbt


def unless_it_holds(method):
    """Wrap `compile` of dbt's runner of tests: what a build has tested stays so."""

    @wraps(method)
    def wrapper(self, manifest):
        with as_error_of_dbt():
            self.tested_by = build_that_tested(self.node.unique_id)
        return self.node if self.tested_by else method(self, manifest)

    return wrapper


def by_verdict(execute):
    """Wrap `execute` of dbt's runner of tests likewise."""

    @wraps(execute)
    def wrapper(self, test, manifest):
        if not self.tested_by:
            return execute(self, test, manifest)
        holds = f"the verdict of build {self.tested_by} holds"
        fire_event(Note(msg=f"{test.name}: {holds}"), EventLevel.DEBUG)
        return RunResult(
            status=TestStatus.Pass,
            timing=[],
            thread_id=threading.current_thread().name,
            execution_time=0,
            adapter_response={},
            message=holds,
            failures=0,
            node=test,
            batch_results=None,
        )

    return wrapper


def with_others(execute_data_test):
    """Wrap `execute_data_test` likewise: the tests of a table share a scan."""

    @wraps(execute_data_test)
    def wrapper(self, data_test, manifest):
        if not passes_with_others(self, data_test, manifest):
            return execute_data_test(self, data_test, manifest)
        return TestResultData(
            failures=0, should_warn=False, should_error=False, adapter_response={}
        )

    return wrapper


def without_tests(get_node_selector):
    """Wrap `get_node_selector` of `dbt show`: it shows what is named.

    It would run each test of a shown model too, and pass over what it found.
    """

    @wraps(get_node_selector)
    def wrapper(self):
        selector = get_node_selector(self)
        selector.expand_selection = lambda selected, indirect_selection: (
            selected,
            set(),
        )
        return selector

    return wrapper
