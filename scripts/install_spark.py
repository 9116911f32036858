"""Install another Spark than the project's own, to try the project on it.

It goes to .cache/spark-VERSION with the jars that it needs, hashes checked, and is used
by whatever finds that folder first: PYTHONPATH=.cache/spark-3.5 dbt build.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from install_packages import uv_command, uv_environment
from taxi.commands import Parser, guarded
from taxi.errors import TaxiError
from taxi.lake import PROJECT

REQUIREMENTS = PROJECT / "requirements"
VERSIONS = sorted(
    path.stem.removeprefix("spark-") for path in REQUIREMENTS.glob("spark-*.txt")
)


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    parser = Parser(prog="install_spark.py", description=__doc__)
    parser.add_argument("version", choices=VERSIONS)
    version = parser.parse_args(argv).version

    def work() -> int:
        print(install(version, PROJECT / ".cache"))
        return 0

    return guarded("install_spark", work, "the folder .cache")


def install(version: str, into: Path) -> Path:
    """Install a Spark, unless that is done, and return its folder.

    Raises:
        TaxiError: if its packages or jars cannot be had.
    """
    name = f"spark-{version}"
    locks = [REQUIREMENTS / f"{name}.txt", REQUIREMENTS / f"jars-{name}.txt"]
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    folder = into / name
    mark = folder / "installed"
    if mark.is_file() and mark.read_text() == wanted:
        return folder
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=f".{name}-") as scratch:
        made = Path(scratch) / name
        print(f"Installing Spark {version} (a few minutes)", file=sys.stderr)
        package = [*uv_command(locks[0]), "--quiet", "--target", str(made)]
        _run("its package", package, uv_environment(os.environ))
        jars = [sys.executable, str(PROJECT / "scripts" / "install_jars.py"), name]
        _run("its jars", jars, os.environ | {"PYTHONPATH": str(made)})
        (made / mark.name).write_text(wanted)
        shutil.rmtree(folder, ignore_errors=True)
        made.replace(folder)
    return folder


def _run(what: str, command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise TaxiError(f"{what} could not be installed; the lines above say why")


if __name__ == "__main__":
    sys.exit(main())
