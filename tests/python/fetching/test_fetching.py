"""What is fetched, when it is not, and what is said of it."""

import json
import shutil
import threading
from pathlib import Path

import pytest

import servers
from offered import name, parquet
from servers import serving, status
from taxi.errors import TaxiError
from taxi.fetching.patience import Patience, Transient
from taxi.landing.staging import Staging


def put_months(server, *months: str) -> None:
    for month in months:
        server.put(name(month), parquet(month=month))


def test_months_are_fetched_and_those_that_are_not_there_named(fetched, server):
    put_months(server, "2020-10", "2020-12")
    server.head_faults = [lambda request: False, status(403)]
    options = ("--months", "2020-10:2021-01", "--services", "green", "--jobs", "1")
    assert fetched.ingest(server.url, *options) == 0
    host = server.url.removeprefix("http://")
    assert fetched.err.splitlines() == [
        f"missing     {name('2020-11')}: {host} answered 403 Forbidden",
        f"missing     {name('2021-01')}: {host} answered 404 Not Found",
    ]
    assert "files: 2 landed, 0 unchanged, 2 missing, 0 refused; " in fetched.out
    assert fetched.row_count() == 10


def test_lines_come_in_the_order_of_months_whichever_file_arrives_first(
    fetched, server
):
    """The first month is answered only when the second one was asked for."""
    put_months(server, "2020-11", "2020-12")
    is_second_asked = threading.Event()

    def wait(request) -> bool:
        if "2020-11" in request.path:
            assert is_second_asked.wait(20)
        else:
            is_second_asked.set()
        return False

    server.faults = [wait, wait]
    options = ("--months", "2020-11:2020-12", "--services", "green")
    assert fetched.ingest(server.url, *options, "--timeout", "30") == 0
    lines = [line.split(":")[0] for line in fetched.out.splitlines()]
    assert lines == [
        "fetched     green_tripdata_2020-11.parquet",
        "landed      green_tripdata_2020-11.parquet",
        "fetched     green_tripdata_2020-12.parquet",
        "landed      green_tripdata_2020-12.parquet",
        "files",
    ]


@pytest.mark.parametrize("told", ["etag", "date"])
def test_what_is_landed_is_not_fetched_again(fetched, server, told):
    server.has_etags, server.has_dates = told == "etag", told == "date"
    fetched.green(server)
    server.asked.clear()
    assert fetched.green(server) == 0
    assert server.methods() == ["HEAD"]
    assert f"unchanged   {name()}" in fetched.out


def test_an_etag_is_enough_without_a_cache(fetched, server):
    fetched.green(server, "--no-cache")
    server.asked.clear()
    fetched.green(server, "--no-cache")
    assert server.methods() == ["HEAD"]


def test_without_etag_and_date_content_decides(fetched, server):
    server.has_etags = server.has_dates = False
    fetched.green(server)
    server.asked.clear()
    assert fetched.green(server) == 0
    assert server.methods() == ["HEAD", "GET"]
    assert f"unchanged   {name()}" in fetched.out


def test_a_file_that_tlc_restates_replaces_its_month(fetched, server):
    fetched.green(server)
    server.put(name(), parquet(count=3))
    assert fetched.green(server) == 0
    assert f"replaced    {name()}: 3 trips" in fetched.out
    assert fetched.row_count() == 3


def test_verify_compares_the_content(fetched, server, monkeypatch):
    monkeypatch.setattr(server, "etag", lambda data: '"always"')
    fetched.green(server)
    data = bytearray(parquet())
    # The padding is of the same length and means nothing.
    data[data.index(b"x" * 50)] = ord("y")
    server.put(name(), bytes(data))
    fetched.green(server)
    assert f"unchanged   {name()}" in fetched.out
    assert fetched.green(server, "--verify") == 0
    assert f"replaced    {name()}" in fetched.out
    server.asked.clear()
    assert fetched.green(server, "--verify") == 0
    assert f"unchanged   {name()}" in fetched.out
    assert server.ranges() == [None]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(fetched, server):
    put_months(server, "2020-11")
    size = len(server.files[f"/{name()}"])
    options = ("--months", "2020-11:2021-01", "--services", "green", "--dry-run")
    assert fetched.ingest(server.url, *options) == 0
    assert f"to fetch    {name()}: {size / 1000:.1f} kB, {server.url}" in fetched.out
    assert f"missing     {name('2021-01')}" in fetched.err
    assert "a dry run: 2 files to fetch, 293.0 kB; nothing was" in fetched.out
    assert set(server.methods()) == {"HEAD"}
    assert not fetched.lake.root.exists()
    fetched.green(server)
    fetched.ingest(server.url, *options)
    assert f"unchanged   {name()}" in fetched.out
    assert "a dry run: 1 files to fetch" in fetched.out


