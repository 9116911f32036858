"""What --explain prints: the plan as it ran, where it shuffles, and what it read."""

import re

from taxi.revenue.event_log import Run
from taxi.revenue.plans import Operator, Plan, is_broadcast, is_shuffle, parse

# Spark's numbers of columns and of shuffles, which say nothing to a reader.
_NOISE = re.compile(r"#\d+L?|, \[plan_id=\d+\]")


def explained(run: Run) -> list[str]:
    """The lines about a run of SQL or DataFrames."""
    description = run.plan_of_result
    if description is None:
        return ["Spark kept no plan of this run"]
    plan = parse(description)
    return [
        "== Physical plan, as it ran, with its stages ==",
        *_tree(plan),
        "",
        "== Shuffles: rows move between executors, and a stage ends ==",
        *_listed(plan, is_shuffle, "Arguments"),
        "",
        "== Broadcasts: a small table is sent whole to every executor ==",
        *_listed(plan, is_broadcast, "Arguments"),
        "",
        "== Joins ==",
        *_listed(
            plan, lambda one: one.kind.endswith("Join"), "Left keys", "Right keys"
        ),
        "",
        "== Read: the columns and filters that were pushed down to the files ==",
        *_scans(plan),
        "",
        *stages(run),
        "",
        "== Details of the plan ==",
        description.partition("\n\n")[2].strip(),
    ]


def explained_lineage(debug_string: str, run: Run) -> list[str]:
    """The lines about a run of RDDs.

    Args:
        debug_string: what Spark tells of the lineage; rows move where it is indented.
    """
    lines = debug_string.splitlines()
    starts = [n for n, line in enumerate(lines) if n == 0 or "+-(" in line]
    # What is read first stands last.
    number_of = {start: len(starts) - n for n, start in enumerate(starts)}
    marked = []
    for n, line in enumerate(lines):
        if n in number_of and n:
            marked.append(f"{'':<8} | {'-' * 8} shuffle {'-' * 8}")
        mark = f"stage {number_of[n]}" if n in number_of else ""
        marked.append(f"{mark:<8} | {line}")
    return [
        "== Lineage of the RDD, from the result down, with its stages ==",
        *marked,
        "",
        *stages(run),
    ]


def stages(run: Run) -> list[str]:
    """What ran, by Spark's own numbers."""
    lines = ["== Stages that ran =="]
    for one in run.stages:
        counts = (one.read_bytes, one.shuffle_read_bytes, one.shuffle_written_bytes)
        read, taken, given = map(_kilobytes, counts)
        lines.append(
            f"{one.stage_id:>3}  {one.task_count:>4} tasks {one.seconds:>7.1f} s  "
            f"read {read}, from shuffles {taken}, into shuffles {given}  {one.name}"
        )
    lines.append(f"shuffled in all: {_kilobytes(run.shuffled_bytes)}")
    return lines


def _tree(plan: Plan) -> list[str]:
    lines = []
    for operator in plan.operators:
        lines.append(f"stage {operator.stage:<2} | {operator.line}{_mark(operator)}")
    return lines


def _mark(operator: Operator) -> str:
    if is_shuffle(operator):
        return f"   <== shuffle: stage {operator.stage} ends"
    if is_broadcast(operator):
        return f"   <== broadcast: stage {operator.stage} ends"
    return ""


def _listed(plan: Plan, is_wanted, *names: str) -> list[str]:
    lines = []
    for operator in filter(is_wanted, plan.operators):
        said = [plan.detail(operator, name) for name in names]
        words = " = ".join(_NOISE.sub("", one) for one in said if one)
        lines.append(f"stage {operator.stage}: {_name(operator)}: {words}")
    return lines or ["none"]


def _scans(plan: Plan) -> list[str]:
    lines = []
    for operator in plan.operators:
        if operator.kind == "Scan" and plan.detail(operator, "ReadSchema"):
            lines.append(f"stage {operator.stage}: {_name(operator)}")
            filters = plan.detail(operator, "PushedFilters") or "none"
            lines.append(f"  PushedFilters: {filters}")
            lines.append(f"  ReadSchema: {plan.detail(operator, 'ReadSchema')}")
    return lines or ["none"]


def _name(operator: Operator) -> str:
    return re.sub(r"^[ :+-]*(\* )?", "", operator.line)


def _kilobytes(count: int) -> str:
    return f"{count / 1000:,.1f} kB"
