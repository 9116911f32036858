"""Two that want the lake at once, and one that is told to stop."""

import os
import signal
import subprocess
import threading

from project import DBT, SAMPLE
from taxi.locks import LakeLock


def test_who_would_change_a_busy_lake_is_told_by_whom(sample):
    holder = f"dbt build (process {os.getpid()} on "
    with LakeLock(sample.lake, "dbt build"):
        run = sample.dbt("run", "--select", "dim_zones", check=False)
        landing = sample.script("ingest.py", "--from", SAMPLE, check=False)
    assert run.returncode != 0 and landing.returncode == 1
    (said,) = (line for line in run.stdout.splitlines() if "is busy" in line)
    assert holder in said
    assert landing.stdout == "" and holder in landing.stderr
    assert len(landing.stderr.splitlines()) == 1
    assert "Traceback" not in run.stdout + run.stderr


def test_a_busy_lake_is_read_all_the_same(sample):
    with LakeLock(sample.lake, "dbt build"):
        assert "Newark" in sample.dbt("show", "--select", "dim_zones").stdout
        sample.script("summary.py")


def test_who_waits_goes_on_when_the_lake_is_free(sample, monkeypatch):
    monkeypatch.setenv("TAXI_WAIT", "120")
    lock = LakeLock(sample.lake, "dbt build")
    threading.Timer(5, lock.release).start()
    sample.dbt("run", "--select", "dim_zones")
    lock = LakeLock(sample.lake, "dbt build")
    threading.Timer(1, lock.release).start()
    landing = sample.script("ingest.py", "--from", SAMPLE, "--wait")
    assert "files: 0 landed, 8 unchanged, 0 refused" in landing.stdout


def test_a_wait_that_is_no_number_is_said_in_one_line(sample, monkeypatch):
    monkeypatch.setenv("TAXI_WAIT", "soon")
    landing = sample.script("ingest.py", "--from", SAMPLE, check=False)
    assert landing.returncode == 1
    assert landing.stderr == "ingest: TAXI_WAIT: 'soon' is no number of seconds\n"


def test_the_interrupt_key_ends_a_build_and_keeps_what_was_readable(sample):
    before = sample.rows("marts", "fct_monthly_zone_revenue")
    build = subprocess.Popen(
        [DBT, "--no-use-colors", "run", "--full-refresh", "--select", "fct_trips+"],
        cwd=sample.source,
        env=os.environ | sample.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in build.stdout:
        said.append(line)
        if "START sql incremental model marts.fct_trips" in line:
            build.send_signal(signal.SIGINT)
    assert build.wait() != 0
    at = next(i for i, line in enumerate(said) if "START sql incremental" in line)
    after = [line for line in said[at:] if line[10:].strip()]
    assert after[-1].endswith("interrupted; run the command again\n")
    assert len(after) < 10
    assert not any("Traceback" in line or "at org." in line for line in said)
    assert sample.rows("marts", "fct_monthly_zone_revenue") == before
    with LakeLock(sample.lake, "dbt build") as lock:
        assert lock.left_behind is None
    sample.dbt("run", "--select", "fct_trips+")
