"""Many runs of the revenue job in one JVM, in a process of its own.

Tests of builds have Spark in their own process, with other settings.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq

from taxi.folder import PROJECT

_PROGRAM = """
import json, sys
from taxi.errors import TaxiError
from taxi.revenue.job import Wishes, run
from taxi.revenue.session import open_session

spark = open_session()
# Files are small here, and their rows are the same however many partitions there are.
spark.conf.set("spark.sql.shuffle.partitions", "2")
print("started", flush=True)
for line in sys.stdin:
    try:
        account = run(spark, Wishes(**json.loads(line))).account
        said = [[one.reason, one.trip_count, str(one.total_revenue)] for one in account]
    except TaxiError as error:
        said = str(error)
    spark.catalog.clearCache()
    print(json.dumps(said), flush=True)
"""

# A reason, or None for what was kept; how many trips, how much money.
Account = dict[str | None, tuple[int, Decimal]]


@dataclass
class Jobs:
    """The process that runs jobs.

    Attributes:
        folder: where results go.
        last: the folder of the last result.
    """

    folder: Path
    process: subprocess.Popen
    last: Path | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self, *inputs: Path, **wishes: object) -> tuple[list[dict], Account]:
        """Run the job on folders that hold files of both services or either.

        Returns:
            The rows of the result, in their order, and what became of the trips.
        """
        output = self.last = self.folder / f"result {next(self._numbers)}"
        said = self.ask(self.wishes_of(*inputs, output=str(output), **wishes))
        assert isinstance(said, list), said
        account = {reason: (trips, Decimal(total)) for reason, trips, total in said}
        return read_result(output), account

    def refusal(self, *inputs: Path, **wishes: object) -> str:
        """What the job says of wishes that it does not fulfil."""
        output = self.folder / f"result {next(self._numbers)}"
        said = self.ask(self.wishes_of(*inputs, output=str(output), **wishes))
        assert isinstance(said, str), said
        assert not output.exists()
        assert not [one for one in self.folder.iterdir() if one.name[0] == "_"]
        return said

    def wishes_of(self, *folders: Path, **wishes: object) -> dict:
        inputs = {
            service: [str(one) for one in folders if list(one.glob(f"{service}_trip*"))]
            for service in ("green", "yellow")
        }
        return {"inputs": {s: given for s, given in inputs.items() if given}} | wishes

    def errors(self) -> str:
        """What the process has said on stderr so far."""
        return (self.folder / "stderr").read_text()

    def ask(self, wishes: dict) -> list | str:
        self.process.stdin.write(json.dumps(wishes) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def running_jobs(folder: Path) -> Iterator[Jobs]:
    """A process that runs jobs, for a while."""
    environment = {"TAXI_LOGS": str(folder / "logs"), "PYTHONPATH": "scripts"}
    environment["PYSPARK_SUBMIT_ARGS"] = "--conf spark.ui.enabled=false pyspark-shell"
    with (
        (folder / "stderr").open("w") as said,
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=PROJECT,
            env=os.environ | environment,
            text=True,
        ) as process,
    ):
        assert process.stdout.readline() == "started\n"
        yield Jobs(folder, process)
        process.stdin.close()
        process.wait()


def read_result(folder: Path) -> list[dict]:
    """The rows of a result, file after file."""
    files = sorted(folder.glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]