def test_a_dry_run_of_a_folder(fetched, tmp_path):
    (tmp_path / name()).write_bytes(parquet())
    assert fetched.ingest(tmp_path, "--dry-run") == 0
    assert f"to land     {name()}: 146.5 kB" in fetched.out
    fetched.ingest(tmp_path)
    fetched.ingest(tmp_path, "--dry-run")
    assert f"unchanged   {name()}" in fetched.out


def test_latest_finds_the_newest_month_of_each_service(fetched, server):
    put_months(server, "2019-07", "2020-12")
    assert fetched.ingest(server.url, "--months", "latest", "--services", "green") == 0
    assert [line for line in fetched.out.splitlines() if "landed  " in line]
    assert fetched.source_file()["source_file"] == name("2020-12")


def test_latest_of_a_server_that_has_none(fetched, server):
    server.files.clear()
    options = ("--months", "latest", "--services", "green")
    assert fetched.ingest(server.url, *options) == 1
    assert "has no month of green: " in fetched.err
    assert len(fetched.err.splitlines()) == 1


def test_nothing_of_what_was_asked_for_is_there(fetched, server):
    server.files.clear()
    assert fetched.green(server) == 1
    assert fetched.err.splitlines()[-1] == (
        f"ingest: {server.url} has none of the wanted files"
    )


def test_a_server_that_is_not_there_is_said_once(fetched):
    options = ("--months", "2020-01:2020-12", "--retries", "1")
    assert fetched.ingest("http://127.0.0.1:9", *options) == 1
    told = [line for line in fetched.err.splitlines() if "; again in " not in line]
    assert told == [
        "ingest: 127.0.0.1:9: the connection was refused (2 attempts); run again later"
    ]


def test_a_server_that_never_answered_is_not_waited_for_again(monkeypatch):
    monkeypatch.setattr("taxi.fetching.patience.FIRST_PAUSE", 0.01)
    patience = Patience(retries=1)
    tries = []

    def fail() -> None:
        tries.append(1)
        raise Transient("down")

    for _ in range(3):
        with pytest.raises(TaxiError):
            patience.persist("file", fail)
    assert len(tries) == 2 + 1 + 1
    patience.persist("file", lambda: None)
    with pytest.raises(TaxiError):
        patience.persist("file", fail)
    assert len(tries) == 4 + 2


def test_an_answer_cannot_move_the_cursor(fetched, server):
    server.head_faults = [status(302, Location="x:\x1b[2J")]
    assert fetched.green(server) == 1
    assert "not followed" in fetched.err
    assert "\x1b" not in fetched.err


def test_one_file_by_its_address_may_be_a_csv(fetched, server, shared_data):
    csv = shared_data / "tlc" / "green_tripdata_2020-12.csv.gz"
    server.put(csv.name, csv.read_bytes())
    assert fetched.ingest(f"{server.url}/{csv.name}?key=secret") == 0
    assert fetched.row_count() == 83_130
    assert fetched.source_file()["origin"] == f"{server.url}/{csv.name}"
    assert "secret" not in fetched.out + fetched.err


def test_a_redirect_to_another_server_is_followed(fetched, server):
    with serving() as other:
        other.head_faults = [status(302, Location=f"{server.url}/{name()}")]
        other.faults = [status(307, Location=f"{server.url}/{name()}")]
        assert fetched.green(other) == 0
        assert fetched.source_file()["origin"] == f"{other.url}/{name()}"


def test_json_says_one_object_per_file_and_one_for_the_run(fetched, server):
    server.put(name("2020-11"), b"PAR1 no parquet at all PAR1")
    options = ("--services", "green", "--months", "2020-10:2020-12", "--json")
    assert fetched.ingest(server.url, *options) == 1
    told = {one["file"]: one for one in map(json.loads, fetched.out.splitlines()[:-1])}
    assert {file: one["event"] for file, one in told.items()} == {
        name("2020-10"): "missing",
        name("2020-11"): "refused",
        name("2020-12"): "landed",
    }
    assert told[name()]["rows"] == 5
    assert told[name()]["total_amount_cents"] == 6150
    assert told[name()]["origin"] == f"{server.url}/{name()}"
    summary = json.loads(fetched.out.splitlines()[-1])
    assert summary["event"] == "summary"
    assert (summary["landed"], summary["missing"], summary["refused"]) == (1, 1, 1)


