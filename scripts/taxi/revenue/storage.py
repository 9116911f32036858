"""Files wherever Spark can read them: by Hadoop's FileSystem, local or not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from py4j.java_gateway import JavaObject
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from taxi.errors import TaxiError
from taxi.revenue.faults import told


@dataclass(frozen=True)
class Found:
    """A file that an address stands for.

    Attributes:
        address: with its scheme, as Spark reads it.
        is_named: whether the address named this very file, not a folder or pattern.
    """

    address: str
    name: str
    byte_count: int
    is_named: bool


class Storage:
    """The file systems of a session.

    Raises:
        TaxiError: from every method, for what is not there or cannot be reached.
    """

    def __init__(self, spark: SparkSession):
        self._jvm = spark.sparkContext._jvm
        self._hadoop = spark.sparkContext._jsc.hadoopConfiguration()

    def files(self, address: str) -> list[Found]:
        """The files that an address stands for: itself, or those of a folder or glob.

        Of folders the files in them count, not those of folders within.
        """
        with told(address):
            system, path = self._opened(address)
            if system.exists(path):
                matched, is_named = [system.getFileStatus(path)], True
            else:
                matched, is_named = system.globStatus(path) or [], False
            found = []
            for status in matched:
                folder = status.isDirectory()
                listed = system.listStatus(status.getPath()) if folder else [status]
                found += [
                    _found(one, is_named and not folder)
                    for one in listed
                    if not one.isDirectory()
                ]
        if not matched:
            raise TaxiError(f"{address}: no such file or folder")
        return sorted(found, key=lambda one: one.address)

    def first_lines(self, address: str) -> Iterator[str]:
        """The lines of a text, unzipped if its name says so, as far as asked for."""
        with told(address):
            system, path = self._opened(address)
            stream = system.open(path)
            compress = self._jvm.org.apache.hadoop.io.compress
            codec = compress.CompressionCodecFactory(self._hadoop).getCodec(path)
            if codec is not None:
                stream = codec.createInputStream(stream)
            java = self._jvm.java.io
            lines = java.BufferedReader(java.InputStreamReader(stream, "UTF-8"))
            try:
                while (line := lines.readLine()) is not None:
                    yield line
            finally:
                lines.close()

    def footer(self, address: str) -> tuple[str, int]:
        """What a parquet file says of itself: its schema as text, its rows."""
        parquet = self._jvm.org.apache.parquet.hadoop
        try:
            _, path = self._opened(address)
            file = parquet.util.HadoopInputFile.fromPath(path, self._hadoop)
            reader = parquet.ParquetFileReader.open(file)
            try:
                schema = reader.getFooter().getFileMetaData().getSchema()
                return schema.toString(), reader.getRecordCount()
            finally:
                reader.close()
        except (Py4JError, PySparkException) as error:
            if re.search("is not a Parquet file", str(error)):
                raise TaxiError(
                    "no parquet footer: the download was cut short, or it is none"
                ) from error
            with told("cannot be read as parquet"):
                raise

    def exists(self, address: str) -> bool:
        with told(address):
            system, path = self._opened(address)
            return system.exists(path)

    def qualified(self, address: str) -> str:
        """The whole address: with its scheme, and from the root."""
        with told(address):
            system, path = self._opened(address)
            return system.makeQualified(path).toString()

    def names(self, folder: str) -> list[str]:
        """The names in a folder; that of a file is its own."""
        with told(folder):
            system, path = self._opened(folder)
            return [one.getPath().getName() for one in system.listStatus(path)]

    def move(self, address: str, to: str) -> None:
        with told(to):
            system, path = self._opened(address)
            if not system.rename(path, self._path(to)):
                raise TaxiError(f"{to} cannot be written")

    def remove(self, address: str) -> None:
        """Remove a folder with all that is in it, if it is there."""
        with told(address):
            system, path = self._opened(address)
            system.delete(path, True)

    def _opened(self, address: str) -> tuple[JavaObject, JavaObject]:
        """The file system of an address, and the address as it wants it."""
        path = self._path(address)
        return path.getFileSystem(self._hadoop), path

    def _path(self, address: str) -> JavaObject:
        return self._jvm.org.apache.hadoop.fs.Path(address)


def escaped(address: str) -> str:
    """An address for Spark's readers, which else take signs in a name for a pattern."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", address)


def _found(status: JavaObject, is_named: bool) -> Found:
    path = status.getPath()
    return Found(path.toString(), path.getName(), status.getLen(), is_named)
