#!/bin/sh
# Makes .venv: the locked packages, the jars, and the scripts on its path.
# Called by make; PYTHON names the Python to start from. What is done is not done again,
# and what an interrupted set-up finished is kept.
set -eu
cd "$(dirname "$0")/.."
packages="requirements/dev.txt requirements/uv.txt"
python=.venv/bin/python

stop() {
    echo "Setup stopped: $1" >&2
    exit 1
}
trap 'stop "interrupted; the next one goes on from here."' INT TERM

# What an environment is made from: a folder that was moved has scripts that start
# nothing, and the packages of another Python are of no use.
origin_of_packages() {
    pwd
    "$PYTHON" -c 'import sys; print(sys.version)'
    # shellcheck disable=SC2086
    cat $packages requirements/build.txt scripts/install_packages.py | cksum
}
origin_of_all() {
    origin_of_packages
    cat requirements/jars.txt scripts/setup.sh scripts/archive_classes.py | cksum
}
is_made_from() { # ORIGIN MARK
    [ -x "$python" ] && [ "$1" = "$(cat ".venv/$2" 2>/dev/null)" ]
}

"$PYTHON" -c "" 2>/dev/null ||
    stop "$PYTHON cannot be run; install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12."
if is_made_from "$(origin_of_all)" installed; then exit 0; fi
echo "Setting up .venv (a few minutes the first time)" >&2
rm -f .venv/installed
if ! is_made_from "$(origin_of_packages)" packages; then
    # What an interrupted installation left may be half a package, so it starts anew; uv
    # keeps in its cache what was fetched.
    "$PYTHON" -m venv --clear .venv ||
        stop "$PYTHON cannot make an environment; on Debian and Ubuntu install python3-venv."
    # Every pip installs one package alike, but not a lock of many.
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --requirement requirements/uv.txt ||
        stop "uv, which installs the rest, cannot be had; check the network and pip's index."
    # shellcheck disable=SC2086
    "$python" scripts/install_packages.py $packages ||
        stop "the lines above name a package that cannot be had; check the network and pip's index."
    origin_of_packages >.venv/packages
fi
# dbt imports scripts/dbt_taxi.py, and the scripts import each other, from anywhere.
# What start_up.py does comes first of all; a folder that was moved has no such file.
site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
{
    (cd scripts && pwd)
    printf '%s\n' \
        'import sys; exec("try:\n import start_up\nexcept ImportError: pass")'
} >"$site/nyc_taxi.pth"
"$python" scripts/install_jars.py
"$python" scripts/archive_classes.py
origin_of_all >.venv/installed
