"""Measure what a build costs, beside DuckDB and a script of a course.

Makes up a year of 2020's volume, or a share of it, lands and builds it with every data
test, and computes its revenue without a lake. Then the bundled sample is built from
nothing, built again with nothing to do, and asked for a mart. Every command is measured
from its start to its end, with all its processes.
"""

import argparse
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from costs import Cost, cost_of

from taxi.commands import Parser, guarded, share, whole_number
from taxi.errors import TaxiError
from taxi.folder import PROJECT
from taxi.generate.volumes import real_row_count
from taxi.landing.columns import SERVICES

_SCRIPTS = PROJECT / "scripts"
_RIVALS = Path(__file__).parent / "rivals"
_DBT = Path(sys.executable).with_name("dbt")
_YEAR = 2020
_VERSIONS = ("dbt-core", "dbt-spark", "pyspark", "duckdb")


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if something failed."""
    options = _parser().parse_args(argv)

    def work() -> int:
        print(
            f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, "
            + ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
        )
        with TemporaryDirectory(prefix="bench-build-") as folder:
            bench = _Bench(Path(folder))
            bench.large(options.months, options.scale)
            bench.sample()
        return 0

    return guarded("build", work, "the folder for temporary files")


class _Bench:
    """Runs commands on lakes of their own, and prints what they cost."""

    def __init__(self, root: Path):
        self._root = root

    def large(self, months: int, scale: float) -> None:
        """Measure a year of trips, or a part of it, beside both rivals."""
        files = self._root / "files"
        rows = sum(self._generate(files / one, one, months, scale) for one in SERVICES)
        both = self._root / "both"
        both.mkdir()
        for path in files.glob("*/*.parquet"):
            (both / path.name).symlink_to(path)
        print(f"{rows:,} trips of {months} months\n{_HEADER}")
        rival = self._cost(_RIVALS / "duckdb_job.py", both, self._root / "rival.db")
        self._show("DuckDB, the same job", rival)
        landing = self._cost(_SCRIPTS / "ingest.py", "--from", both)
        self._show("  landing", landing)
        building = self._dbt("build", "--exclude-resource-type", "unit_test")
        self._show("  dbt build", building)
        self._show("landing and dbt build", _sum(landing, building), rival)
        green, yellow = files / "green", files / "yellow"
        report = self._root / "report"
        rival = self._cost(_RIVALS / "course_job.py", green, yellow, report)
        self._show("a course's script", rival)
        job = self._cost(
            *(_SCRIPTS / "revenue_job.py", "--engine", "sql"),
            *("--input_green", green, "--input_yellow", yellow),
            *("--output", self._root / "revenue"),
        )
        self._show("revenue_job.py", job, rival)

    def sample(self) -> None:
        """Measure the bundled sample."""
        self._root = self._root / "sample"
        self._root.mkdir()
        self._cost(_SCRIPTS / "ingest.py", "--from", PROJECT / "data" / "sample")
        print(f"the bundled sample\n{_HEADER}")
        self._show("dbt build, from nothing", self._dbt("build"))
        rival = self._dbt("parse")
        self._show("dbt parse", rival)
        self._show("dbt build, nothing to do", self._dbt("build"), rival)
        shown = self._dbt("show", "--select", "fct_monthly_zone_revenue")
        self._show("dbt show of a mart", shown)

    def _generate(self, folder: Path, service: str, months: int, scale: float) -> int:
        rows = max(1, int(real_row_count(service, f"{_YEAR}-01") * scale))
        words = [_SCRIPTS / "generate_trips.py", "--services", service]
        words += ["--months", f"{_YEAR}-01:{_YEAR}-{months:02}", "--rows", rows]
        command = [sys.executable, *words, "--to", folder]
        ended = subprocess.run(
            [str(word) for word in command], stdout=subprocess.DEVNULL, check=False
        )
        if ended.returncode:
            raise TaxiError("no files could be generated")
        return months * rows

    def _dbt(self, *words: str) -> Cost:
        return cost_of([_DBT, *words], PROJECT, self._environment())

    def _cost(self, script: Path, *words: str | Path) -> Cost:
        return cost_of([sys.executable, script, *words], PROJECT, self._environment())

    def _environment(self) -> dict[str, str]:
        return {
            "TAXI_LAKE": str(self._root / "lake"),
            "TAXI_CATALOG": "",
            "TAXI_LOGS": str(self._root / "logs"),
            "DBT_LOG_PATH": str(self._root / "logs"),
            "DBT_TARGET_PATH": str(self._root / "target"),
        }

    def _show(self, what: str, cost: Cost, rival: Cost | None = None) -> None:
        cpu = "-" if cost.cpu_seconds is None else f"{cost.cpu_seconds:.1f}"
        peak = "-" if cost.peak_bytes is None else f"{cost.peak_bytes / 1e9:.2f}"
        ratio = f"{cost.seconds / rival.seconds:.1f}" if rival else ""
        line = f"{what:<26}{cost.seconds:>8.1f}{cpu:>8}{peak:>9}{ratio:>8}"
        print(line.rstrip(), flush=True)


_HEADER = f"{'':26}{'seconds':>8}{'CPU s':>8}{'peak GB':>9}{'ratio':>8}"


def _sum(first: Cost, second: Cost) -> Cost:
    """What two commands cost, one after the other."""
    if first.cpu_seconds is None or second.cpu_seconds is None:
        return Cost(first.seconds + second.seconds, None, None)
    return Cost(
        first.seconds + second.seconds,
        first.cpu_seconds + second.cpu_seconds,
        max(first.peak_bytes, second.peak_bytes),
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="build.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--months",
        type=whole_number("number from 1 to 12", least=1, most=12),
        default=12,
        help=f"months of {_YEAR}, from January (default: 12)",
    )
    parser.add_argument(
        "--scale",
        type=share,
        default=1.0,
        help="share of the trips of a real month, such as 0.1 (default: 1)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
