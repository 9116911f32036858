"""Files that are landed anew are found wherever they came from, or named."""

from offered import name, parquet
from relanding import ANEW, grow_old, months_with_tips


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


def test_a_server_that_tells_nothing_of_its_files_is_not_asked(fetched, server):
    server.has_etags = server.has_dates = False
    fetched.green(server)
    grow_old(fetched)
    server.asked.clear()
    assert fetched.ingest(*ANEW) == 0
    assert months_with_tips(fetched) == ["2020-12"]
    assert server.asked == []


def test_a_dry_run_of_a_folder_says_so_too(fetched, tmp_path):
    (tmp_path / name()).write_bytes(parquet())
    fetched.ingest(tmp_path)
    fetched.ingest(*ANEW, "--dry-run", "--months", "2020-12")
    assert f"to land     {name()}: 146.5 kB, {tmp_path}/" in fetched.out
