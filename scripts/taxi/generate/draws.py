"""Chance that is the same everywhere: numbers from a hash, and tables to look them up.

Every number depends on its key alone, not on what was drawn before it, on a library's
version, on the machine or on the number of threads.
"""

import hashlib
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

# A draw is a whole number below this.
SCALE = 1 << 16


class Draws:
    """Draws for some rows, by name.

    Args:
        key: what tells these rows from others.
        count: how many rows.
    """

    def __init__(self, key: str, count: int):
        self._key = key
        self._count = count

    def numbers(self, name: str, kind: pa.DataType | None = None) -> pa.Array:
        """Whole numbers, evenly spread over their unsigned type, of 16 bits or as told.

        The same name yields the same numbers.
        """
        kind = kind or pa.uint16()
        size = self._count * kind.bit_width // 8
        data = hashlib.shake_128(f"{self._key}/{name}".encode()).digest(size)
        return pa.Array.from_buffers(kind, self._count, [None, pa.py_buffer(data)])

    def choose(self, name: str, table: pa.Array) -> pa.Array:
        """Values of a table of `SCALE` entries, each as often as it has entries."""
        return table.take(self.numbers(name))

    def happens(self, name: str, share: float) -> pa.BooleanArray:
        """True in about this share of the rows, to the 65,536th."""
        return pc.less(self.numbers(name), pa.scalar(int(share * SCALE), pa.uint16()))

    def up_to(self, name: str, limit: int) -> pa.Int64Array:
        """Whole numbers from 0 to below a limit of at most `SCALE`."""
        wide = self.numbers(name).cast(pa.int64())
        return pc.shift_right(pc.multiply(wide, limit), 16)


def spread(weights: Mapping, kind: pa.DataType | None = None) -> pa.Array:
    """A table for `Draws.choose` that holds each value by its weight."""
    total = sum(weights.values())
    entries: list = []
    reached = 0
    for value, weight in weights.items():
        reached += weight
        entries += [value] * (SCALE * reached // total - len(entries))
    return pa.array(entries, kind or pa.int32())
