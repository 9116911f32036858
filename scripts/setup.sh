#!/bin/sh
# Makes .venv: the locked packages, the jars, and the scripts on its path.
# Called by make; PYTHON names the Python to start from.
set -eu
cd "$(dirname "$0")/.."
lock=requirements/dev.txt

stop() {
    echo "Setup stopped: $1" >&2
    exit 1
}

# pip's progress is for a person; a log needs only its errors.
quiet=--quiet
[ -t 1 ] && quiet=

echo "Setting up .venv (a few minutes the first time)" >&2
"$PYTHON" -m venv .venv ||
    stop "$PYTHON cannot make an environment; on Debian and Ubuntu install python3-venv."
.venv/bin/python -m pip install $quiet --disable-pip-version-check \
    --require-hashes --requirement "$lock" ||
    stop "the packages of $lock cannot be installed; check the network and pip's index."

# dbt imports scripts/dbt_taxi.py, and the scripts import each other, from anywhere.
packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
(cd scripts && pwd) >"$packages/nyc_taxi.pth"
.venv/bin/python scripts/install_jars.py
.venv/bin/python scripts/archive_classes.py
touch .venv/installed
