"""Copies of TLC's files in a bucket: idempotent, checked, and safe beside another."""

import hashlib
import json
import re

import pytest

import mirror
from offered import name, parquet
from taxi.errors import TaxiError
from taxi.fetching import buckets
from taxi.fetching.buckets import Bucket
from taxi.fetching.fetcher import Brought
from taxi.fetching.offers import Description
from taxi.fetching.target import Target
from taxi.landing import files

FILE = parquet()


MONTH = ("--services", "green", "--months", "2020-12")


def test_a_file_is_copied_as_it_is_with_where_it_is_from(copy, server, bucket, fetched):
    assert copy(server.url, *MONTH) == 0
    blob = bucket.get(f"tlc/{name()}")
    assert blob.download_as_bytes() == FILE
    assert blob.metadata == {
        "sha256": hashlib.sha256(FILE).hexdigest(),
        "etag": server.etag(FILE),
        "last_modified": "Sun, 13 Sep 2020 12:26:40 GMT",
        "origin": f"{server.url}/{name()}",
    }
    assert fetched.out.splitlines() == [
        f"mirrored    {name()}: 146.5 kB",
        "files: 1 mirrored, 0 unchanged, 0 refused; copied 146.5 kB",
    ]


@pytest.mark.parametrize("clean", [True, False])
def test_what_is_there_is_neither_fetched_nor_copied_again(
    copy, server, bucket, fetched, clean
):
    copy(server.url, *MONTH)
    before = bucket.get(f"tlc/{name()}").generation
    if clean:
        fetched.clean_cache()
    server.asked.clear()
    bucket.front.asked.clear()
    assert copy(server.url, *MONTH) == 0
    assert "files: 0 mirrored, 1 unchanged, 0 refused" in fetched.out
    assert server.methods() == ["HEAD"]
    assert bucket.front.uploads() == []
    assert bucket.get(f"tlc/{name()}").generation == before


def test_a_file_that_tlc_restates_replaces_its_copy(copy, server, bucket, fetched):
    copy(server.url, *MONTH)
    server.put(name(), parquet(count=3))
    assert copy(server.url, *MONTH) == 0
    assert f"replaced    {name()}" in fetched.out
    blob = bucket.get(f"tlc/{name()}")
    assert blob.download_as_bytes() == parquet(count=3)
    assert blob.metadata["etag"] == server.etag(parquet(count=3))


def test_the_same_bytes_put_there_by_hand_are_only_noted(copy, server, bucket, fetched):
    bucket.put(f"tlc/{name()}", FILE)
    bucket.front.asked.clear()
    assert copy(server.url, *MONTH) == 0
    assert bucket.front.uploads() == []
    blob = bucket.get(f"tlc/{name()}")
    assert blob.metadata["sha256"] == hashlib.sha256(FILE).hexdigest()
    assert f"unchanged   {name()}" in fetched.out


def test_a_folder_and_a_bucket_can_be_copied_too(copy, bucket, fetched, tmp_path):
    (tmp_path / name()).write_bytes(FILE)
    assert copy(tmp_path) == 0
    assert "origin" not in bucket.get(f"tlc/{name()}").metadata
    bucket.put(f"from/{name('2020-11')}", FILE, etag='"of TLC"')
    assert copy("gs://trips/from") == 0
    copied = bucket.get(f"tlc/{name('2020-11')}")
    assert copied.download_as_bytes() == FILE
    assert copied.metadata["etag"] == '"of TLC"'


def test_a_mirrored_file_that_is_landed_is_not_fetched(copy, server, bucket, fetched):
    fetched.green(server)
    copy(server.url, *MONTH)
    fetched.clean_cache()
    bucket.front.asked.clear()
    assert fetched.ingest("gs://trips/tlc") == 0
    assert f"unchanged   {name()}" in fetched.out
    assert bucket.front.downloads() == []


def test_half_a_file_is_not_copied(copy, bucket, fetched, tmp_path):
    (tmp_path / name()).write_bytes(FILE[:-10])
    assert copy(tmp_path) == 1
    assert fetched.err == f"refused     {name()}: is no whole parquet\n"
    assert bucket.get(f"tlc/{name()}") is None


def test_json(copy, server, fetched):
    months = ("--services", "green", "--months", "2020-11:2020-12", "--json")
    assert copy(server.url, *months) == 0
    missing, copied, summary = map(json.loads, fetched.out.splitlines())
    assert (missing["event"], missing["file"]) == ("missing", name("2020-11"))
    assert (copied["event"], copied["bytes"]) == ("mirrored", len(FILE))
    assert (summary["event"], summary["missing"]) == ("summary", 1)


def put_late(bucket, tmp_path, meanwhile: bytes) -> str:
    """Copy a file after another mirror has written its own since the look."""
    path = tmp_path / name()
    path.write_bytes(FILE)
    target = Target(Bucket(bucket.held, "tlc", retries=1, timeout=5))
    bucket.put(f"tlc/{name()}", meanwhile)
    brought = Brought(files.parse(path), Description(), 0, None)
    return target.put(name(), None, brought)


def test_another_mirrors_file_is_not_overwritten(bucket, tmp_path):
    with pytest.raises(TaxiError, match="another mirror wrote another file there"):
        put_late(bucket, tmp_path, meanwhile=parquet(count=3))
    assert bucket.get(f"tlc/{name()}").download_as_bytes() == parquet(count=3)


def test_another_mirror_that_wrote_the_same_is_no_fault(bucket, tmp_path):
    assert put_late(bucket, tmp_path, meanwhile=FILE) == "unchanged"


@pytest.mark.parametrize("large", [False, True], ids=["at once", "in parts"])
def test_an_upload_that_fails_is_tried_again(copy, server, bucket, fetched, large):
    data = parquet(padding=4_000_000) if large else FILE
    server.put(name(), data)
    failed = []

    def fault(method: str, path: str) -> int | None:
        if "/upload/" in path and not failed:
            failed.append(path)
            return 503
        return None

    bucket.front.fault = fault
    assert copy(server.url, *MONTH) == 0, fetched.err
    assert failed
    assert bucket.get(f"tlc/{name()}").download_as_bytes() == data


def test_an_upload_that_arrives_changed_is_not_believed(copy, server, bucket, fetched):
    """The bucket says that it holds other bytes than were sent."""

    def fault(method: str, path: str):
        is_upload = "/upload/" in path
        wrong = b'"crc32c":"AAAAAA=="'
        changed = rb'"crc32c":"[^"]*"'
        return (lambda body: re.sub(changed, wrong, body)) if is_upload else None

    bucket.front.fault = fault
    assert copy(server.url, *MONTH) == 1
    assert f"refused     {name()}: " in fetched.err
    assert "Traceback" not in fetched.err


def test_wrong_targets_are_named_in_one_line(fetched):
    with pytest.raises(SystemExit) as stop:
        mirror.main(["--months", "2020-12", "--to", "/some/folder"])
    assert stop.value.code == 2
    error = fetched.capture.readouterr().err
    assert "--to: '/some/folder' is no gs://bucket/folder" in error


def test_a_bucket_that_is_not_there(copy, server, fetched, bucket):
    code = mirror.main(["--from", server.url, *MONTH, "--to", "gs://no-such-bucket"])
    assert code == 1
    assert "gs://no-such-bucket is not there" in fetched.capture.readouterr().err


def test_parts_of_an_upload_are_what_the_bucket_wants():
    assert buckets.CHUNK_BYTES % (256 * 1024) == 0
