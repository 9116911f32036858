"""Measure landing a year of made-up trips, beside pyarrow copying the same files.

The copy reads and writes parquet in the same codec and with as many workers, and types
and checks nothing. Both are processes of their own, measured from start to end.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pyarrow.parquet as pq

from taxi.commands import Parser, guarded, share
from taxi.errors import TaxiError
from taxi.generate.volumes import real_row_count
from taxi.lake import PROJECT
from taxi.landing.columns import SERVICES
from taxi.landing.workers import jobs_for

_SCRIPTS = PROJECT / "scripts"
_MONTHS = "2020-01:2020-12"


@dataclass(frozen=True, order=True)
class Effort:
    """What one process took.

    Attributes:
        seconds: from its start to its end.
        cpu_seconds: of all cores.
        peak_bytes: the most memory it held.
        row_count: rows it says it wrote.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    row_count: int


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if something failed."""
    options = _parser().parse_args(argv)
    if options.copy:
        print(json.dumps({"rows": copy(*options.copy, options.jobs)}))
        return 0

    def work() -> int:
        with tempfile.TemporaryDirectory(prefix="bench-ingest-") as folder:
            show(measure(Path(folder), options.scale, options.jobs, options.rounds))
        return 0

    return guarded("ingest", work, "the folder for temporary files")


def measure(folder: Path, scale: float, jobs: int, rounds: int) -> dict[str, Effort]:
    """The best effort of each way, in a folder that is empty.

    Raises:
        TaxiError: if a process fails, or loses rows.
    """
    files = folder / "files"
    row_count = sum(_generate(files, service, scale) for service in SERVICES)
    print(f"{row_count:,} rows in {len(list(files.iterdir()))} files, {jobs} workers")
    best: dict[str, Effort] = {}
    for number in range(rounds):
        home = folder / f"round {number}"
        home.mkdir()
        ways = {
            "pyarrow": [__file__, "--copy", files, home, "--jobs", jobs],
            "landing": [
                *(_SCRIPTS / "ingest.py", "--from", files),
                *("--jobs", jobs, "--json"),
            ],
        }
        for name, command in ways.items():
            effort = _effort(command, home / "lake")
            if effort.row_count != row_count:
                raise TaxiError(f"{name} wrote {effort.row_count:,} rows")
            best[name] = min(effort, best.get(name, effort))
    return best


def show(best: dict[str, Effort]) -> None:
    """Print a table; its ratio is that of the time of landing to the copy's."""
    print("              time      rows/s   ratio       CPU   peak memory")
    for name, effort in best.items():
        rate = effort.row_count / effort.seconds
        ratio = effort.seconds / best["pyarrow"].seconds
        print(
            f"{name:<9}{effort.seconds:>7.1f} s{rate:>12,.0f}{ratio:>8.2f}"
            f"{effort.cpu_seconds:>8.1f} s{effort.peak_bytes / 1e6:>11,.0f} MB"
        )


def copy(source: Path, target: Path, jobs: int) -> int:
    """Read and write every parquet file of a folder. Return the count of rows."""

    def copy_file(path: Path) -> int:
        table = pq.read_table(path)
        pq.write_table(table, target / path.name, compression="zstd")
        return table.num_rows

    with ThreadPoolExecutor(jobs) as pool:
        return sum(pool.map(copy_file, sorted(source.iterdir())))


def _generate(folder: Path, service: str, scale: float) -> int:
    """Write a year of a service; return its rows."""
    rows = max(1, int(real_row_count(service, _MONTHS[:7]) * scale))
    options = ["--services", service, "--months", _MONTHS, "--rows", str(rows)]
    command = [sys.executable, _SCRIPTS / "generate_trips.py", *options, "--to", folder]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        raise TaxiError("no files could be generated")
    return 12 * rows


def _effort(command: list, lake: Path) -> Effort:
    """Run a script that ends by printing JSON with its rows."""
    settings = {k: v for k, v in os.environ.items() if k != "TAXI_CATALOG"}
    started = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        stdout=subprocess.PIPE,
        env=settings | {"TAXI_LAKE": str(lake)},
        text=True,
    )
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise TaxiError(f"{command[0]} failed")
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    rows = json.loads(said.splitlines()[-1])["rows"]
    return Effort(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, rows)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="ingest.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--scale",
        type=share,
        default=1.0,
        help="share of the rows of 2020, such as 0.1 (default: 1, 26 million rows)",
    )
    parser.add_argument(
        "--jobs",
        type=_count,
        default=jobs_for(None),
        help="files at once, for both (default: one for each core)",
    )
    parser.add_argument(
        "--rounds", type=_count, default=1, help="show the best of so many (default: 1)"
    )
    parser.add_argument("--copy", nargs=2, type=Path, help=argparse.SUPPRESS)
    return parser


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 99")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
