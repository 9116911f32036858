"""Measure a refresh by one month on lakes of 1, 12 and 60, and one with nothing to do.

One lake grows: at each size a month of made-up trips is landed and built, then built
once more. Measured are the seconds of each command from start to end and the bytes of
the files it added to the lake. Unit tests, which read no lake, are left out.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from taxi.commands import Parser, guarded, whole_number
from taxi.errors import TaxiError
from taxi.generate.writing import era_of, write_file
from taxi.lake import PROJECT

_FIRST_YEAR = 2017
_SEED = 1


@dataclass(frozen=True)
class Step:
    """What one command took.

    Attributes:
        seconds: from its start to its end.
        data_bytes: parquet files that it added.
        other_bytes: metadata that it added.
    """

    seconds: float
    data_bytes: int
    other_bytes: int


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if something failed."""
    options = _parser().parse_args(argv)

    def work() -> int:
        with tempfile.TemporaryDirectory(prefix="bench-refresh-") as folder:
            bench = Bench(Path(folder), options.rows)
            print(f"{'months':>6}  {'what':14}  seconds  data kB  metadata kB")
            for size in options.sizes:
                bench.grow_to(size)
                bench.add(size)
                for what, step in (
                    ("landing one", bench.land()),
                    ("building one", bench.build()),
                    ("nothing to do", bench.build()),
                ):
                    kilobytes = (step.data_bytes / 1000, step.other_bytes / 1000)
                    print(
                        f"{size:6}  {what:14}  {step.seconds:7.1f}  "
                        f"{kilobytes[0]:7.0f}  {kilobytes[1]:11.0f}",
                        flush=True,
                    )
        return 0

    return guarded("refresh", work, "the folder for temporary files")


class Bench:
    """A lake that grows month by month.

    Args:
        folder: where everything is kept.
        rows: rows of each month.
    """

    def __init__(self, folder: Path, rows: int):
        self._lake = folder / "lake"
        self._files = folder / "files"
        self._files.mkdir()
        self._rows = rows
        self._environment = os.environ | {
            "TAXI_LAKE": str(self._lake),
            "TAXI_LOGS": str(folder / "logs"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_TARGET_PATH": str(folder / "target"),
        }

    def add(self, number: int) -> None:
        """Write the file of a month, counted from 0, if it is not there."""
        year, month = divmod(number, 12)
        era = era_of("green", f"{_FIRST_YEAR + year}-{month + 1:02}", "parquet")
        if not list(self._files.glob(f"{era.stem}.*")):
            write_file(self._files, era, "parquet", self._rows, _SEED, lambda *_: None)

    def grow_to(self, size: int) -> None:
        """Have the lake hold some months, built."""
        for number in range(size):
            self.add(number)
        self.land()
        self.build()

    def land(self) -> Step:
        """Land what is not landed."""
        return self._run("scripts/ingest.py", "--from", str(self._files))

    def build(self) -> Step:
        """Build with all tests of rows."""
        dbt = str(Path(sys.executable).with_name("dbt"))
        return self._run(dbt, "build", "--exclude-resource-type", "unit_test")

    def _run(self, *command: str) -> Step:
        before = self._sizes()
        start = perf_counter()
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = perf_counter() - start
        if ended.returncode != 0:
            raise TaxiError(f"{command[0]} failed: {ended.stdout}{ended.stderr}")
        added = {
            path: size for path, size in self._sizes().items() if path not in before
        }
        data = sum(size for path, size in added.items() if path.suffix == ".parquet")
        return Step(seconds, data, sum(added.values()) - data)

    def _sizes(self) -> dict[Path, int]:
        warehouse = self._lake / "warehouse"
        return {
            path: path.stat().st_size for path in warehouse.rglob("*") if path.is_file()
        }


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="refresh.py", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--rows",
        type=whole_number("count of rows"),
        default=50_000,
        help="rows of a month (default: 50000)",
    )
    parser.add_argument(
        "--sizes",
        type=sizes,
        default=[1, 12, 60],
        help="months that the lake holds before one is added (default: 1,12,60)",
    )
    return parser


def sizes(text: str) -> list[int]:
    """Numbers of months, as options give them."""
    return [whole_number("number of months")(size) for size in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
