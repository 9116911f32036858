"""Files that come from Google Cloud Storage, as fake-gcs-server plays it."""

import pytest

from offered import name, parquet
from taxi.fetching import buckets

LARGE = parquet(padding=400_000)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Parts so small that a file has several."""
    monkeypatch.setattr(buckets, "CHUNK_BYTES", 1 << 18)


def test_files_of_a_folder_are_landed(fetched, bucket):
    bucket.put(f"tlc/{name()}", LARGE)
    bucket.put(f"tlc/{name('2020-11')}", parquet(month="2020-11"))
    bucket.put(f"tlc/deeper/{name('2020-10')}", parquet(month="2020-10"))
    bucket.put("tlc/README.md", b"no trips")
    assert fetched.ingest("gs://trips/tlc/") == 0
    assert fetched.row_count() == 15
    rows = fetched.table("source_files").sort_by("source_month").to_pylist()
    assert rows[0]["origin"] == f"gs://trips/tlc/deeper/{name('2020-10')}"
    assert rows[2]["origin"] == f"gs://trips/tlc/{name()}"
    assert rows[2]["etag"] == bucket.get(f"tlc/{name()}").etag
    assert rows[2]["byte_count"] == len(LARGE)


def test_folders_tell_the_month_and_the_rest_is_named(fetched, bucket):
    path = "tlc/green/year=2020/month=12/part-0.parquet"
    bucket.put(path, LARGE)
    bucket.put("tlc/green/weather.csv", b"no trips")
    assert fetched.ingest("gs://trips/tlc") == 1
    assert fetched.err.startswith("refused     green/weather.csv: the name tells no")
    assert fetched.source_file()["origin"] == f"gs://trips/{path}"
    assert fetched.source_file()["source_file"] == name()
    options = ("--months", "2020-12", "--services", "green")
    fetched.clean_cache()
    assert fetched.ingest(None, "--reland", *options) == 0, fetched.err
    assert fetched.row_count() == 5


def test_what_is_landed_is_not_fetched_again(fetched, bucket):
    bucket.put(name(), LARGE)
    fetched.ingest("gs://trips")
    fetched.clean_cache()
    bucket.front.asked.clear()
    assert fetched.ingest("gs://trips") == 0
    assert f"unchanged   {name()}" in fetched.out
    assert bucket.front.downloads() == []


def test_latest_and_one_object(fetched, bucket):
    bucket.put(name("2020-11"), parquet(month="2020-11"))
    bucket.put(name(), LARGE)
    assert fetched.ingest("gs://trips", "--months", "latest") == 0
    assert fetched.source_file()["source_file"] == name()
    assert fetched.ingest(f"gs://trips/{name('2020-11')}") == 0
    assert fetched.table("source_files").num_rows == 2


def fail_once(status_or_change, which: int = 0):
    """Spoil one of the downloads."""
    seen = []

    def fault(method: str, path: str):
        if "alt=media" not in path:
            return None
        seen.append(path)
        return status_or_change if len(seen) == which + 1 else None

    return fault


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    "fault",
    [503, 429, lambda body: b"?" + body[1:], lambda body: body[:-9], lambda body: b""],
    ids=["503", "429", "a byte changed", "short", "empty"],
)
def test_a_fault_on_the_way_is_borne(fetched, bucket, fault, which):
    bucket.put(name(), LARGE)
    bucket.front.fault = fail_once(fault, which)
    assert fetched.ingest("gs://trips") == 0, fetched.err
    assert fetched.row_count() == 5
    assert fetched.source_file()["byte_count"] == len(LARGE)


def test_a_part_is_resumed(fetched, bucket):
    bucket.put(name(), LARGE)
    bucket.front.fault = lambda method, path: (
        503 if len(bucket.front.downloads()) > 1 and "alt=media" in path else None
    )
    assert fetched.ingest("gs://trips", "--retries", "0") == 1
    assert "answered" in fetched.err or "503" in fetched.err
    (part,) = fetched.cached("part")
    assert part.stat().st_size == 1 << 18
    bucket.front.fault = lambda method, path: None
    bucket.front.asked.clear()
    assert fetched.ingest("gs://trips") == 0
    parts = -(-(len(LARGE) - (1 << 18) + 4096) // (1 << 18))
    assert len(bucket.front.downloads()) == parts
    assert fetched.row_count() == 5


def test_bytes_that_are_spoilt_for_ever_are_said(fetched, bucket):
    bucket.put(name(), LARGE)
    bucket.spoil(name())
    assert fetched.ingest("gs://trips", "--retries", "1") == 1
    last = fetched.err.splitlines()[-1]
    assert last.startswith(f"refused     {name()}: its CRC32C is not the one that")
    assert fetched.row_count() == 0


def test_a_sha256_that_is_not_that_of_the_bytes_is_said(fetched, bucket):
    bucket.put(name(), LARGE, sha256="0" * 64)
    assert fetched.ingest("gs://trips") == 1
    assert "its SHA-256 is not the one that is kept with it" in fetched.err
    assert fetched.row_count() == 0


@pytest.mark.parametrize("odd", ["\x1b[2J", "%2F..%2F", "\\..\\"])
def test_an_odd_name_is_refused(fetched, bucket, odd):
    bucket.put(f"green_tripdata_2020-12.{odd}.parquet", LARGE)
    assert fetched.ingest("gs://trips") == 1
    assert "the name holds odd characters; rename the file" in fetched.err
    assert "\x1b" not in fetched.err
    assert fetched.cached("*.parquet") == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("gs://trips/none", "gs://trips/none holds no wanted file of trips"),
        ("gs://no-such-bucket", "gs://no-such-bucket is not there"),
    ],
)
def test_a_bucket_without_trips(fetched, bucket, place, text):
    assert fetched.ingest(place) == 1
    assert text in fetched.err
    assert len(fetched.err.splitlines()) == 1


def test_a_cloud_that_is_not_there_is_said_in_one_line(fetched, bucket, monkeypatch):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    assert fetched.ingest("gs://trips", "--retries", "0") == 1
    assert "gs://trips: no connection, or it broke; run again later" in fetched.err
    assert len(fetched.err.splitlines()) == 1


def test_an_endpoint_by_option(fetched, bucket, monkeypatch):
    bucket.put(name(), LARGE)
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    options = ("--endpoint", bucket.front.url, "--project", "test")
    assert fetched.ingest("gs://trips", *options) == 0
    assert fetched.row_count() == 5


def test_no_credentials_are_said_in_one_line(fetched, monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    assert fetched.ingest("gs://trips") == 1
    assert "gs://trips: no credentials; run gcloud auth" in fetched.err
    assert len(fetched.err.splitlines()) == 1


def test_a_key_file_that_is_none(fetched, monkeypatch, tmp_path):
    key = tmp_path / "key.json"
    key.write_text('{"type": "service_account"}')
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
    assert fetched.ingest("gs://trips") == 1
    assert "gs://trips: " in fetched.err
    assert len(fetched.err.splitlines()) == 1
