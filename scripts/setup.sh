#!/bin/sh
# Makes .venv: the locked packages, the jars, and the scripts on its path.
# Called by make; PYTHON names the Python to start from. What is there already stays.
set -eu
cd "$(dirname "$0")/.."
lock=requirements/dev.txt
installer=requirements/uv.txt
python=.venv/bin/python

stop() {
    echo "Setup stopped: $1" >&2
    exit 1
}

trap 'echo "Setup stopped: interrupted; run it again" >&2; exit 130' INT

# What an environment was made from. A folder that was moved has scripts that start
# nothing, and one of another Python has packages for that one.
origin() {
    pwd
    "$PYTHON" -c 'import sys; print(*sys.version_info[:3])'
    cat "$@" | cksum
}

is_done() { # MARK FILE...
    mark=$1
    shift
    [ -x "$python" ] && [ "$(origin "$@")" = "$(cat ".venv/$mark" 2>/dev/null)" ]
}

packages_from="$lock $installer"
all_from="$packages_from requirements/jars.txt scripts/setup.sh"
# shellcheck disable=SC2086
if is_done installed $all_from; then exit 0; fi

# A progress bar is for a person; a log needs only its errors.
quiet=--quiet
[ -t 2 ] && quiet=

echo "Setting up .venv (a few minutes the first time)" >&2
rm -f .venv/installed
# shellcheck disable=SC2086
if ! is_done packages $packages_from; then
    # What an interrupted installation left may be half a package. All that was fetched
    # is in uv's cache.
    "$PYTHON" -m venv --clear .venv ||
        stop "$PYTHON cannot make an environment; on Debian and Ubuntu install python3-venv."
    # The pip that a Python brings reads no large lock alike; each reads this small one.
    "$python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
        --require-hashes --requirement "$installer" ||
        stop "the installer of $installer cannot be had; check the network and pip's index."
    # Whoever has a mirror has told pip, but uv does not ask there.
    mirror=$("$python" -m pip config get global.index-url 2>/dev/null) ||
        mirror=${PIP_INDEX_URL:-}
    [ -z "$mirror" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$mirror}"
    .venv/bin/uv pip sync $quiet --no-config --require-hashes --python "$python" \
        "$lock" "$installer" ||
        stop "the packages of $lock cannot be installed; check the network and pip's index."
    # shellcheck disable=SC2086
    origin $packages_from >.venv/packages
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
# shellcheck disable=SC2086
origin $all_from >.venv/installed
