"""What dbt's adapter offers to the hooks of a run, such as `adapter.begin_build()`."""

from pathlib import Path

from dbt.flags import get_flags

from taxi.building.adapter import record_verdicts
from taxi.building.faults import as_error_of_dbt
from taxi.lake import Lake
from taxi.publishing import building
from taxi.upkeep.checksums import record_files

# The commands that change tables which may be published.
RECORDED = {"build", "retry", "run", "seed", "snapshot"}

begun: list[int] = []


def begin_build(self) -> None:
    """Record that a command begins to change tables.

    Raises:
        DbtRuntimeError: if the catalog cannot be written.
    """
    command = get_flags().WHICH
    begun.clear()
    if command in RECORDED:
        project = Path(self.config.project_root)
        lake = Lake.from_environment()
        with as_error_of_dbt():
            begun.append(building.begin_build(lake, f"dbt {command}", project))


def end_build(self, results, months: list[dict[str, str]] | str) -> str | None:
    """Record how the command ended, and return a closing line, if there is one.

    Args:
        results: those of the command, as dbt gives them to the hook.
        months: what was loaded, as service and month of file, or `all`.

    Raises:
        DbtRuntimeError: if the catalog cannot be written.
    """
    results = list(results)
    with as_error_of_dbt():
        held = record_verdicts(begun[0] if begun else None, results)
    if not begun:
        return None
    flags = get_flags()
    is_whole = not getattr(flags, "EMPTY", False) and not getattr(flags, "SAMPLE", None)
    nodes = self.get_macro_resolver().nodes
    lake = Lake.from_environment()
    with as_error_of_dbt():
        said = building.end_build(lake, begun.pop(), results, nodes, months, is_whole)
        record_files(lake)
    return "\n".join(filter(None, (held, said))) or None
