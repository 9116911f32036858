"""The folder of the result, which is there whole or not at all."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from taxi.errors import TaxiError
from taxi.revenue.inputs import Input
from taxi.revenue.storage import Storage

# What Spark writes into the folder of a result.
_OURS = re.compile(r"_SUCCESS|part-[\w.-]+\.parquet")


class Output:
    """The folder that an address names.

    Args:
        is_replaced: whether a result that is there gives way.

    Raises:
        TaxiError: if something is there that does not give way.
    """

    def __init__(self, storage: Storage, address: str, is_replaced: bool):
        self._storage = storage
        self.address = storage.qualified(address).rstrip("/")
        if re.fullmatch(r"\w+:(//[^/]*)?", self.address):
            raise TaxiError(f"{address} is all of a storage; name a folder in it")
        if not storage.exists(self.address):
            return
        if not is_replaced:
            raise TaxiError(f"{address} is there already; --overwrite replaces it")
        names = storage.names(self.address)
        others = [name for name in names if not _OURS.fullmatch(name)]
        if others:
            raise TaxiError(
                f"{address} is no result of this job, as it holds {others[0]}; "
                "name another folder"
            )

    def refuse_inputs(self, inputs: list[Input]) -> None:
        """Refuse to take the place of what is read."""
        for one in inputs:
            if f"{one.address}/".startswith(f"{self.address}/"):
                raise TaxiError(f"{self.address} holds {one.file.name}, which is read")

    @contextmanager
    def writing(self) -> Iterator[str]:
        """Yield the folder to write to; its content takes its place when all is well.

        Its name begins with an underscore, so that no reader takes it for data.
        """
        folder, _, name = self.address.rpartition("/")
        aside = f"{folder}/_{name}.{uuid.uuid4().hex}"
        try:
            yield aside
            if self._storage.exists(self.address):
                self._storage.move(self.address, f"{aside}.replaced")
            self._storage.move(aside, self.address)
        finally:
            # Whatever went wrong before is what there is to tell.
            with suppress(TaxiError):
                self._storage.remove(aside)
                self._storage.remove(f"{aside}.replaced")
