"""What readers see after builds that pass, fail, or see only a part."""

import multiprocessing
import os
import threading

import pytest
from pyiceberg.catalog.noop import NoopCatalog

from small_marts import NAMES
from taxi.catalog import MARTS, engine_of
from taxi.errors import TaxiError
from taxi.lake import PROJECT
from taxi.locks import LakeLock
from taxi.publishing.building import begin_build, end_build
from taxi.publishing.publish import publish, roll_back

A_TEST = "assert_monthly_revenue_matches_trips"


def test_a_build_that_passed_is_published_with_all_its_marts(marts):
    assert marts.build(1) == "Publish it: python scripts/publish.py"
    ended = marts.publish()
    assert ended.stdout.startswith("published 3 tables of build 1 of 20")
    assert ended.stderr == ""
    assert marts.seen() == dict.fromkeys(NAMES, 1)


def test_any_catalog_of_iceberg_reads_what_is_published(marts):
    marts.build(1)
    publish(marts.lake)
    catalog = marts.lake.open_catalog()
    assert sorted(catalog.list_tables("published")) == [
        ("published", name) for name in NAMES
    ]
    rows = catalog.load_table("published.fct_trips").scan().to_arrow()
    assert rows["kept_trip_count"].to_pylist() == [1]


@pytest.mark.parametrize("status", ["error", "fail", "skipped", "partial success"])
def test_a_build_that_failed_leaves_readers_what_they_had(marts, status):
    marts.build(1)
    publish(marts.lake)
    name = "fct_trips" if status == "partial success" else A_TEST
    said = marts.build(2, {name: status})
    assert said == "Readers of the schema published keep publication 1, of build 1."
    ended = marts.publish()
    assert "build 2 (dbt build) failed, and is not published" in ended.stderr
    assert "published already: build 1" in ended.stdout
    assert marts.seen() == dict.fromkeys(NAMES, 1)
    marts.build(3)
    publish(marts.lake)
    assert marts.seen() == dict.fromkeys(NAMES, 3)


def test_a_warning_keeps_nothing_from_readers(marts):
    marts.build(1, {A_TEST: "warn"})
    publish(marts.lake)
    assert marts.seen() == dict.fromkeys(NAMES, 1)


def test_a_test_that_had_no_turn_keeps_a_build_from_readers(marts):
    results = [one for one in marts.results() if one.node.name != A_TEST]
    number = begin_build(marts.lake, "dbt build", PROJECT)
    marts.change(1)
    assert end_build(marts.lake, number, results, marts.nodes, []) is None
    ended = marts.publish(check=False)
    assert ended.returncode == 1
    assert "build 1 (dbt build) did not build and test everything" in ended.stderr


def test_a_build_without_rows_keeps_from_readers(marts):
    number = begin_build(marts.lake, "dbt build", PROJECT)
    marts.change(0)
    end_build(marts.lake, number, marts.results(), marts.nodes, [], is_whole=False)
    with pytest.raises(TaxiError, match="there is nothing to publish"):
        publish(marts.lake)


def test_what_a_run_of_one_model_left_is_not_published(marts):
    marts.build(1)
    assert marts.select(2, "fct_trips") is None
    ended = marts.publish()
    assert "published 3 tables of build 1" in ended.stdout
    first, second = ended.stderr.splitlines()
    assert "build 2 (dbt run) did not build and test everything" in first
    assert "changed since build 1: fct_trips; readers see the" in second
    assert marts.seen() == dict.fromkeys(NAMES, 1)


def test_a_second_publishing_records_nothing(marts):
    marts.build(1)
    publish(marts.lake)
    ended = marts.publish()
    assert ended.stdout.startswith("published already: build 1")
    assert len(marts.publications()) == 1


def test_a_build_that_changed_nothing_is_published_already(marts):
    marts.build(1)
    publish(marts.lake)
    number = begin_build(marts.lake, "dbt build", PROJECT)
    said = end_build(marts.lake, number, marts.results(), marts.nodes, [])
    assert said == "Published already: nothing in the marts has changed."
    assert marts.publish().stdout.startswith("published already: build 2")
    assert len(marts.publications()) == 1


def test_a_mart_that_is_gone_leaves_readers_too(marts):
    marts.build(1)
    publish(marts.lake)
    marts.lake.open_catalog().drop_table((MARTS, "dim_zones"))
    number = begin_build(marts.lake, "dbt build", PROJECT)
    end_build(marts.lake, number, marts.results(), marts.nodes, [])
    publish(marts.lake)
    assert list(marts.pointers()) == ["fct_source_months", "fct_trips"]
    roll_back(marts.lake)
    assert list(marts.pointers()) == list(NAMES)


