"""Bringing what a job needs to a bucket, each file once."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyspark

from install_jars import LISTS, install, read_list
from taxi.bucket_path import BucketPath
from taxi.dataproc.packing import Packed
from taxi.dataproc.versions import TESTED
from taxi.fetching.download import crc32c_of

# By the line of Spark that they are for.
_JARS = {TESTED: LISTS / "jars.txt", "4.0": LISTS / "jars-spark-4.0.txt"}


def listed_jars(line: str, is_fetching: bool = True) -> list[Path]:
    """The jars that a line of Spark needs, by their lists in `requirements`.

    Args:
        is_fetching: whether to fetch those that are not here yet.

    Raises:
        TaxiError: if one cannot be had.
    """
    spark_jars = Path(pyspark.__file__).parent / "jars"
    listed, folder = _JARS[line], spark_jars
    if line != TESTED:
        folder = spark_jars.with_name(f"jars-spark-{line}")
    jars = read_list(listed.read_text())
    if is_fetching:
        install(jars, spark_jars, folder)
    return [folder / jar.file_name for jar in jars]


def upload(folder: BucketPath, packed: Iterable[Packed], jars: Iterable[Path]) -> None:
    """Let a folder of a bucket hold files; what is there already is not sent.

    Raises:
        TaxiError: if the bucket refuses, or holds another file of the name.
    """
    folder.check_bucket("--bucket")
    for jar in jars:
        _send(jar, folder / jar.name)
    with tempfile.TemporaryDirectory() as scratch:
        for one in packed:
            path = Path(scratch) / one.name
            path.write_bytes(one.content)
            _send(path, folder / one.name)


def _send(file: Path, target: BucketPath) -> None:
    try:
        is_there = target.stat().crc32c == crc32c_of(file)
    except FileNotFoundError:
        is_there = False
    if not is_there:
        target.receive(file)
