"""The project as a user calls it: by its commands, on a lake of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from taxi.lake import PROJECT, Lake
from warm_java import warm_java

DBT = Path(sys.executable).with_name("dbt")
SAMPLE = PROJECT / "data" / "sample"

# What dbt knows of the project once it has read it, which the first lake of a process
# hands on to the others.
_PARSED_NAME = "partial_parse.msgpack"
_parsed: list[bytes] = []


@dataclass(frozen=True)
class Project:
    """A lake of its own, and the commands on it.

    Attributes:
        folder: where the lake and dbt's artifacts lie.
        source: the project itself, or a copy of it.
        catalog: what `TAXI_CATALOG` is set to, if it is.
    """

    folder: Path
    source: Path = PROJECT
    catalog: str = ""

    @property
    def lake(self) -> Lake:
        return Lake.from_environment(
            {"TAXI_LAKE": str(self.folder / "lake"), "TAXI_CATALOG": self.catalog}
        )

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def environment(self) -> dict[str, str]:
        """What leads a command to this lake and its own logs."""
        return {
            "TAXI_LAKE": str(self.folder / "lake"),
            "TAXI_CATALOG": self.catalog,
            "TAXI_LOGS": str(self.folder / "logs"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_TARGET_PATH": str(self.target),
        }

    def call(
        self,
        *command: str | Path,
        check: bool = True,
        more: Mapping[str, str] | None = None,
    ):
        """Run a command in the project's folder; show its output if it fails.

        Args:
            more: what the command's environment has besides this project's.
        """
        ended = subprocess.run(
            [str(word) for word in command],
            cwd=self.source,
            env=os.environ | self.environment | (more or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        if check:
            assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    def dbt(self, *arguments: str, check: bool = True):
        parsed = self.target / _PARSED_NAME
        if self.source == PROJECT and _parsed and not parsed.exists():
            self.target.mkdir(parents=True, exist_ok=True)
            parsed.write_bytes(_parsed[0])
        with self._java(arguments) as java:
            command = (DBT, "--no-use-colors", *arguments)
            ended = self.call(*command, check=check, more=java)
        if self.source == PROJECT and not _parsed and parsed.exists():
            _parsed.append(parsed.read_bytes())
        return ended

    def _java(self, arguments: tuple[str, ...]):
        """What leads a command of dbt's to the JVM that stays, if it can use that."""
        if "--target" in arguments:
            return nullcontext({})
        return warm_java().lent(os.environ | self.environment)

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
