"""Bringing this package to Spark's executors, where Python code of the job runs."""

import atexit
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from pyspark import SparkContext

import taxi


def ship_package(context: SparkContext) -> None:
    """Send `taxi` to the executors, unless `--py-files` has done so.

    Raises:
        PySparkException, Py4JError: if they have no Python, or another one.
    """
    if not context.master.startswith("local"):
        with _logging_nothing(context):
            context.parallelize([0], 1).map(abs).collect()
    folder = Path(taxi.__file__).parent
    if folder.is_dir():
        context.addPyFile(_zipped(folder))


@contextmanager
def _logging_nothing(context: SparkContext) -> Iterator[None]:
    """Keep Spark from logging a failure once for each time it tries."""
    root = context._jvm.org.apache.logging.log4j.LogManager.getRootLogger()
    level = root.getLevel().toString()
    context.setLogLevel("OFF")
    try:
        yield
    finally:
        context.setLogLevel(level)


@cache
def _zipped(folder: Path) -> str:
    """A zip of the package, which is there until this process ends."""
    scratch = tempfile.TemporaryDirectory(prefix="taxi-")
    atexit.register(scratch.cleanup)
    path = Path(scratch.name) / "taxi.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                packed.write(file, file.relative_to(folder.parent))
    return str(path)
