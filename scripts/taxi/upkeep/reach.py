"""Which files of a warehouse can still be reached from a version of a table."""

from collections.abc import Iterable

from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot

from taxi.file_access import AnyPath, path_of
from taxi.upkeep.metadata import (
    read_data_files,
    read_manifests,
    read_metadata,
    statistics_files,
)


class Reach:
    """Collects the files that versions of tables reach, reading each file once.

    Args:
        since: a moment of the file system's clock, in seconds, or None. Files older
            than it are not read: what they name is older still, and is not asked for.

    Attributes:
        paths: what is reached so far.
    """

    def __init__(self, since: float | None = None):
        self._since = since
        self.paths: set[AnyPath] = set()

    def add_version(self, address: str) -> TableMetadata | None:
        """Add a metadata file and its statistics; return it, if it was read.

        Raises:
            UnreadableFile: if it is missing or damaged.
        """
        path = path_of(address)
        self.paths.add(path)
        if self._is_too_old(path):
            return None
        metadata = read_metadata(address)
        self.paths.update(statistics_files(metadata))
        return metadata

    def add_snapshots(self, snapshots: Iterable[Snapshot]) -> None:
        """Add what snapshots need to be read.

        Raises:
            UnreadableFile: if a file of theirs is missing or damaged.
        """
        for snapshot in snapshots:
            path = path_of(snapshot.manifest_list)
            if not self._is_new(path):
                continue
            for manifest in read_manifests(snapshot):
                if self._is_new(path_of(manifest.manifest_path)):
                    files = read_data_files(manifest)
                    self.paths.update(path_of(file.file_path) for file in files)

    def add_history(self, address: str) -> None:
        """Add a version with all that it knows of its past.

        An expired snapshot is passed over, though an older version still names it.

        Raises:
            UnreadableFile: if a file is damaged, or one is missing that is needed.
        """
        metadata = self.add_version(address)
        if metadata is not None:
            log = metadata.metadata_log
            self.paths.update(path_of(entry.metadata_file) for entry in log)
            self.add_snapshots(
                one for one in metadata.snapshots if path_of(one.manifest_list).exists()
            )

    def __contains__(self, path: AnyPath) -> bool:
        return path in self.paths or named_by_companion(path) in self.paths

    def _is_new(self, path: AnyPath) -> bool:
        """Whether a file was not added before and is to be read; add it."""
        if path in self.paths:
            return False
        self.paths.add(path)
        return not self._is_too_old(path)

    def _is_too_old(self, path: AnyPath) -> bool:
        if self._since is None:
            return False
        try:
            return path.stat().st_mtime < self._since
        except FileNotFoundError:
            return True


def named_by_companion(path: AnyPath) -> AnyPath | None:
    """The file whose sums Hadoop keeps beside it, as `.name.crc`."""
    if path.name.startswith(".") and path.suffix == ".crc":
        return path.with_name(path.name[1:].removesuffix(".crc"))
    return None
