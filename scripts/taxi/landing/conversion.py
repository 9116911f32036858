"""Turning the batches of a file, as its layout has them, into landed columns."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from taxi.landing.columns import Column, Kind
from taxi.landing.layouts import Layout
from taxi.landing.ledger import Ledger
from taxi.landing.old_layouts import Codes
from taxi.landing.physical_types import is_text
from taxi.landing.sources import Rows
from taxi.landing.texts import type_texts
from taxi.landing.values import Typed, nulls, trimmed, type_array
from taxi.landing.zones.grid import zone_grid
from taxi.landing.zones.polygons import UNKNOWN_ZONE


class Converter:
    """Types the columns of one file and enters in a ledger what it finds."""

    def __init__(self, layout: Layout, ledger: Ledger):
        self._layout = layout
        self._ledger = ledger

    def columns(self, rows: Rows) -> list[pa.Array]:
        """The landed columns of some rows."""
        batch, first_row = rows.columns, rows.first
        self._ledger.add_broken(rows.broken)
        columns = []
        for position, (column, name) in enumerate(self._layout.names.items()):
            if column in self._layout.points:
                values = self._zones(position, column, rows)
            elif name is None:
                values = nulls(column.kind, batch.num_rows)
            else:
                array = self._plain(column, batch[name])
                typed = self._typed(column, array)
                self._ledger.add(position, column, array, typed, first_row)
                values = typed.values
            columns.append(values)
        return columns

    def _plain(self, column: Column, array: pa.Array) -> pa.Array:
        """Texts of numbers and times as those of a CSV are, and no truth values."""
        if kinds.is_boolean(array.type):
            return pc.if_else(array, "Y", "N")
        is_coded = column in self._layout.codes
        if is_text(array.type) and column.kind is not Kind.FLAG and not is_coded:
            return _as_texts(array)
        return array

    def _typed(self, column: Column, array: pa.Array) -> Typed:
        codes = self._layout.codes.get(column)
        if codes is not None:
            return self._decoded(column, codes, array)
        if column.kind is not Kind.FLAG and is_text(array.type):
            return type_texts(column.kind, array)
        return type_array(column.kind, array)

    def _decoded(self, column: Column, codes: Codes, array: pa.Array) -> Typed:
        """Type texts that stand for codes; what is none of them is typed as it is."""
        if kinds.is_null(array.type):
            return Typed(nulls(column.kind, len(array)))
        encoded = _as_texts(array).dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        for number, text in enumerate(texts):
            if codes.get(text.lower(), text) is None:
                count = pc.sum(pc.equal(encoded.indices, number)).as_py()
                self._ledger.notes[f"{text.upper()} of {column.name} as null"] += count
        meant = pa.array([codes.get(text.lower(), text) for text in texts], pa.string())
        return type_texts(column.kind, meant.take(encoded.indices))

    def _zones(self, position: int, column: Column, rows: Rows) -> pa.Array:
        """The zones of points; null where a coordinate is no number."""
        batch, first_row = rows.columns, rows.first
        degrees = replace(column, kind=Kind.DEGREES)
        typed = []
        for name in self._layout.points[column]:
            array = self._plain(degrees, batch[name])
            typed.append(self._typed(degrees, array))
            self._ledger.add(position, degrees, array, typed[-1], first_row)
        zones = zone_grid().find(
            *(one.values.to_numpy(zero_copy_only=False) for one in typed)
        )
        are_broken = rows.are_broken
        unknown = int(((zones == UNKNOWN_ZONE) & ~are_broken).sum())
        if unknown:
            note = f"points without a zone as {UNKNOWN_ZONE} in {column.name}"
            self._ledger.notes[note] += unknown
        values = pa.array(zones, mask=are_broken).cast(pa.int32())
        for faults in (one.faults for one in typed if one.faults is not None):
            values = pc.if_else(faults, None, values)
        return values


def _as_texts(array: pa.Array) -> pa.StringArray:
    """Trimmed texts, null where empty; numbers as they are written, NaN as null."""
    if not is_text(array.type):
        if kinds.is_floating(array.type):
            array = array.cast(pa.float64())
            array = pc.if_else(pc.is_nan(array), None, array)
        array = array.cast(pa.string())
    # Those of a CSV, and times of a parquet, come trimmed and plain.
    return array if kinds.is_string(array.type) else trimmed(array)
