"""What comes before the imports of a command of the project, dbt's own included.

They take a second or more, and nothing of a command's own code is there yet. So `make
setup` lets every Python of the environment import this file first. It ends a command in
one line if it is interrupted while it starts, until `taxi.commands.guarded` or
`dbt_taxi` takes the signal over; names the project's profile to dbt; and lets dbt's
lines have colours on a terminal alone.
"""

import os
import sys

_SCRIPTS = os.path.dirname(os.path.abspath(__file__))


def begin(arguments: list[str]) -> None:
    """Do it, if this process runs a command of the project."""
    path = os.path.abspath(arguments[0])
    name = os.path.basename(path).removesuffix(".py")
    if name == "dbt" and wants_colors(os.environ):
        # dbt_project.yml has it off, for whatever is no terminal.
        os.environ.setdefault("DBT_USE_COLORS", "true")
    if name == "dbt":
        from start_of_dbt import name_profiles

        name_profiles(arguments[1:], os.getcwd())
    if name == "dbt" and any(not one.startswith("-") for one in arguments[1:]):
        _check_dbts_log(arguments)
    if name == "dbt" or (path.startswith(_SCRIPTS + os.sep) and path.endswith(".py")):
        _end_in_one_line(name)


def _check_dbts_log(arguments: list[str]) -> None:
    """End dbt in one line if its log cannot be written; it would end without a word."""
    folder = os.environ.get("DBT_ENGINE_LOG_PATH") or os.environ.get("DBT_LOG_PATH")
    if not folder and os.path.isfile("dbt_project.yml"):
        folder = "logs"
    if not folder or any(one.startswith("--log-path") for one in arguments):
        return
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "dbt.log"), "ab"):
            pass
    except OSError as error:
        said = f"{error.filename}: {error.strerror}; name another folder for logs"
        os.write(2, os.fsencode(f"dbt: {said} in DBT_LOG_PATH\n"))
        os._exit(1)


def wants_colors(environment: dict[str, str]) -> bool:
    """Whether stdout is to have colours, by the variables that programs agree on."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return os.isatty(1) and environment.get("TERM", "dumb") != "dumb"


def _end_in_one_line(name: str) -> None:
    import signal

    def end(*_) -> None:
        # Nothing was begun, so nothing is to be cleaned up; an exception would pass
        # through imports, which may catch it or say it in their own words.
        os.write(2, f"{name}: interrupted; run the command again\n".encode())
        os._exit(130)

    # Whoever starts a command in the background may have it ignore the key.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)


begin(sys.argv)
