"""Which files are fetched, and that the same lands from everywhere."""

import shutil

from faults import status
from offered import name, parquet
from servers import serving


def test_months_are_fetched_and_those_that_are_not_there_named(fetched, server):
    server.put_months("2020-10", "2020-12")
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


def test_a_file_that_tlc_restates_replaces_its_month(fetched, server):
    fetched.green(server)
    server.put(name(), parquet(count=3))
    assert fetched.green(server, "--replace") == 0
    assert f"replaced    {name()}: 3 trips" in fetched.out
    assert fetched.row_count() == 3


def test_latest_finds_the_newest_month_of_each_service(fetched, server):
    server.put_months("2019-07", "2020-12")
    assert fetched.ingest(server.url, "--months", "latest", "--services", "green") == 0
    assert [line for line in fetched.out.splitlines() if "landed  " in line]
    assert fetched.source_file()["source_file"] == name("2020-12")


def test_latest_of_a_service_that_the_server_lacks_is_named(fetched, server):
    assert fetched.ingest(server.url, "--months", "latest") == 0
    assert fetched.err.startswith("missing     yellow_tripdata_")
    assert fetched.source_file()["source_file"] == name("2020-12")


def test_latest_of_a_server_that_has_none(fetched, server):
    server.files.clear()
    options = ("--months", "latest", "--services", "green")
    assert fetched.ingest(server.url, *options) == 1
    assert fetched.err.splitlines()[-1] == (
        f"ingest: {server.url} has none of the wanted files"
    )


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
