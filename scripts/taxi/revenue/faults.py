"""What Spark and Hadoop raise, in one line that names the file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from taxi.errors import TaxiError
from taxi.spark_errors import first_words

# Around a text that an expression of this job raises on an executor.
BEGIN, END = "<<<", ">>>"

_RAISED = re.compile(f"{BEGIN}(.*?){END}", re.DOTALL)
_READING = re.compile(r"[Ee]rror while reading file (\S+?)\.?(?:\s|$)")
_SCHEME = re.compile(r'No FileSystem for scheme "?(\w+)')
_PYTHON = re.compile(r"PYTHON_VERSION_MISMATCH\]\D*([\d.]+\d)\D*([\d.]+\d)")
_NO_PYTHON = re.compile(r'Cannot run program "([^"]+)"')
_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


@contextmanager
def told(about: str) -> Iterator[None]:
    """Turn what Spark raises into one line.

    Args:
        about: what was to be done or read, such as `writing out/revenue`.

    Raises:
        TaxiError: for whatever Spark, Hadoop or the bridge to them raises.
    """
    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise TaxiError(_words(about, _with_causes(error))) from error


def _words(about: str, text: str) -> str:
    raised = _RAISED.search(text)
    if raised:
        name, colon, words = raised[1].partition(": ")
        # Spark tells names of files as they stand in an address.
        return unquote(name) + colon + words
    scheme = _SCHEME.search(text)
    if scheme:
        return f"{about}: {_no_connector(scheme[1])}"
    module = _MODULE.search(text)
    if module:
        return f"{about}: the executors' Python lacks {module[1]}; install it there"
    python = _PYTHON.search(text)
    if python:
        return (
            f"{about}: the executors' Python is {python[1]} and this one's "
            f"{python[2]}; name one that both have in PYSPARK_PYTHON"
        )
    no_python = _NO_PYTHON.search(text)
    if no_python:
        return (
            f"{about}: an executor has no Python at {no_python[1]}; name one that all "
            "have in PYSPARK_PYTHON"
        )
    reading = _READING.search(text)
    if reading:
        about = unquote(reading[1]).rpartition("/")[2]
    if "Unexpected end of input stream" in text:
        return f"{about}: the gzip stream ends early: the download was cut short"
    if reading:
        return f"{about}: cannot be read: {_last_cause(text)}"
    return f"{about}: {_first_line(first_words(text))}"


def _no_connector(scheme: str) -> str:
    has = f"Spark has no connector for {scheme}:// on its classpath"
    if scheme != "gs":
        return has
    return f"{has}; make gcs-connector installs it, a Dataproc cluster has it"


def _with_causes(error: Exception) -> str:
    """The text of an error and those of its causes in Java."""
    text = str(error)
    cause = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    while cause is not None:
        text += f"\nCaused by: {cause.toString()}"
        cause = cause.getCause()
    return text


def _last_cause(text: str) -> str:
    causes = [line for line in text.splitlines() if line.startswith("Caused by: ")]
    return _first_line(re.sub(r"^Caused by: ([\w.$]+: )?", "", causes[-1]))


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0][:300] if lines else "no reason was given"
