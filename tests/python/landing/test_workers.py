"""Files are read several at once, and nothing but the time tells."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from glob import glob

import numpy as np
import pytest

from taxi.lake import PROJECT
from taxi.landing.rows import RowWriter
from taxi.landing.workers import jobs_for
from tlc_files import (
    CSV_ERAS,
    PARQUET_ERAS,
    changed,
    csv_text,
    table_of,
    trips,
    write_csv,
    write_parquet,
)

GREEN = PARQUET_ERAS["green 2020"]
YELLOW = PARQUET_ERAS["yellow 2020"]
TABLES = ("green_trips", "yellow_trips", "source_files", "unreadable_values")
# What tells one landing from another, whatever it landed.
NEW_EACH_TIME = ("landing_id", "landed_at")


def write(landed, month: str, copies: int = 1, era=GREEN) -> str:
    """Write a file of a month, whose five trips are there several times."""
    name = f"{era.stem[:-7]}{month}.parquet"
    rows = np.tile(np.arange(5), copies)
    write_parquet(landed.folder, era, table_of(era, trips(month)).take(rows), name)
    return name


def write_many(landed) -> None:
    """Files of both services: the first ones large, one refused, one passed over."""
    for number in range(1, 7):
        write(landed, f"2020-{number:02d}", 60_000 if number < 3 else 1)
        write(landed, f"2020-{number:02d}", era=YELLOW)
    bad = changed(trips("2020-07"), 1, extra=0.001)
    write_parquet(landed.folder, GREEN, bad, "green_tripdata_2020-07.parquet")
    worse = changed(trips("2020-08"), 1, extra=0.001, mta_tax=0.001)
    write_parquet(landed.folder, GREEN, worse, "green_tripdata_2020-08.parquet")
    text = csv_text(CSV_ERAS["green 2019"], trips("2020-08"))
    write_csv(landed.folder, GREEN, text, "green_tripdata_2020-08.csv")
    write_csv(landed.folder, GREEN, text, "green_tripdata_2020-06.csv")


def outcome(landed, jobs: int, monkeypatch) -> dict:
    """All that a run leaves and says."""
    monkeypatch.setattr("taxi.landing.run.jobs_for", lambda wanted: jobs)
    report = landed.folder.parent / f"{jobs}.json"
    options = ("--max-bad-values", "1", "--report", str(report))
    assert landed.ingest(*options) == 1
    tables = {}
    for name in TABLES:
        table = landed.table(name)
        columns = [c for c in table.column_names if c not in NEW_EACH_TIME]
        tables[name] = table.select(columns)
    return {
        "said": (landed.out, landed.err),
        "report": report.read_text(),
        "order": landed.table("landings").sort_by("landed_at")["source_file"],
        **tables,
    }


def test_more_workers_change_nothing(landed, monkeypatch, tmp_path):
    write_many(landed)
    one = outcome(landed, 1, monkeypatch)
    monkeypatch.setenv("TAXI_LAKE", str(tmp_path / "another"))
    landed.lake = type(landed.lake).from_environment()
    assert outcome(landed, 5, monkeypatch) == one
    assert one["said"][0].index("2020-01") < one["said"][0].index("2020-02")
    names = one["order"].to_pylist()
    assert names == sorted(names) and len(names) == 14
    assert len(json.loads(one["report"])) == 16


def test_files_are_read_at_once(landed, monkeypatch):
    """Each of two files waits at its first rows for the other."""
    monkeypatch.setattr("taxi.landing.run.jobs_for", lambda wanted: 2)
    real, barrier = RowWriter.write, threading.Barrier(2, timeout=60)

    def meet(*arguments):
        barrier.wait()
        return real(*arguments)

    monkeypatch.setattr(RowWriter, "write", meet)
    write(landed, "2020-01")
    write(landed, "2020-02")
    assert landed.ingest() == 0


def test_a_worker_that_fails_is_told_and_leaves_nothing(landed, monkeypatch):
    def fail(*_):
        raise RuntimeError("surprise")

    monkeypatch.setenv("TAXI_LOGS", str(landed.folder.parent / "logs"))
    monkeypatch.setattr(RowWriter, "write", fail)
    for number in range(1, 9):
        write(landed, f"2020-{number:02d}")
    assert landed.ingest() == 1
    assert landed.err.startswith("ingest: failed; see ")
    (log,) = (landed.folder.parent / "logs").iterdir()
    assert "RuntimeError: surprise" in log.read_text()
    assert list((landed.lake.root / "staging").iterdir()) == []


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_while_it_reads(landed, kind):
    """It ends at once with all its workers, and the next run lands everything."""
    names = [write(landed, f"2020-{number:02d}", 400_000) for number in range(1, 4)]
    command = [sys.executable, PROJECT / "scripts/ingest.py", "--from", landed.folder]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    # pathlib's own fails on a folder that goes while it looks.
    staging = landed.lake.root / "staging"
    deadline = time.monotonic() + 120
    while not glob(f"{staging}/*/*.parquet") and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(kind)
    _, err = process.communicate(timeout=60)
    if kind == signal.SIGINT:
        assert process.returncode == 130
        assert err == "ingest: stopped; run again to land the rest\n"
        assert os.listdir(staging) == []
    assert landed.ingest() == 0
    assert os.listdir(staging) == []
    counts = landed.table("source_files")["row_count"].to_pylist()
    assert counts == [2_000_000] * len(names)
    files = list(landed.lake.warehouse.rglob("source_month=*/*.parquet"))
    assert len(files) == len(names)


def test_jobs_are_no_more_than_cores_and_wishes(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    assert [jobs_for(wanted) for wanted in (None, 1, 3, 64)] == [4, 1, 3, 4]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    assert [jobs_for(wanted) for wanted in (None, 64)] == [6, 6]
