"""Put the jars of requirements/jars.txt into the environment's own Spark.

Spark finds what lies in pyspark's `jars` folder without a setting, from any folder and
without the network. `install_jars.py gcs` puts those of requirements/jars-gcs.txt into
a folder beside it, which only sessions that write to Cloud Storage look into, and
`install_jars.py spark-3.5` those of another Spark, which then is the one installed.

Ivy, which Spark brings along, fetches them from the Maven repositories of its settings;
`IVY_SETTINGS` names another settings file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyspark

from check_machine import java_command
from taxi.commands import Parser, guarded
from taxi.errors import TaxiError
from taxi.gcs import GCS_JARS
from taxi.lake import PROJECT

LISTS = PROJECT / "requirements"
PARTS = sorted(path.stem.removeprefix("jars-") for path in LISTS.glob("jars-*.txt"))

# Where a jar is fetched to; what a killed set-up left there is removed.
_SCRATCH = ".fetch-"

# A command's options can name no classifier; a file of Ivy's can.
_WANTED = """\
<ivy-module version="2.0" xmlns:maven="http://ant.apache.org/ivy/maven">
  <info organisation="taxi" module="jars"/>
  <configurations><conf name="default"/></configurations>
  <dependencies>
    <dependency org="{group}" name="{artifact}" rev="{version}"
                conf="default->default" transitive="false">
      <artifact name="{artifact}" type="jar" ext="jar"{classifier}/>
    </dependency>
  </dependencies>
</ivy-module>
"""


@dataclass(frozen=True)
class Jar:
    """A jar by its Maven coordinate.

    Attributes:
        sha256: hash of its bytes, in hexadecimal.
        classifier: tells it from others of the same version; mostly empty.
    """

    group: str
    artifact: str
    version: str
    sha256: str
    classifier: str = ""

    @property
    def file_name(self) -> str:
        """The name it has in a Maven repository."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"

    @property
    def wanted(self) -> str:
        """What a file of Ivy's says that asks for it, and not what it depends on."""
        classifier = f' maven:classifier="{self.classifier}"'
        return _WANTED.format(
            group=self.group,
            artifact=self.artifact,
            version=self.version,
            classifier=classifier if self.classifier else "",
        )

    def __str__(self) -> str:
        suffix = f":jar:{self.classifier}" if self.classifier else ""
        return f"{self.group}:{self.artifact}:{self.version}{suffix}"


def read_list(text: str) -> list[Jar]:
    """Read lines of `group:artifact:version sha256`; lines with # are comments.

    A jar of a classifier is `group:artifact:version:jar:classifier`.
    """
    lines = [line.split() for line in text.splitlines() if line and line[0] != "#"]
    jars = []
    for coordinate, sha256 in lines:
        group, artifact, version, *rest = coordinate.split(":")
        jars.append(Jar(group, artifact, version, sha256, "".join(rest[1:])))
    return jars


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
    wanted = folder / "ivy.xml"
    wanted.write_text(jar.wanted)
    command += ["-cache", str(folder / "ivy"), "-m2compatible", "-notransitive"]
    command += ["-confs", "default", "-ivy", str(wanted)]
    command += ["-retrieve", f"{folder}/[artifact]-[revision](-[classifier]).[ext]"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    fetched = folder / jar.file_name
    if done.returncode or not fetched.is_file():
        raise TaxiError(
            f"{jar} cannot be had from the Maven repositories; check the network and "
            "the proxy, or name a mirror's Ivy settings file in IVY_SETTINGS."
        )
    if not is_intact(jar, fetched):
        raise TaxiError(
            f"{jar}: the repository's file has another SHA-256 than the list in "
            "requirements; do not use it."
        )
    return fetched


def install(jars: list[Jar], spark_jars: Path, into: Path | None = None) -> list[Jar]:
    """Fetch the jars that a folder lacks, check each, and return those fetched.

    Args:
        into: the folder; None means that of Spark's own jars.
    """
    into = into or spark_jars
    into.mkdir(exist_ok=True)
    for left in into.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    missing = [jar for jar in jars if not is_intact(jar, into / jar.file_name)]
    # One by one, so that an interrupted set-up keeps what it has.
    for jar in missing:
        with tempfile.TemporaryDirectory(dir=into, prefix=_SCRATCH) as folder:
            path = fetch(jar, Path(folder), spark_jars)
            path.replace(into / path.name)
    return missing


def main(argv: list[str] | None = None) -> int:
    """Install, and name what was fetched."""
    parser = Parser(prog="install_jars.py", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="an optional part")
    part = parser.parse_args(argv).part
    spark_jars = Path(pyspark.__file__).parent / "jars"
    listed = LISTS / (f"jars-{part}.txt" if part else "jars.txt")
    into = GCS_JARS if part == "gcs" else spark_jars

    def work() -> int:
        for jar in install(read_list(listed.read_text()), spark_jars, into):
            print(f"fetched {jar}", file=sys.stderr)
        return 0

    then = "run it again to fetch the rest"
    return guarded("Setup stopped", work, "the environment", then)


if __name__ == "__main__":
    sys.exit(main())
