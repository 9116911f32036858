"""Run a command of the project on a cluster: unpack it, check the machine, and go.

    spark-submit driver.py ARCHIVE [--set NAME=VALUE]... COMMAND [OPTION]...

The command is build, revenue or export. The archive is a file or an object, named by
the SHA-256 of its bytes. This file stands alone, and needs nothing but Python until the
archive is unpacked. The session is that of spark-submit: its master and resources are
the cluster's own.
"""

import hashlib
import importlib.metadata
import os
import re
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

COMMANDS = ("build", "revenue", "export")

# What lies in the environment for the project, and may be set by who submits.
_SETTINGS = re.compile(r"(TAXI_[A-Z_]+|PGPASSFILE|STORAGE_EMULATOR_HOST)=(.+)", re.S)


class Refused(Exception):
    """What was asked for cannot be done; the text says why.

    Attributes:
        code: the exit code.
    """

    def __init__(self, text: str, code: int = 1):
        super().__init__(text)
        self.code = code


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return its exit code."""
    try:
        archive, settings, command, arguments = _read(argv or sys.argv[1:])
        project = _unpack(_fetch(archive), Path(tempfile.mkdtemp(prefix="taxi-")))
        _check_packages(project)
    except Refused as refused:
        print(f"driver: {refused}", file=sys.stderr)
        return refused.code
    sys.path.insert(0, str(project / "scripts"))
    os.environ.update(
        {
            "DBT_PROFILES_DIR": str(project / "profiles"),
            "DBT_PROJECT_DIR": str(project),
            "DBT_TARGET": "dataproc",
            "TAXI_LOGS": str(project / "logs"),
            "DBT_LOG_PATH": str(project / "logs"),
        }
        | settings
    )
    os.chdir(project)
    return _run(command, arguments)


def _read(words: list[str]) -> tuple[str, dict[str, str], str, list[str]]:
    """The archive, the settings, the command and its options."""
    if not words:
        raise Refused(f"name an archive and one of {', '.join(COMMANDS)}", 2)
    archive, *rest = words
    settings = {}
    while rest and rest[0] == "--set":
        found = _SETTINGS.fullmatch(rest[1]) if len(rest) > 1 else None
        if found is None:
            raise Refused(f"--set: {rest[1:2]} is no setting of the project's", 2)
        settings[found[1]] = found[2]
        rest = rest[2:]
    if not rest or rest[0] not in COMMANDS:
        what = repr(rest[0]) if rest else "nothing"
        raise Refused(f"{what} is no command; name one of {', '.join(COMMANDS)}", 2)
    return archive, settings, rest[0], rest[1:]


def _fetch(archive: str) -> Path:
    """The archive as a file whose bytes are those that its name tells.

    Raises:
        Refused: if it cannot be had, or is another one.
    """
    named = re.search(r"-([0-9a-f]{64})\.tar\.gz$", archive)
    if named is None:
        raise Refused(f"{archive} is no archive that dataproc.py packed", 2)
    path = _download(archive) if archive.startswith("gs://") else Path(archive)
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Refused(f"{archive} cannot be read ({error.strerror})") from error
    if found != named[1]:
        raise Refused(f"{archive} has other bytes than its name tells; pack it anew")
    return path


def _download(address: str) -> Path:
    try:
        from google.cloud import storage
    except ImportError as error:
        raise Refused(_lacking(["google-cloud-storage"])) from error
    path = Path(tempfile.mkdtemp(prefix="taxi-")) / "project.tar.gz"
    try:
        blob = storage.Blob.from_uri(address, client=storage.Client(project="none"))
        blob.download_to_filename(str(path))
    # Google's client raises errors of many libraries.
    except Exception as error:
        line = str(error).splitlines()[0]
        raise Refused(f"{address} cannot be read ({line})") from error
    return path


def _unpack(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder


def _check_packages(project: Path) -> None:
    """Check that Python has what the project needs, in versions that it bears.

    Raises:
        Refused: if not, naming what is missing.
    """
    try:
        from packaging.requirements import Requirement
    except ImportError as error:
        raise Refused(_lacking(["packaging"])) from error
    listed = tomllib.loads((project / "pyproject.toml").read_text())
    faults = []
    for text in listed["project"]["dependencies"]:
        wanted = Requirement(text)
        # Spark is the cluster's own; its session tells its version.
        if wanted.name == "pyspark":
            continue
        try:
            found = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            faults.append(text)
            continue
        if not wanted.specifier.contains(found):
            faults.append(f"{text} (it has {found})")
    if faults:
        raise Refused(_lacking(faults))


def _lacking(packages: list[str]) -> str:
    return (
        f"this machine's Python lacks {', '.join(packages)}; dataproc.py create shows "
        "how a cluster gets them, docs/dataproc.md how a batch does"
    )


def _run(command: str, arguments: list[str]) -> int:
    if command == "build":
        return _build(arguments)
    if command == "export":
        import export_bigquery

        return export_bigquery.main(arguments)
    import revenue_job

    return revenue_job.main(arguments)


def _build(arguments: list[str]) -> int:
    """Run `dbt build`."""
    from dbt.cli.main import dbtRunner

    ended = dbtRunner().invoke(["build", *arguments])
    if ended.exception:
        print(f"driver: {ended.exception}", file=sys.stderr)
        return 2
    return 0 if ended.success else 1


if __name__ == "__main__":
    sys.exit(main())
