"""A physical plan as Spark formats it, with its stages marked.

A stage is what runs without moving rows: it begins where files or shuffled rows are
read, and ends where rows are shuffled, sent to all executors, or written.
"""

import re
from dataclasses import dataclass, field

# An operator in the tree, as `:     +- * Project (4)`.
_OPERATOR = re.compile(r"(?P<margin>[ :]*(?:[+:]- )?)(?P<text>(?:\* )?\w.*)")
_NUMBER = re.compile(r"\((\d+)\)$")
# The head of an operator's details, as `(4) Project [codegen id : 2]`.
_HEAD = re.compile(r"^\((\d+)\) (.*?)(?: \[codegen id : \d+\])?$")

_SHUFFLE, _BROADCAST = "Exchange", "BroadcastExchange"


@dataclass
class Operator:
    """An operator of a plan.

    Attributes:
        line: how it stands in the tree.
        kind: its first word, such as `HashAggregate`.
        number: by which its details are found; None if it has none.
        stage: in which it runs.
    """

    line: str
    kind: str
    number: int | None
    stage: int = 0
    inputs: list["Operator"] = field(default_factory=list)


@dataclass
class Plan:
    """A plan: its operators from the result down, and what Spark says of each."""

    operators: list[Operator]
    details: dict[int, dict[str, str]]

    def detail(self, operator: Operator, name: str) -> str:
        """A detail, such as `Arguments`; empty if there is none."""
        return self.details.get(operator.number or 0, {}).get(name, "")


def parse(description: str) -> Plan:
    """Read a plan in Spark's formatted form; of an adaptive one the final part."""
    lines = description.splitlines()
    start = lines.index("== Physical Plan ==") + 1
    end = next(n for n, line in enumerate(lines) if n > start and not line.strip())
    operators: list[Operator] = []
    open_above: list[tuple[int, Operator]] = []
    initial: int | None = None
    for line in lines[start:end]:
        found = _OPERATOR.fullmatch(line)
        depth = len(found["margin"]) if found else len(line) - len(line.lstrip(" :+-"))
        if initial is not None and depth >= initial:
            continue
        initial = None
        if "== Initial Plan ==" in line:
            # What the optimizer thought of before it saw how much there is.
            initial = depth
        if "==" in line or not found:
            continue
        operator = _operator(line, found["text"])
        while open_above and open_above[-1][0] >= depth:
            open_above.pop()
        if open_above:
            open_above[-1][1].inputs.append(operator)
        open_above.append((depth, operator))
        operators.append(operator)
    _number_stages(operators[0])
    return Plan(operators, _details(lines[end:]))


def is_shuffle(operator: Operator) -> bool:
    return operator.kind == _SHUFFLE


def is_broadcast(operator: Operator) -> bool:
    return operator.kind == _BROADCAST


def _operator(line: str, text: str) -> Operator:
    words = text.removeprefix("* ")
    number = _NUMBER.search(words)
    return Operator(line, words.split()[0], int(number[1]) if number else None)


def _number_stages(top: Operator) -> None:
    """Number stages in the order in which they can run."""
    last = 0

    def visit(operator: Operator, mates: list[Operator]) -> None:
        nonlocal last
        mates.append(operator)
        for one in operator.inputs:
            if one.kind in (_SHUFFLE, _BROADCAST):
                close(one)
            else:
                visit(one, mates)

    def close(operator: Operator) -> None:
        nonlocal last
        mates: list[Operator] = []
        visit(operator, mates)
        last += 1
        for mate in mates:
            mate.stage = last

    close(top)


def _details(lines: list[str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in lines:
        head = _HEAD.match(line)
        if head:
            current = found.setdefault(int(head[1]), {"name": head[2].strip()})
        elif ":" in line:
            name, _, value = line.partition(":")
            # The number of columns follows the name of some details.
            current[re.sub(r" \[\d+\]$", "", name)] = value.strip()
    return found