def test_quiet_says_only_what_is_wrong(fetched, server):
    server.faults = [servers.hang_up]
    assert fetched.green(server, "--quiet") == 0
    assert fetched.out == fetched.err == ""
    options = ("--services", "green", "--months", "2020-11:2020-12", "--quiet")
    fetched.ingest(server.url, *options)
    assert fetched.out == ""
    assert fetched.err.startswith(f"missing     {name('2020-11')}")


def test_a_failure_that_is_borne_is_told_in_a_plain_line(fetched, server):
    server.faults = [status(503)]
    fetched.green(server)
    host = server.url.removeprefix("http://")
    assert fetched.err.startswith(
        f"ingest: {name()}: {host} answered 503 Service Unavailable; again in "
    )


def test_a_file_over_the_limit_is_not_asked_for(fetched, server):
    assert fetched.green(server, "--max-bytes", "1k") == 1
    assert f"refused     {name()}: has 146,523 bytes or more" in fetched.err
    assert server.methods() == ["HEAD"]


def test_a_csv_does_not_take_the_month_of_a_parquet_that_could_not_be_had(
    fetched, tmp_path, bucket, shared_data
):
    """See test_buckets for the bucket; the next run lands the parquet."""
    csv = shared_data / "tlc" / "green_tripdata_2020-12.csv.gz"
    bucket.put(f"tlc/{name()}", parquet())
    bucket.put(f"tlc/{csv.name}", csv.read_bytes())
    bucket.spoil(name())
    assert fetched.ingest("gs://trips/tlc", "--retries", "0") == 1
    assert f"refused     {name()}" in fetched.err
    assert fetched.row_count() == 0


def test_a_folder_a_server_and_a_bucket_give_the_same_end_state(
    fetched, server, bucket, tmp_path
):
    folder = tmp_path / "files"
    folder.mkdir()
    for month in ("2020-11", "2020-12"):
        data = parquet(month=month)
        (folder / name(month)).write_bytes(data)
        server.put(name(month), data)
        bucket.put(f"tlc/{name(month)}", data)
    own = {"landing_id", "landed_at", "origin", "etag"}
    states = []
    for place in (folder, server.url, "gs://trips/tlc"):
        options = ("--services", "green", "--months", "2020-11:2021-01")
        assert fetched.ingest(place, *options) == 0
        files = fetched.table("source_files")
        rows = fetched.table("green_trips").sort_by("lpep_pickup_datetime")
        kept = [column for column in files.column_names if column not in own]
        said = [line for line in fetched.out.splitlines() if "landed  " in line]
        states.append((files.select(kept).to_pylist(), rows.to_pylist(), said))
        assert f"missing     {name('2021-01')}: " in fetched.err
        shutil.rmtree(fetched.lake.root)
    assert states[0] == states[1] == states[2]


def test_no_cache_keeps_nothing(fetched, server):
    assert fetched.green(server, "--no-cache") == 0
    assert fetched.row_count() == 5
    left = {path.name for path in fetched.lake.root.iterdir()}
    assert left == {"catalog.db", "warehouse", "staging"}
    assert list((fetched.lake.root / "staging").iterdir()) == []


def test_downloads_of_a_dead_run_without_a_cache_are_cleared(fetched, server):
    staging = Staging(fetched.lake.root, "fetch-dead")
    with staging:
        pass
    (staging.folder / "deadbeef").mkdir(parents=True)
    fetched.green(server, "--no-cache")
    assert not staging.folder.exists()


def test_a_cached_file_that_was_spoilt_is_fetched_again(fetched, server):
    fetched.green(server)
    (path,) = fetched.cached(name())
    path.write_bytes(b"x" * path.stat().st_size)
    shutil.rmtree(fetched.lake.warehouse)
    fetched.lake.catalog_file.unlink()
    assert fetched.green(server) == 0
    assert fetched.row_count() == 5


def test_the_cache_is_cleaned_by_one_command(fetched, server, tmp_path, monkeypatch):
    cache = tmp_path / "downloads"
    monkeypatch.setenv("TAXI_CACHE", str(cache))
    fetched.green(server)
    assert [path.name for path in cache.glob("*/*.parquet")] == [name()]
    (cache / "mine.txt").write_text("not a download")
    assert fetched.ingest(None, "--clean-cache") == 0
    assert f"removed 1 files, 146,523 bytes, from {cache}" in fetched.out
    assert [path.name for path in Path(cache).iterdir()] == ["mine.txt"]
