"""TLC's files in a folder of this machine, and in the folders within."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from taxi.fetching.offers import (
    Body,
    Description,
    Listing,
    Offer,
    Wanted,
    latest_only,
)
from taxi.landing import files
from taxi.landing.files import Seen
from taxi.landing.sources import stamp


class Folder:
    """A folder whose files are read where they are, or a single file.

    Args:
        left_out: folders within that are not looked into.
    """

    def __init__(self, path: Path, left_out: Iterable[Path] = ()):
        self._path = path
        self._left_out = left_out

    def offers(self, wanted: Wanted) -> Listing:
        """See `Place`."""
        is_file = self._path.is_file()
        root = self._path.parent if is_file else self._path
        paths = [self._path] if is_file else files.walk(root, self._left_out)
        seen, offers = Seen(), []
        for path in paths:
            file = seen.look_at(path.relative_to(root), root.resolve().name)
            if file and wanted.includes(file):
                file = replace(file, path=path)
                offers.append(Offer(file, str(path.absolute()), is_here=True))
        return Listing(latest_only(offers) if wanted.is_latest else offers, seen)

    def describe(self, offer: Offer) -> Description:
        """See `Place`."""
        return Description(stamp(offer.file.path).size)

    def read(self, *_) -> AbstractContextManager[Body]:
        """Never called: the files are here."""
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self._path)