def test_a_table_that_no_model_makes_is_not_published(marts):
    marts.change(1, ("a_table_of_somebody",))
    marts.build(1)
    publish(marts.lake)
    assert list(marts.pointers()) == list(NAMES)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "no build is recorded; run dbt build"),
        (["begin"], "build 1 (dbt build) did not end; run dbt build"),
        (["fail"], "build 1 (dbt build) failed; run dbt build"),
    ],
)
def test_without_a_build_that_passed_there_is_nothing_to_publish(marts, steps, said):
    marts.lake.open_catalog()
    for step in steps:
        if step == "begin":
            begin_build(marts.lake, "dbt build", PROJECT)
        else:
            assert marts.build(1, {A_TEST: "fail"}) == "Nothing is published yet."
    ended = marts.publish(check=False)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "there is nothing to publish" in line and said in line
    assert marts.pointers() == {}


@pytest.mark.parametrize("kind", ["metadata.json", "snap-", "-m0.avro", ".parquet"])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_build_whose_files_are_damaged_is_not_published(marts, kind, damage):
    marts.build(1)
    publish(marts.lake)
    marts.build(2)
    table = marts.lake.open_catalog().load_table((MARTS, "fct_trips"))
    snapshot = table.current_snapshot()
    (manifest,) = (m for m in snapshot.manifests(table.io) if m.has_added_files())
    (entry,) = manifest.fetch_manifest_entry(table.io)
    path = {
        "metadata.json": table.metadata_location,
        "snap-": snapshot.manifest_list,
        "-m0.avro": manifest.manifest_path,
        ".parquet": entry.data_file.file_path,
    }[kind].removeprefix("file://")
    if damage == "gone":
        (marts.lake.root / path).unlink()
    else:
        with open(path, "r+b") as file:
            file.truncate(40)
    ended = marts.publish(check=False)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "fct_trips of build 2 cannot be read any more" in line
    assert path in line and "readers see what they saw" in line
    assert marts.seen() == dict.fromkeys(NAMES, 1)
    assert len(marts.publications()) == 1


def test_a_busy_lake_is_not_published(marts):
    marts.build(1)
    with LakeLock(marts.lake, "dbt build"):
        ended = marts.publish(check=False)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "is busy: dbt build (process " in line
    assert marts.pointers() == {}


def test_who_waits_publishes_when_the_lake_is_free(marts):
    marts.build(1)
    threading.Timer(2, LakeLock(marts.lake, "dbt build").release).start()
    marts.publish("--wait")
    assert marts.seen() == dict.fromkeys(NAMES, 1)


def test_what_a_killed_build_left_is_cleared_before_a_publishing(marts):
    marts.build(1)

    def die():
        LakeLock(marts.lake, "dbt build")
        (marts.lake.warehouse / MARTS / "fct_trips" / "data" / "half.parquet").touch()
        os._exit(9)

    child = multiprocessing.get_context("fork").Process(target=die)
    child.start()
    child.join()
    assert child.exitcode == 9
    publish(marts.lake)
    assert not list(marts.lake.warehouse.rglob("half.parquet"))
    assert marts.seen() == dict.fromkeys(NAMES, 1)


def test_a_catalog_without_a_database_cannot_publish():
    with pytest.raises(TaxiError, match="NoopCatalog cannot publish") as refusal:
        engine_of(NoopCatalog("rest"))
    assert "\n" not in str(refusal.value)


def test_a_build_begins_where_the_ledger_is_damaged(marts):
    marts.build(1)
    path = marts.pointers(MARTS)["fct_source_months"].removeprefix("file://")
    (marts.lake.root / path).unlink()
    begin_build(marts.lake, "dbt build", PROJECT)
    assert [build.before for build in marts.builds()] == [None, None]


def test_a_damaged_catalog_is_said_in_one_line(marts):
    marts.build(1)
    marts.lake.catalog_file.write_bytes(b"no database" * 1000)
    for script in ("publish.py", "history.py", "explain.py"):
        cell = ["--zone", "74", "--month", "2023-02", "--service", "green"]
        arguments = cell if script == "explain.py" else []
        ended = marts.project.script(script, *arguments, check=False)
        assert ended.returncode == 1 and ended.stdout == ""
        (line,) = ended.stderr.splitlines()
        assert str(marts.lake.catalog_file) in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rollback", "first"], "--rollback: 'first' is no number"),
        (["--rollback", "1", "--list"], "not allowed with argument"),
        (["now"], "unrecognized arguments: now"),
    ],
)
def test_a_wrong_option_is_named_in_one_line(marts, arguments, said):
    ended = marts.publish(*arguments, check=False)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert said in line
