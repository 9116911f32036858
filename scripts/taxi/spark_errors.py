"""Errors of Spark in a few words: no plan, no stack of Java."""

import re

# How py4j begins what it passes on from Java.
_JAVA = "An error occurred while calling"

# dbt knows a missing schema by the name of its exception, which therefore stays.
_EXCEPTION = re.compile(r"[\w.$]+\.(?!NoSuch)\w+(?:Exception|Error): ")

# What a file system says, and what there is to do.
_ADVICE = (
    ("No space left on device", "make room on the disk"),
    ("Disk quota exceeded", "make room on the disk"),
    ("Read-only file system", "the lake cannot be written; mount it for writing"),
    ("File does not exist", "make check-lake says what is wrong"),
    ("Failed to open ", "make check-lake says what is wrong"),
    ("OutOfMemoryError", "give Spark more, as in export TAXI_DRIVER_MEMORY=6g"),
)


# What Spark says of a name that it does not find, whose mark dbt's adapter looks for.
_MISSING = re.compile(
    r"(\[TABLE_OR_VIEW_NOT_FOUND\]) The table or view ([^ ]+) cannot be found\.[^;]*"
)

# How to get a table of a schema that only a command of this project fills.
_REMEDIES = {
    "tlc": "is not landed yet; run python scripts/ingest.py",
    "published": "is not published yet; run dbt build, then python scripts/publish.py",
}


def first_words(message: str) -> str:
    """What a reader of SQL needs of an error, and what to do where that is known."""
    return _of_java(message) if _JAVA in message else _of_sql(message)


def _of_sql(message: str) -> str:
    words = []
    message = _MISSING.sub(_told_missing, message)
    for line in map(str.strip, message.splitlines()):
        # dbt puts this heading before an error each time it passes it on.
        if line == "Runtime Error":
            continue
        if line.startswith(("at ", "JVM stacktrace:")):
            break
        words.append(line)
        # A semicolon ends the message where Spark appends the query's plan.
        if line.endswith(";"):
            break
    return "\n".join(words).strip().removesuffix(";")


def _told_missing(found: re.Match) -> str:
    """A table that is not there, and how to get it."""
    *_, schema, name = ["", *found[2].replace("`", "").split(".")]
    remedy = _REMEDIES.get(schema, "is not built yet; run dbt build")
    table = f"{schema}.{name}" if schema else name
    return f"{found[1]} {table} {remedy} (or no table has that name)"


def _of_java(message: str) -> str:
    """The innermost message of the first exception, with that of its last cause."""
    lines = [line.strip() for line in message.splitlines()]
    lines = [line for line in lines if _EXCEPTION.search(line)]
    if not lines:
        return _of_sql(message)
    said = _innermost(lines[0])
    causes = [_innermost(line) for line in lines if line.startswith("Caused by: ")]
    if causes and said.rpartition("/")[2] not in causes[-1]:
        said = f"{said} ({causes[-1]})"
    advice = next((what for sign, what in _ADVICE if sign in message), None)
    return f"{said}; {advice}" if advice else said


def _innermost(line: str) -> str:
    return _EXCEPTION.split(line)[-1]
