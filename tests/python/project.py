"""The project as a user calls it: by its commands, on a lake of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from taxi.lake import PROJECT, Lake

DBT = Path(sys.executable).with_name("dbt")
SAMPLE = PROJECT / "data" / "sample"


@dataclass(frozen=True)
class Project:
    """A lake of its own, and the commands on it.

    Attributes:
        folder: where the lake and dbt's artifacts lie.
        source: the project itself, or a copy of it.
    """

    folder: Path
    source: Path = PROJECT

    @property
    def lake(self) -> Lake:
        return Lake.from_environment({"TAXI_LAKE": str(self.folder / "lake")})

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def environment(self) -> dict[str, str]:
        """What leads a command to this lake and its own logs."""
        return {
            "TAXI_LAKE": str(self.lake.root),
            "TAXI_LOGS": str(self.folder / "logs"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_TARGET_PATH": str(self.target),
        }

    def call(self, *command: str | Path, check: bool = True):
        """Run a command in the project's folder; show its output if it fails."""
        ended = subprocess.run(
            [str(word) for word in command],
            cwd=self.source,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check:
            assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    def dbt(self, *arguments: str, check: bool = True):
        return self.call(DBT, "--no-use-colors", *arguments, check=check)

    def script(self, name: str, *arguments: str | Path, check: bool = True):
        path = PROJECT / "scripts" / name
        return self.call(sys.executable, path, *arguments, check=check)

    def compiled(self, model: str) -> str:
        """The SQL that dbt made of a model; its unit tests have others."""
        (path,) = (
            path
            for path in (self.target / "compiled").rglob(f"{model}.sql")
            if not any(parent.suffix == ".yml" for parent in path.parents)
        )
        return path.read_text()

    def rows(self, schema: str, table: str, *columns: str) -> list[dict]:
        """Rows of a table, read without a JVM."""
        scan = self.lake.open_catalog().load_table((schema, table)).scan()
        return (scan.select(*columns) if columns else scan).to_arrow().to_pylist()
