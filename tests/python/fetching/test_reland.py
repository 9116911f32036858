"""Landing anew, by today's rules, what was landed: from the cache or its origin."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ingest
from offered import GREEN, name, parquet
from relanding import ANEW, MONTHS, grow_old, months_with_tips, record
from taxi.landing.land import LANDING_RULES_VERSION
from tlc_files import changed, table_of, trips, write_parquet


def with_column(column: str) -> bytes:
    """A green month with a column that nobody knows."""
    table = table_of(GREEN, trips("2020-12"))
    sink = io.BytesIO()
    pq.write_table(table.append_column(column, pa.array(["sad"] * 5)), sink)
    return sink.getvalue()


def test_a_month_of_older_rules_is_landed_anew_from_the_cache(landed, server):
    assert landed.ingest(*ANEW) == 0
    lines = landed.out.splitlines()
    assert lines[0].startswith(f"replaced    {name()}: 5 trips")
    assert lines[-1].startswith("files: 1 landed, 0 unchanged, 0 refused; landed 5")
    assert months_with_tips(landed) == ["2020-12"]
    assert server.asked == []
    versions = landed.table("source_files")["landing_rules_version"].to_pylist()
    assert versions == [LANDING_RULES_VERSION] * 2
    assert landed.row_count() == 10


def test_once_it_is_landed_so_there_is_nothing_to_do(landed):
    landed.ingest(*ANEW)
    assert landed.ingest(*ANEW) == 0
    assert landed.out.startswith("files: 0 landed, 0 unchanged, 0 refused")


def test_without_a_cache_it_comes_from_its_origin(landed, server):
    landed.clean_cache()
    assert landed.ingest(*ANEW) == 0
    assert server.methods() == ["HEAD", "GET"]
    assert f"fetched     {name()}: 146.5 kB from {server.url}/" in landed.out
    assert months_with_tips(landed) == ["2020-12"]


def test_a_spoilt_copy_is_fetched_from_its_origin_again(landed, server):
    for path in landed.cached(name()):
        path.write_bytes(b"?" * path.stat().st_size)
    assert landed.ingest(*ANEW) == 0
    assert server.methods() == ["GET"]
    assert months_with_tips(landed) == ["2020-12"]


def test_what_was_landed_goes_before_what_tlc_restated_since(landed, server):
    server.put(name(), parquet(count=3))
    landed.ingest(*ANEW)
    assert landed.row_count() == 10
    landed.clean_cache()
    grow_old(landed)
    assert landed.ingest(*ANEW) == 1
    assert "has 3 trips, and " in landed.err
    assert landed.row_count() == 10
    landed.ingest(*ANEW, "--replace")
    assert landed.row_count() == 8


def test_a_month_with_a_column_that_nobody_knew_is_landed_anew(fetched, server):
    server.put(name(), with_column("mood"))
    server.put_months("2020-11")
    fetched.ingest(server.url, *MONTHS)
    warning = f"warning     {name()}: nobody knows column mood, which was not landed"
    assert fetched.err.startswith(warning)
    record(fetched, "2020-12")
    assert fetched.ingest(*ANEW) == 0
    # Today's rules do not know it either.
    assert fetched.err.startswith(warning)
    assert months_with_tips(fetched) == ["2020-12"]


def test_a_column_that_is_known_by_now_is_landed(fetched, server):
    fetched.green(server)
    record(fetched, "2020-12", unknown_columns='["tip_amount"]')
    assert months_with_tips(fetched) == []
    assert fetched.ingest(*ANEW) == 0
    assert fetched.err == ""
    assert months_with_tips(fetched) == ["2020-12"]
    assert fetched.source_file()["unknown_columns"] == "[]"


def test_named_months_are_landed_anew_whatever_their_rules(landed):
    assert landed.ingest(*ANEW, "--months", "2020-11") == 0
    assert months_with_tips(landed) == ["2020-11"]
    landed.ingest(*ANEW, "--months", "latest")
    assert months_with_tips(landed) == ["2020-11", "2020-12"]


def test_a_named_month_that_is_not_landed_is_named(landed):
    assert landed.ingest(*ANEW, "--months", "2020-10:2020-11") == 0
    missing = f"missing     {name('2020-10')}: the lake does not hold it\n"
    assert landed.err == missing
    assert landed.ingest(*ANEW, "--services", "yellow") == 1
    assert landed.err == "ingest: none of the wanted months is landed\n"


def test_as_many_values_may_be_unreadable_as_were(fetched, tmp_path):
    odd = changed(trips("2020-12"), 3, fare_amount=1e7)
    write_parquet(tmp_path, GREEN, odd)
    assert fetched.ingest(tmp_path, "--max-bad-values", "1") == 0
    grow_old(fetched)
    assert fetched.ingest(*ANEW) == 0, fetched.err
    assert "1 unreadable values" in fetched.out
    assert months_with_tips(fetched) == ["2020-12"]
    assert fetched.table("unreadable_values").num_rows == 1


def test_a_dry_run_says_what_would_be_landed_anew(landed, server):
    landed.ingest(*ANEW, "--dry-run")
    assert f"to land     {name()}: 146.5 kB, {server.url}/" in landed.out
    landed.clean_cache()
    landed.ingest(*ANEW, "--dry-run", "--months", "2020-11")
    assert f"to fetch    {name('2020-11')}: 146.5 kB" in landed.out
    assert months_with_tips(landed) == []
    assert "GET" not in server.methods()


def test_json(landed):
    landed.ingest(*ANEW, "--json")
    replaced, summary = map(json.loads, landed.out.splitlines())
    assert (replaced["event"], replaced["file"]) == ("replaced", name())
    assert (summary["landed"], summary["rows"]) == (1, 5)


def test_a_lake_that_is_not_there_has_nothing_to_land_anew(fetched):
    for options in (("--dry-run",), ()):
        assert fetched.ingest(*ANEW, *options) == 1
        assert "there is no lake at " in fetched.err
        assert not fetched.lake.root.exists()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--reland", "--from", "."], "--from: not allowed with argument --reland"),
        (["--reland", "--clean-cache"], "not allowed with argument --reland"),
        (["--clean-cache", "--dry-run"], "--dry-run: not allowed with --clean-cache"),
        (
            ["--withdraw", "green", "2020-12", "--dry-run"],
            "--dry-run: not allowed with --withdraw",
        ),
        (
            ["--withdraw", "green", "2020-12", "--months", "2020-11"],
            "--months: not allowed with --withdraw",
        ),
    ],
)
def test_what_does_not_go_together_is_said_and_nothing_is_done(landed, options, text):
    with pytest.raises(SystemExit) as stop:
        ingest.main(options)
    assert stop.value.code == 2
    error = landed.capture.readouterr().err
    assert text in error and len(error.splitlines()) == 1
    assert len(landed.cached("*.parquet")) == 2
    assert landed.row_count() == 10
