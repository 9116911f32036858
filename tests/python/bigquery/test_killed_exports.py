"""An export that is killed leaves the old months, and the next one ends right.

It is killed before and after each of its requests that change something, in BigQuery
or in the bucket. One table is new, two have months to replace and to delete.
"""

import multiprocessing
import os
import signal
from functools import wraps

import pytest

import export_bigquery
from exported import FEBRUARY, HOURLY, JANUARY, MARCH, MONTHLY, TRIPS
from taxi.bigquery.warehouse import Warehouse

CONTEXT = multiprocessing.get_context("fork")

# The requests that change something, and how many of each the export below makes.
CALLS = {
    "create_table": 3,
    "upload": 5,
    "load": 3,
    "copy": 1,
    "query": 9,
    "update_table": 3,
    "delete_table": 3,
    "delete_objects": 1,
}
ALL = [
    (call, number, moment)
    for call, count in CALLS.items()
    for number in range(1, count + 1)
    for moment in ("before", "after")
]
SHORT = [
    ("create_table", 2, "after"),
    ("upload", 4, "before"),
    ("upload", 5, "after"),
    ("load", 1, "after"),
    ("load", 3, "before"),
    ("copy", 1, "before"),
    ("copy", 1, "after"),
    # The third to the fifth query compare stages, the sixth is the transaction.
    ("query", 6, "before"),
    ("query", 6, "after"),
    ("update_table", 1, "before"),
    ("delete_table", 2, "after"),
    ("delete_objects", 1, "before"),
]
POINTS = ALL if os.environ.get("TAXI_KILLS") == "all" else SHORT


def dying(call, left: list[int], moment: str):
    """Wrap a method so that the process dies around its nth call."""

    @wraps(call)
    def wrapper(*arguments, **named):
        left[0] -= 1
        if left[0] == 0 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*arguments, **named)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


def killed(exports, call: str, number: int, moment: str) -> int:
    """Export in a process that dies. Return its exit code."""

    def run() -> None:
        setattr(Warehouse, call, dying(getattr(Warehouse, call), [number], moment))
        os._exit(export_bigquery.main(exports.arguments()))

    process = CONTEXT.Process(target=run)
    process.start()
    process.join()
    return process.exitcode


def held(exports) -> dict[str, list[dict]]:
    return {name: exports.held(name) for name in (MONTHLY, HOURLY)}


@pytest.mark.parametrize(("call", "number", "moment"), POINTS)
def test_the_export_after_a_killed_one_ends_right(exports, call, number, moment):
    exports.publish(JANUARY, FEBRUARY, count=2)
    assert exports.export("--tables", f"{MONTHLY},{HOURLY}") == 0, exports.warned
    before = held(exports)
    exports.fill(FEBRUARY, MARCH, count=3)
    exports.rows[TRIPS] = exports.rows[TRIPS][:3]
    exports.publish()
    after = {name: exports.expected(name) for name in before}
    # Somebody else's, which is nobody's to delete.
    foreign = f"taxi_stage_20200101t000000_0badcafe_{TRIPS}"
    exports.client.create_table(f"test.{exports.dataset}.{foreign}")
    exports.bucket.blob("temp/taxi-export-0badcafe/x.parquet").upload_from_string(b"x")

    assert killed(exports, call, number, moment) == -signal.SIGKILL
    assert held(exports) in (before, after)

    assert exports.export() == 0, exports.warned
    for name in exports.marts:
        assert exports.held(name) == exports.expected(name)
    assert exports.left_over() == [foreign, "temp/taxi-export-0badcafe/x.parquet"]
