"""Whether the files of a table's version are all there."""

from pyiceberg.io import FileIO

from taxi.errors import TaxiError
from taxi.publishing.reading import open_version


def check_files(location: str) -> None:
    """Check that a version of a table can be read, by the sizes of its files.

    Args:
        location: the table's metadata file.

    Raises:
        TaxiError: if a file is missing, damaged, or not as long as it was written.
    """
    version = open_version(location)
    snapshot = version.current_snapshot()
    if snapshot is None:
        return
    listing = snapshot.manifest_list
    try:
        manifests = snapshot.manifests(version.io)
        for manifest in manifests:
            listing = manifest.manifest_path
            for entry in manifest.fetch_manifest_entry(version.io):
                file = entry.data_file
                _check(version.io, file.file_path, file.file_size_in_bytes)
    except TaxiError:
        raise
    except FileNotFoundError as error:
        raise TaxiError(f"the lake lacks the file {listing}") from error
    except Exception as error:
        # Avro's reader fails in many ways on bytes that are not its own.
        raise TaxiError(f"the file {listing} is damaged") from error


def _check(io: FileIO, path: str, size: int) -> None:
    try:
        found = len(io.new_input(path))
    except FileNotFoundError as error:
        raise TaxiError(f"the lake lacks the file {path}") from error
    if found != size:
        raise TaxiError(f"the file {path} has {found:,} bytes, not {size:,}")
