"""Measure the memory in which all history is loaded anew, as after a change of logic.

One lake grows: at each size all models are built anew, by statements of a bounded
number of rows. Shown are the rows, the seconds of the build, and the most that the
driver's heap held when Java had marked what is still in use. Java marks the later, the
more heap it is allowed. With a bound that holds, a large lake needs no more than a
small one, which `--memory` shows.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from refresh import Bench, sizes
from taxi.commands import Parser, whole_number
from taxi.errors import TaxiError

# A line of Java's log, such as `GC(7) Pause Remark 310M->120M(512M) 5.1ms`. What young
# collections leave is not looked at, as it holds what has died since the last marking.
_COLLECTED = re.compile(r"Pause (?:Full|Remark).* \d+M->(\d+)M\(\d+M\)")

_NO_TESTS = [
    *("--exclude-resource-type", "test"),
    *("--exclude-resource-type", "unit_test"),
]


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if something failed."""
    options = _parser().parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-reload-") as folder:
            bench = Reloading(Path(folder), options)
            print(f"{'months':>6}  {'rows':>11}  seconds  heap MB")
            for size in options.sizes:
                bench.grow_to(size)
                step, heap = bench.reload()
                print(
                    f"{size:6}  {size * options.rows:11,}  {step.seconds:7.1f}  "
                    f"{heap:7}",
                    flush=True,
                )
    except TaxiError as error:
        print(f"reload: {error}", file=sys.stderr)
        return 1
    return 0


class Reloading(Bench):
    """A lake that grows, with a driver whose collections are logged."""

    def __init__(self, folder: Path, options: argparse.Namespace):
        super().__init__(folder, options.rows)
        self._log = folder / "collections.log"
        self._bound = options.rows_per_statement
        self._environment |= {
            # Read last of all options, so that those of the session do not end the log.
            "_JAVA_OPTIONS": f"-Xlog:gc:file={self._log}:uptime:filecount=0",
            "TAXI_DRIVER_MEMORY": options.memory,
        }

    def build(self):
        """Build without tests."""
        return self._dbt("build", *_NO_TESTS)

    def reload(self):
        """Build everything anew. Return the step, and the heap's peak in MB."""
        self._log.unlink(missing_ok=True)
        step = self._dbt("build", "--full-refresh", *_NO_TESTS)
        held = map(int, _COLLECTED.findall(self._log.read_text()))
        return step, max(held, default=0)

    def _dbt(self, *arguments: str):
        dbt = str(Path(sys.executable).with_name("dbt"))
        bound = f"rows_per_statement: {self._bound}"
        return self._run(dbt, *arguments, "--vars", bound)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="reload.py", description=__doc__, allow_abbrev=False)
    number = whole_number("count of rows")
    parser.add_argument(
        "--rows", type=number, default=500_000, help="rows of a month (default: 500000)"
    )
    parser.add_argument(
        "--sizes",
        type=sizes,
        default=[12, 60],
        help="months that the lake holds (default: 12,60)",
    )
    parser.add_argument(
        "--rows-per-statement",
        type=number,
        default=20_000_000,
        help="bound of a statement (default: 20000000)",
    )
    parser.add_argument(
        "--memory", default="2g", help="heap of the driver (default: 2g)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
