"""What a check of a lake found."""

from collections import Counter
from dataclasses import dataclass, field

from taxi.catalog import Pointer
from taxi.file_access import AnyPath
from taxi.lake import Lake


@dataclass
class Findings:
    """What is wrong with a lake, one line per fault, and what is worth knowing.

    Attributes:
        counts: tables, files and bytes that were looked at.
    """

    lake: Lake
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    def add(
        self,
        table: Pointer | str,
        fault: str,
        partition: str = "",
        file: AnyPath | None = None,
    ) -> None:
        """Add a fault, naming where it is."""
        place = ", ".join(filter(None, (str(table), partition)))
        if file is not None:
            fault = f"{relative(self.lake, file)} {fault}"
        self.faults.append(f"{place}: {fault}")

    def summary(self) -> str:
        """The last line of a check."""
        faults = len(self.faults)
        return (
            f"checked {self.counts['tables']} tables, {self.counts['files']:,} files, "
            f"{size(self.counts['bytes'])}: "
            + (f"{faults} fault{'s' * (faults > 1)}" if faults else "no fault")
        )


def relative(lake: Lake, path: AnyPath) -> AnyPath:
    """A path as it is printed: from the lake's root, where it lies under it."""
    return path.relative_to(lake.root) if path.is_relative_to(lake.root) else path


def size(byte_count: int) -> str:
    """Bytes as a person reads them."""
    number = float(byte_count)
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"
