"""Install the packages of lock files with uv, and no others.

Nothing is resolved, so what the newest versions are does not matter: the locks name
every package with its version and hashes. Those published as source alone are built
with what requirements/build.txt locks. Runs before anything else is installed but uv,
so it uses the standard library alone.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"

# Who has a mirror of their own told pip, which uv does not ask.
_SETTINGS_OF_PIP = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}


def uv_command(*locks: Path) -> list[str]:
    """The command that makes an environment hold what locks list; see `uv pip sync`."""
    return [
        *(sys.executable, "-m", "uv", "pip", "sync", "--no-config"),
        *("--build-constraints", str(REQUIREMENTS / "build.txt")),
        *("--require-hashes", "--require-build-hashes"),
        # Else every start compiles them anew where PYTHONDONTWRITEBYTECODE is set, as
        # containers and CI have it.
        "--compile-bytecode",
        *map(str, locks),
    ]


def uv_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv: the index and certificates are those of pip.

    What the environment says to uv itself goes before.
    """
    pip = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(pip, capture_output=True, text=True, check=False).stdout
    found = {}
    # In the order in which one wins over the other.
    for section in ("global", "install", ":env:"):
        for line in told.splitlines():
            key, _, value = line.partition("=")
            name = _SETTINGS_OF_PIP.get(key.removeprefix(f"{section}."))
            if name:
                found[name] = value.strip("'\"")
    return {**found, **environment}


def main(locks: list[str]) -> int:
    """Make this environment hold what the locks list. Return uv's exit code."""
    # A progress bar is for a person; a log needs only what went wrong.
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    command = [*uv_command(*map(Path, locks)), "--python", sys.executable]
    try:
        return subprocess.run(
            command + quiet, env=uv_environment(os.environ), check=False
        ).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
