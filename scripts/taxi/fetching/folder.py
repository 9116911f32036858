"""TLC's files in a folder of this machine."""

from contextlib import AbstractContextManager
from pathlib import Path

from taxi.errors import TaxiError
from taxi.fetching.offers import Body, Description, Offer, Wanted, latest_only
from taxi.landing import files
from taxi.landing.sources import stamp


class Folder:
    """A folder whose files are read where they are."""

    def __init__(self, path: Path):
        self._path = path

    def offers(self, wanted: Wanted) -> tuple[list[Offer], list[TaxiError]]:
        """See `Place`."""
        found, odd_names = files.find(self._path)
        offers = [
            Offer(file, str(file.path.absolute()), is_here=True)
            for file in found
            if wanted.includes(file)
        ]
        return (latest_only(offers) if wanted.is_latest else offers), odd_names

    def describe(self, offer: Offer) -> Description:
        """See `Place`."""
        return Description(stamp(offer.file.path).size)

    def read(self, *_) -> AbstractContextManager[Body]:
        """Never called: the files are here."""
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self._path)
