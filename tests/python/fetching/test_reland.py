"""Landing anew, by today's rules, what was landed: from the cache or its origin."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ingest
from offered import GREEN, name, parquet
from taxi.landing.land import LANDING_RULES_VERSION
from tlc_files import changed, table_of, trips, write_parquet

MONTHS = ("--services", "green", "--months", "2020-11:2020-12")
ANEW = (None, "--reland")


def with_column(column: str) -> bytes:
    """A green month with a column that nobody knows."""
    table = table_of(GREEN, trips("2020-12"))
    sink = io.BytesIO()
    pq.write_table(table.append_column(column, pa.array(["sad"] * 5)), sink)
    return sink.getvalue()


def record(fetched, month: str, **values) -> None:
    """Let `tlc.source_files` say of a month that it landed so, and lose all tips."""
    table = fetched.lake.open_catalog().load_table("tlc.source_files")
    found = table.scan().to_arrow()
    rows = found.to_pylist()
    for row in rows:
        if row["source_file"] == name(month):
            row.update(values)
    table.overwrite(pa.Table.from_pylist(rows, found.schema))
    green = fetched.lake.open_catalog().load_table("tlc.green_trips")
    rows = green.scan().to_arrow()
    tips = rows.schema.field("tip_amount")
    lost = pa.nulls(rows.num_rows, tips.type)
    green.overwrite(rows.set_column(rows.column_names.index(tips.name), tips, lost))


def grow_old(fetched, month: str = "2020-12") -> None:
    """Let a month be landed by the rules of an older version."""
    record(fetched, month, landing_rules_version=LANDING_RULES_VERSION - 1)


def months_with_tips(fetched) -> list[str]:
    """The months whose tips were landed anew."""
    rows = fetched.table("green_trips").to_pylist()
    found = {r["source_month"] for r in rows if r["tip_amount"] is not None}
    return sorted(f"{month:%Y-%m}" for month in found)


@pytest.fixture
def landed(fetched, server):
    """Two green months, landed from a server, the second by older rules."""
    server.put_months("2020-11", "2020-12")
    assert fetched.ingest(server.url, *MONTHS) == 0
    grow_old(fetched)
    server.asked.clear()
    return fetched


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


def test_a_server_that_tells_nothing_of_its_files_is_not_asked(fetched, server):
    server.has_etags = server.has_dates = False
    fetched.green(server)
    grow_old(fetched)
    server.asked.clear()
    assert fetched.ingest(*ANEW) == 0
    assert months_with_tips(fetched) == ["2020-12"]
    assert server.asked == []


def test_what_was_landed_goes_before_what_tlc_restated_since(landed, server):
    server.put(name(), parquet(count=3))
    landed.ingest(*ANEW)
    assert landed.row_count() == 10
    landed.clean_cache()
    grow_old(landed)
    landed.ingest(*ANEW)
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


def test_files_of_three_places_are_found_each_at_its_own(
    fetched, server, bucket, tmp_path
):
    server.put_months("2020-10")
    bucket.put(f"tlc/{name('2020-11')}", parquet(month="2020-11"))
    # The folder holds links, as some archives do.
    (tmp_path / "blob").write_bytes(parquet())
    (tmp_path / name()).symlink_to("blob")
    options = ("--services", "green", "--months", "2020-10")
    assert fetched.ingest(server.url, *options) == 0
    assert fetched.ingest("gs://trips/tlc") == fetched.ingest(tmp_path) == 0
    fetched.clean_cache()
    for month in ("2020-10", "2020-11", "2020-12"):
        grow_old(fetched, month)
    assert fetched.ingest(*ANEW) == 0, fetched.err
    told = [line for line in fetched.out.splitlines() if line.startswith("replaced")]
    assert [line.split()[1] for line in told] == [
        f"{name(month)}:" for month in ("2020-10", "2020-11", "2020-12")
    ]
    assert months_with_tips(fetched) == ["2020-10", "2020-11", "2020-12"]


def test_what_is_gone_is_named_and_the_others_go_on(fetched, server, bucket, tmp_path):
    server.put_months("2020-09", "2020-10")
    options = ("--services", "green", "--months", "2020-09:2020-10")
    fetched.ingest(server.url, *options)
    bucket.put(f"tlc/{name('2020-11')}", parquet(month="2020-11"))
    fetched.ingest("gs://trips/tlc")
    (tmp_path / name()).write_bytes(parquet())
    fetched.ingest(tmp_path)
    fetched.clean_cache()
    for month in ("2020-09", "2020-10", "2020-11", "2020-12"):
        grow_old(fetched, month)
    del server.files[f"/{name('2020-09')}"]
    (tmp_path / name()).unlink()
    bucket.get(f"tlc/{name('2020-11')}").delete()
    assert fetched.ingest(*ANEW) == 1
    host = server.url.removeprefix("http://")
    gone = "is gone: neither in the cache nor at"
    assert fetched.err.splitlines() == [
        f"refused     {name('2020-09')}: {gone} {server.url}/{name('2020-09')} "
        f"({host} answered 404 Not Found)",
        f"refused     {name('2020-11')}: {gone} gs://trips/tlc/{name('2020-11')} "
        "(gs://trips/tlc does not hold it)",
        f"refused     {name()}: {gone} {tmp_path}/{name()} (no such file)",
    ]
    assert months_with_tips(fetched) == ["2020-10"]
    assert fetched.row_count() == 20


def test_a_server_that_is_down_keeps_no_month_of_the_cache_from_landing(landed, server):
    grow_old(landed, "2020-11")
    for path in landed.cached(name("2020-11")):
        path.unlink()
    server.head_faults = [lambda request: request.refuse(503) is None] * 2
    assert landed.ingest(*ANEW, "--retries", "1") == 1
    assert "answered 503 Service Unavailable (2 attempts)" in landed.err
    assert months_with_tips(landed) == ["2020-12"]


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


def test_a_dry_run_of_a_folder_says_so_too(fetched, tmp_path):
    (tmp_path / name()).write_bytes(parquet())
    fetched.ingest(tmp_path)
    fetched.ingest(*ANEW, "--dry-run", "--months", "2020-12")
    assert f"to land     {name()}: 146.5 kB, {tmp_path}/" in fetched.out


def test_json(landed):
    landed.ingest(*ANEW, "--json")
    replaced, summary = map(json.loads, landed.out.splitlines())
    assert (replaced["event"], replaced["file"]) == ("replaced", name())
    assert (summary["landed"], summary["rows"]) == (1, 5)


def test_a_lake_that_is_not_there_has_nothing_to_land_anew(fetched):
    assert fetched.ingest(*ANEW, "--dry-run") == 0
    assert not fetched.lake.root.exists()
    assert fetched.ingest(*ANEW) == 0


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
