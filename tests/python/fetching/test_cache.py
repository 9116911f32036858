"""What is kept of a download, and what is not fetched again."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

import ingest
from offered import name, parquet
from taxi.landing.staging import Staging


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


def test_no_cache_keeps_nothing(fetched, server):
    assert fetched.green(server, "--no-cache") == 0
    assert fetched.row_count() == 5
    left = {path.name for path in fetched.lake.root.iterdir()}
    assert left == {"catalog.db", "locks", "warehouse", "staging"}
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


def spoilt(data: bytes) -> bytes:
    """A parquet of the same length with both ends, and nothing to be read between."""
    return data[:4] + b"?" * (len(data) - 8) + data[-4:]


def test_a_download_that_cannot_be_read_is_not_kept(fetched, server, monkeypatch):
    """The server has spoilt it once, and says nothing else of it now."""
    monkeypatch.setattr(server, "etag", lambda data: '"always"')
    server.put(name(), spoilt(parquet()))
    assert fetched.green(server) == 1
    assert f"refused     {name()}: cannot be read as parquet" in fetched.err
    server.put(name(), parquet())
    assert fetched.green(server) == 0
    assert fetched.row_count() == 5


def test_a_cached_file_that_cannot_be_read_is_fetched_again_at_once(fetched, server):
    """Its SHA-256 is right: it came so."""
    fetched.green(server)
    (path,) = fetched.cached(name())
    (notes,) = fetched.cached("file.json")
    bad = spoilt(path.read_bytes())
    path.write_bytes(bad)
    kept = json.loads(notes.read_text())
    notes.write_text(json.dumps(kept | {"sha256": hashlib.sha256(bad).hexdigest()}))
    ingest.main(["--withdraw", "green", "2020-12"])
    server.asked.clear()
    assert fetched.green(server) == 0, fetched.err
    assert server.methods() == ["HEAD", "GET"]
    assert fetched.row_count() == 5
    assert path.read_bytes() == parquet()


def test_a_cached_file_that_is_short_is_not_taken_for_there(fetched, server):
    fetched.green(server)
    (path,) = fetched.cached(name())
    path.write_bytes(path.read_bytes()[:-1])
    ingest.main(["--withdraw", "green", "2020-12"])
    fetched.green(server, "--dry-run")
    assert f"to fetch    {name()}" in fetched.out


def test_the_cache_is_cleaned_by_one_command(fetched, server, tmp_path, monkeypatch):
    cache = tmp_path / "downloads"
    monkeypatch.setenv("TAXI_CACHE", str(cache))
    fetched.green(server)
    assert [path.name for path in cache.glob("*/*.parquet")] == [name()]
    (cache / "mine.txt").write_text("not a download")
    assert fetched.clean_cache() == 0
    assert f"removed 1 files, 146,523 bytes, from {cache}" in fetched.out
    assert [path.name for path in Path(cache).iterdir()] == ["mine.txt"]
