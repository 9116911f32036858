"""Two exports at once, and somebody else's change: one state or the other."""

import multiprocessing
import os

import pytest

import export_bigquery
from exported import FEBRUARY, HOURLY, JANUARY, MARCH, MONTHLY
from taxi.bigquery.leftovers import Runs
from taxi.bigquery.sending import Sender
from taxi.bigquery.warehouse import Target, Warehouse

CONTEXT = multiprocessing.get_context("fork")


def start(exports, lake_root) -> multiprocessing.Process:
    """Export in a process of its own, from some lake."""

    def run() -> None:
        os.environ["TAXI_LAKE"] = str(lake_root)
        os._exit(export_bigquery.main(exports.arguments()))

    process = CONTEXT.Process(target=run)
    process.start()
    return process


def test_two_exports_of_different_builds_end_in_one_of_the_two(exports, other_lake):
    exports.publish(JANUARY, FEBRUARY)
    assert exports.export() == 0, exports.warned
    for change, build in enumerate((exports, other_lake)):
        build.fill(JANUARY, FEBRUARY, MARCH)
        for rows in build.rows.values():
            for row in rows:
                row["pickup_location_id"] += 100 * (change + 1)
        build.publish()
    both = [start(exports, one.small.lake.root) for one in (exports, other_lake)]
    for process in both:
        process.join()
    codes = [process.exitcode for process in both]
    assert 0 in codes and set(codes) <= {0, 1}
    held = {name: exports.held(name) for name in exports.marts}
    states = [
        {name: build.expected(name) for name in build.marts}
        for build in (exports, other_lake)
    ]
    assert held in states
    assert exports.left_over() == other_lake.left_over() == []


def test_two_first_exports_leave_every_row_once(exports):
    exports.publish(JANUARY, FEBRUARY)
    both = [start(exports, exports.small.lake.root) for _ in range(2)]
    for process in both:
        process.join()
    assert exports.export() == 0
    for name in exports.marts:
        assert exports.held(name) == exports.expected(name)
    assert exports.left_over() == []


def test_a_change_by_somebody_else_is_not_overwritten(exports, monkeypatch):
    exports.publish(JANUARY, FEBRUARY)
    assert exports.export() == 0, exports.warned
    exports.rows[MONTHLY].pop()
    exports.rows[HOURLY].pop()
    exports.publish()
    before = exports.held(MONTHLY)
    replace = Sender._replace

    def change_first(self, *arguments):
        exports.query(
            f"update {exports.dataset}.{HOURLY} set trip_count = 77 "
            "where revenue_hour_at >= datetime '2023-02-01'"
        )
        replace(self, *arguments)

    monkeypatch.setattr(Sender, "_replace", change_first)
    assert exports.export() == 1
    assert "somebody else changed the same rows meanwhile" in exports.warned
    assert exports.held(MONTHLY) == before
    assert [row["trip_count"] for row in exports.held(HOURLY)] == [1] * 3 + [77] * 3
    assert exports.left_over() == []
    monkeypatch.setattr(Sender, "_replace", replace)
    assert exports.export() == 0
    assert exports.held(HOURLY) == exports.expected(HOURLY)


@pytest.mark.parametrize("months", [("2023-03", "2023-01:2023-02")])
def test_exports_of_different_months_do_not_meet(exports, months):
    exports.publish(JANUARY, FEBRUARY, MARCH)
    for some in months:
        assert exports.export("--months", some) == 0, exports.warned
    for name in exports.marts:
        assert exports.held(name) == exports.expected(name)


def test_what_a_living_export_has_staged_stays(exports, dataset):
    exports.publish(JANUARY)
    runs = Runs(exports.small.lake, pytest.fail)
    target = Target(exports.dataset, exports.bucket.name, "temp", "test")
    warehouse = Warehouse(target)
    with runs.begin(warehouse, [MONTHLY]) as run:
        exports.client.create_table(f"test.{exports.dataset}.{run.stage(MONTHLY)}")
        exports.bucket.blob(f"{run.folder}/x.parquet").upload_from_string(b"x")
        assert exports.export() == 0, exports.warned
        left = exports.left_over()
        assert run.stage(MONTHLY) in left and f"{run.folder}/x.parquet" in left
    assert exports.left_over() == []
