"""Reading the files by which Iceberg tells what belongs to a table."""

from pyiceberg.manifest import DataFile, ManifestFile
from pyiceberg.serializers import FromInputFile
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot

from taxi.errors import TaxiError
from taxi.file_access import AnyPath, open_files, path_of
from taxi.landing.sources import first_line


class UnreadableFile(TaxiError):
    """A file of a table is missing, or its bytes are not what they were.

    Attributes:
        fault: what is wrong with it.
    """

    def __init__(self, address: str, error: Exception):
        self.path = path_of(address)
        self.fault = "is missing"
        if self.path.exists():
            self.fault = f"cannot be read ({type(error).__name__}: {first_line(error)})"
        super().__init__(f"{self.path} {self.fault}; see make check-lake")


def read_metadata(address: str) -> TableMetadata:
    """The metadata of a version of a table.

    Raises:
        UnreadableFile: if the file is missing or damaged.
    """
    try:
        return FromInputFile.table_metadata(open_files().new_input(address))
    # A damaged file can fail in any way, and so below.
    except Exception as error:
        raise UnreadableFile(address, error) from error


def read_manifests(snapshot: Snapshot | None) -> list[ManifestFile]:
    """The manifests of a snapshot; none if there is none.

    Raises:
        UnreadableFile: if the manifest list is missing or damaged.
    """
    if snapshot is None:
        return []
    try:
        return snapshot.manifests(open_files())
    except Exception as error:
        raise UnreadableFile(snapshot.manifest_list, error) from error


def read_data_files(manifest: ManifestFile) -> list[DataFile]:
    """The data and delete files that a manifest holds.

    Raises:
        UnreadableFile: if the manifest is missing or damaged.
    """
    address = manifest.manifest_path
    try:
        entries = manifest.fetch_manifest_entry(open_files())
        return [entry.data_file for entry in entries]
    except Exception as error:
        raise UnreadableFile(address, error) from error


def statistics_files(metadata: TableMetadata) -> list[AnyPath]:
    """The files of statistics that a table's metadata names."""
    named = [*metadata.statistics, *metadata.partition_statistics]
    return [path_of(one.statistics_path) for one in named]
