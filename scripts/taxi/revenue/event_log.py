"""Spark's log of a run's events, as the history server reads it: plans and stages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SQL = "org.apache.spark.sql.execution.ui.SparkListenerSQL"


@dataclass
class Stage:
    """A stage that ran; bytes and seconds are those of all its tasks.

    Attributes:
        name: what it ends with, such as `parquet at output.py:12`.
        seconds: from its submission to its end.
        read_bytes: of files and caches; of local parquet files Spark counts few.
    """

    stage_id: int
    name: str
    task_count: int
    seconds: float
    read_bytes: int = 0
    read_rows: int = 0
    shuffle_read_bytes: int = 0
    shuffle_written_bytes: int = 0


@dataclass
class Run:
    """One run of an application.

    Attributes:
        seconds: from the start of its first job to the end of its last.
        plans: the last plan of each execution of SQL, in their order.
        stages: those that ran, in their order; skipped ones are not among them.
    """

    application_id: str = ""
    seconds: float = 0.0
    plans: dict[int, str] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)

    @property
    def shuffled_bytes(self) -> int:
        return sum(stage.shuffle_written_bytes for stage in self.stages)

    @property
    def plan_of_result(self) -> str | None:
        """The final plan of the execution that wrote files."""
        written = [p for p in self.plans.values() if "InsertIntoHadoopFsRelation" in p]
        return written[-1] if written else None


def read_run(log: Path) -> Run:
    """Read a log that is neither compressed nor rolled."""
    run = Run()
    moments = []
    for event in _events(log):
        kind = event["Event"]
        if kind == "SparkListenerApplicationStart":
            run.application_id = event["App ID"]
        elif kind == "SparkListenerJobStart":
            moments.append(event["Submission Time"])
        elif kind == "SparkListenerJobEnd":
            moments.append(event["Completion Time"])
        elif kind in (f"{_SQL}ExecutionStart", f"{_SQL}AdaptiveExecutionUpdate"):
            run.plans[event["executionId"]] = event["physicalPlanDescription"]
        elif kind == "SparkListenerStageCompleted":
            run.stages.append(_stage(event["Stage Info"]))
    if moments:
        run.seconds = (max(moments) - min(moments)) / 1000
    return run


def _events(log: Path) -> Iterator[dict]:
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            # Most lines tell of single tasks, and a stage's sums tell the same.
            if not line.startswith('{"Event":"SparkListenerTask'):
                yield json.loads(line)


def _stage(info: dict) -> Stage:
    values = {one["Name"]: one.get("Value") for one in info["Accumulables"]}

    def metric(name: str) -> int:
        return int(values.get(f"internal.metrics.{name}") or 0)

    milliseconds = info.get("Completion Time", 0) - info.get("Submission Time", 0)
    return Stage(
        info["Stage ID"],
        info["Stage Name"],
        info["Number of Tasks"],
        milliseconds / 1000,
        metric("input.bytesRead"),
        metric("input.recordsRead"),
        metric("shuffle.read.localBytesRead") + metric("shuffle.read.remoteBytesRead"),
        metric("shuffle.write.bytesWritten"),
    )
