"""Telling made-up files, which may be written anew, from those of somebody else."""

import filecmp
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from taxi.errors import TaxiError
from taxi.generate.eras import Era
from taxi.generate.writing import MARK, write_file

# Bytes of a gzip header before the name that may follow.
_GZIP_HEADER = 10


def refuse_foreign(
    folder: Path, era: Era, file_format: str, rows: int, seed: int
) -> None:
    """Refuse to write over a file that was not made up here.

    A plain CSV has no room for a mark: it is ours if it is what would be written.

    Raises:
        TaxiError: if the file that is there is, or may be, somebody's own.
    """
    path = folder / f"{era.stem}.{file_format}"
    # A link that leads nowhere is somebody's too.
    if not path.exists() and not path.is_symlink():
        return
    if path.is_file() and not path.is_symlink():
        if file_format == "parquet" and _is_marked_parquet(path):
            return
        if file_format == "csv.gz" and _is_marked_gzip(path):
            return
        if file_format == "csv" and _is_same(path, era, rows, seed):
            return
    raise TaxiError(
        f"{path} is there and was not written by these options; remove it, or name "
        "another folder by --to"
    )


def _is_marked_parquet(path: Path) -> bool:
    try:
        return MARK in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def _is_marked_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(_GZIP_HEADER + len(MARK) + 1)[_GZIP_HEADER:] == MARK + b"\0"


def _is_same(path: Path, era: Era, rows: int, seed: int) -> bool:
    with TemporaryDirectory() as folder:
        made = write_file(Path(folder), era, "csv", rows, seed)
        return filecmp.cmp(path, made, shallow=False)
