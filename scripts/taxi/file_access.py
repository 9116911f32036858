"""The files of a lake, whether they lie in a folder or on a bucket."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow.fs import FileSystem, GcsFileSystem
from pyarrow.lib import NativeFile
from pyiceberg.io import FileIO
from pyiceberg.io.pyarrow import PyArrowFileIO

from taxi.bucket_path import SCHEME, BucketPath
from taxi.errors import TaxiError

# Lets pyiceberg open files by `LakeFiles`.
IO_PROPERTIES = {"py-io-impl": "taxi.file_access.LakeFiles"}

# Cloud Storage's own client for C++ would try again for a quarter of an hour.
_RETRY = timedelta(seconds=60)

AnyPath = Path | BucketPath


class LakeFiles(PyArrowFileIO):
    """Files as pyiceberg opens them; `STORAGE_EMULATOR_HOST` leads to an emulator."""

    def _initialize_gcs_fs(self) -> FileSystem:
        emulator = os.environ.get("STORAGE_EMULATOR_HOST")
        if not emulator:
            return GcsFileSystem(retry_time_limit=_RETRY)
        address = urlsplit(emulator)
        return GcsFileSystem(
            anonymous=True,
            scheme=address.scheme,
            endpoint_override=address.netloc,
            retry_time_limit=_RETRY,
        )


@dataclass(frozen=True)
class Found:
    """A file that was found.

    Attributes:
        modified: when it was written, in seconds of the epoch.
    """

    path: AnyPath
    byte_count: int
    modified: float


def path_of(address: str) -> AnyPath:
    """The path of a `gs:` or `file:` address, or of one without scheme.

    Neither Spark nor pyiceberg escapes anything in it: a `%` stands for itself.
    """
    if address.startswith(SCHEME):
        return BucketPath.of_address(address)
    return Path("/" + address.removeprefix("file:").lstrip("/"))


def open_files() -> FileIO:
    """What opens files by their addresses."""
    return _open_files(os.environ.get("STORAGE_EMULATOR_HOST"))


@cache
def _open_files(emulator: str | None) -> FileIO:
    return LakeFiles(IO_PROPERTIES)


def open_file(path: AnyPath) -> NativeFile:
    """Open a file to read any part of it."""
    return open_files().new_input(str(path)).open()


def files_under(folder: AnyPath) -> Iterator[Found]:
    """The files of a folder and its folders, in the order of their names."""
    if isinstance(folder, BucketPath):
        for path, status in folder.objects():
            yield Found(path, status.st_size, status.st_mtime)
        return
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from files_under(Path(entry))
                continue
            # Another process may have removed it meanwhile.
            with suppress(FileNotFoundError):
                status = entry.stat()
                yield Found(Path(entry), status.st_size, status.st_mtime)


def remove_files(paths: Iterable[AnyPath], warehouse: AnyPath) -> None:
    """Remove files, and the folders that are empty then.

    Raises:
        TaxiError: if one cannot be removed.
    """
    try:
        for path in paths:
            path.unlink(missing_ok=True)
            if isinstance(path, Path):
                _remove_empty(path.parents, warehouse)
    except OSError as error:
        raise TaxiError(f"{path} cannot be removed ({error.strerror})") from error


def _remove_empty(folders: Iterable[Path], warehouse: Path) -> None:
    for folder in folders:
        if folder == warehouse or any(folder.iterdir()):
            break
        folder.rmdir()
