"""The revenue job reads from a bucket, and writes there what it writes to a folder."""

import subprocess
import sys
from pathlib import Path

from gcs_emulator import install_connector
from project import SAMPLE
from revenue_jobs import read_result
from servers_started import needed
from taxi.folder import PROJECT

FILES = {
    "green": "green_tripdata_2020-11.csv.gz",
    "yellow": "yellow_tripdata_2025-01.parquet",
}


def run(folder: Path, inputs: str | Path, output: str | Path):
    command = [sys.executable, PROJECT / "scripts" / "revenue_job.py"]
    for service, name in FILES.items():
        command += [f"--input_{service}", f"{inputs}/{name}"]
    command += ["--output", output]
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_result_on_a_bucket_is_that_of_a_folder(bucket, tmp_path, monkeypatch):
    needed(install_connector)
    monkeypatch.setenv("TAXI_LOGS", str(tmp_path / "logs"))
    for name in FILES.values():
        bucket.blob(f"tlc/{name}").upload_from_filename(SAMPLE / name)
    there, here = f"gs://{bucket.name}/out/revenue", tmp_path / "here"
    on_bucket = run(tmp_path, f"gs://{bucket.name}/tlc", there)
    in_folder = run(tmp_path, SAMPLE, here)
    assert on_bucket.returncode == 0, on_bucket.stderr
    assert on_bucket.stdout.replace(there, str(here)) == in_folder.stdout
    assert on_bucket.stderr == in_folder.stderr

    fetched = tmp_path / "fetched"
    fetched.mkdir()
    for blob in bucket.list_blobs(prefix="out/"):
        # Nothing of what was written aside is left.
        assert blob.name.startswith("out/revenue/") or blob.name == "out/"
        if blob.name.endswith(".parquet"):
            blob.download_to_filename(fetched / Path(blob.name).name)
    assert read_result(fetched) == read_result(here) != []

    again = run(tmp_path, f"gs://{bucket.name}/tlc", there)
    assert again.returncode == 1
    assert again.stderr == (
        f"revenue_job: {there} is there already; --overwrite replaces it\n"
    )


def test_what_is_not_on_a_bucket_is_said_in_a_line(bucket, tmp_path, monkeypatch):
    needed(install_connector)
    monkeypatch.setenv("TAXI_LOGS", str(tmp_path / "logs"))
    ended = run(tmp_path, f"gs://{bucket.name}/nothing", tmp_path / "here")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"revenue_job: gs://{bucket.name}/nothing/")
    assert "no such file or folder" in line


def test_without_the_connector_it_says_what_to_do(bucket, tmp_path, without_connector):
    ended = run(tmp_path, f"gs://{bucket.name}/tlc", tmp_path / "here")
    assert ended.returncode == 1
    assert (
        "Spark has no connector for gs:// on its classpath; make gcs-" in ended.stderr
    )
