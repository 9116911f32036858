"""Put the jars of requirements/jars.txt into the environment's own Spark.

Spark finds what lies in pyspark's `jars` folder without a setting, from any folder and
without the network. Ivy, which Spark brings along, fetches them from the Maven
repositories of its settings; `IVY_SETTINGS` names another settings file.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyspark

from check_machine import java_command
from taxi.errors import TaxiError
from taxi.lake import PROJECT

LIST = PROJECT / "requirements" / "jars.txt"


@dataclass(frozen=True)
class Jar:
    """A jar by its Maven coordinate.

    Attributes:
        sha256: hash of its bytes, in hexadecimal.
    """

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name it has in a Maven repository."""
        return f"{self.artifact}-{self.version}.jar"

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def read_list(text: str) -> list[Jar]:
    """Read lines of `group:artifact:version sha256`; lines with # are comments."""
    lines = [line.split() for line in text.splitlines() if line and line[0] != "#"]
    return [Jar(*coordinate.split(":"), sha256) for coordinate, sha256 in lines]


def is_intact(jar: Jar, path: Path) -> bool:
    """Whether the file is there and has the listed hash."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


def fetch(jar: Jar, folder: Path, spark_jars: Path) -> Path:
    """Fetch a jar into a folder with Spark's Ivy.

    Raises:
        TaxiError: if it cannot be had, or is not the one that was listed.
    """
    command = [
        java_command(os.environ),
        "-jar",
        *map(str, spark_jars.glob("ivy-*.jar")),
    ]
    if os.environ.get("IVY_SETTINGS"):
        command += ["-settings", os.environ["IVY_SETTINGS"]]
    command += ["-cache", str(folder / "ivy"), "-m2compatible", "-notransitive"]
    command += [
        "-confs",
        "default",
        "-dependency",
        jar.group,
        jar.artifact,
        jar.version,
    ]
    command += ["-retrieve", f"{folder}/[artifact]-[revision].[ext]"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    fetched = folder / jar.file_name
    if done.returncode or not fetched.is_file():
        raise TaxiError(
            f"{jar} cannot be had from the Maven repositories; check the network and "
            "the proxy, or name a mirror's Ivy settings file in IVY_SETTINGS."
        )
    if not is_intact(jar, fetched):
        raise TaxiError(
            f"{jar}: the repository's file has another SHA-256 than "
            "requirements/jars.txt; do not use it."
        )
    return fetched


def install(jars: list[Jar], spark_jars: Path) -> list[Jar]:
    """Fetch the jars that Spark lacks, check each, and return those fetched."""
    missing = [jar for jar in jars if not is_intact(jar, spark_jars / jar.file_name)]
    with tempfile.TemporaryDirectory(dir=spark_jars, prefix=".fetch-") as folder:
        fetched = [fetch(jar, Path(folder), spark_jars) for jar in missing]
        for path in fetched:
            path.replace(spark_jars / path.name)
    return missing


def main() -> int:
    """Install, and name what was fetched."""
    spark_jars = Path(pyspark.__file__).parent / "jars"
    try:
        for jar in install(read_list(LIST.read_text()), spark_jars):
            print(f"fetched {jar}", file=sys.stderr)
    except TaxiError as error:
        print(f"Setup stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
