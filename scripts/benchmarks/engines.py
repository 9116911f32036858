"""Measure the revenue job: its three engines, two joins, and files of several forms.

Makes up trips, runs the job on them, and reads times and bytes from Spark's event logs.
Seconds are those from the first to the last of Spark's work, without the start of Java.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from taxi.commands import Parser, guarded, whole_number
from taxi.errors import TaxiError
from taxi.folder import PROJECT
from taxi.generate.writing import era_of, write_file
from taxi.progress import RowProgress
from taxi.revenue.event_log import Run, read_run

_MONTHS = (("green", "2020-12"), ("yellow", "2020-12"), ("yellow", "2023-02"))
_FORMS = ("parquet", "csv", "csv.gz")

# The join that Spark takes if the smaller side were too large to be broadcast.
_SORT_MERGE = {
    "spark.sql.optimizer.disableHints": "true",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}
_SMALL_PARTITIONS = {"spark.sql.files.maxPartitionBytes": "16m"}


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    parser = Parser(prog="engines.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--rows",
        type=whole_number("count", least=1),
        default=500_000,
        help="trips of each of the three files (default: 500000)",
    )
    parser.add_argument(
        "--event-log",
        type=Path,
        metavar="FOLDER",
        help="keep the event logs there, for the history server",
    )
    options = parser.parse_args(argv)
    return guarded("engines", lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    with TemporaryDirectory(prefix="engines-") as scratch:
        root = Path(scratch)
        _write_files(root, options.rows)
        bench = _Bench(root, (options.event_log or root / "events").resolve())
        print(
            f"{len(_MONTHS) * options.rows:,} trips in {len(_MONTHS)} files of parquet"
        )
        for by in ("month", "hour"):
            for engine in ("sql", "dataframe", "rdd"):
                bench.measure(f"by {by}, {engine}", "parquet", by=by, engine=engine)
        print("the lookup of zones, of all trips")
        bench.measure("broadcast join", "parquet")
        bench.measure("sort-merge join", "parquet", settings=_SORT_MERGE)
        print(f"{options.rows:,} trips in one file")
        for form in _FORMS:
            bench.measure(form, f"one {form}")
            bench.measure(
                f"{form}, 16 MB a task", f"one {form}", settings=_SMALL_PARTITIONS
            )
    return 0


def _write_files(root: Path, rows: int) -> None:
    wanted = [("parquet", "parquet", month) for month in _MONTHS]
    wanted += [(f"one {form}", form, _MONTHS[1]) for form in _FORMS]
    with RowProgress() as progress:
        for folder, form, (service, month) in wanted:
            (root / folder).mkdir(exist_ok=True)
            era = era_of(service, month, form)
            progress.begin(f"{era.stem}.{form}", rows)
            write_file(root / folder, era, form, rows, 1, progress.advance)


class _Bench:
    """Runs the job, each time in a process of its own.

    Args:
        root: folder of the folders of files.
        events: folder of the event logs.
    """

    def __init__(self, root: Path, events: Path):
        self._root = root
        self._events = events

    def measure(
        self,
        name: str,
        folder: str,
        by: str = "month",
        engine: str = "sql",
        settings: dict[str, str] | None = None,
    ) -> None:
        """Run the job once, and print what it took."""
        ran = self._run(folder, by, engine, settings or {})
        reading = max(ran.stages, key=lambda stage: stage.read_rows)
        print(
            f"  {name:<22}{ran.seconds:>7.1f} s"
            f"{ran.shuffled_bytes / 1e6:>10.2f} MB shuffled"
            f"{reading.task_count:>5} tasks read {reading.read_rows:,} rows",
            flush=True,
        )

    def _run(self, folder: str, by: str, engine: str, settings: dict[str, str]) -> Run:
        known = set(self._events.glob("*"))
        command = [sys.executable, PROJECT / "scripts" / "revenue_job.py"]
        for service in ("green", "yellow"):
            if list((self._root / folder).glob(f"{service}_*")):
                command += [f"--input_{service}", self._root / folder]
        command += ["--output", self._root / "result", "--overwrite", "--by", by]
        command += ["--engine", engine, "--event-log", self._events]
        given = [f"--conf {name}={value}" for name, value in settings.items()]
        environment = {"PYSPARK_SUBMIT_ARGS": " ".join([*given, "pyspark-shell"])}
        ended = subprocess.run(
            [str(word) for word in command],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise TaxiError(ended.stderr.strip())
        (log,) = set(self._events.glob("*")) - known
        return read_run(log)


if __name__ == "__main__":
    sys.exit(main())
