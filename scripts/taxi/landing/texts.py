"""Strict typing of the texts of a CSV, which come trimmed and with empty as null.

Only plain numerals count as numbers: a sign, digits, a fraction. Arrow's own parsers
also take `nan`, `inf`, `1e5` and `0x1f`, so texts are looked at before they are parsed.
"""

import pyarrow as pa
import pyarrow.compute as pc

from taxi.landing.columns import Kind
from taxi.landing.fitting import DEGREES, MOMENT, NUMERAL
from taxi.landing.values import Typed, type_array


def type_texts(kind: Kind, array: pa.StringArray) -> Typed:
    """Type one array of trimmed texts."""
    if kind is Kind.FLAG:
        return Typed(array)
    if kind is Kind.TIME:
        return _type_moments(array)
    if kind is Kind.DEGREES:
        return _type_degrees(array)
    return _type_numerals(kind, array)


def holds_only(array: pa.StringArray, characters: bytes) -> bool:
    """Whether all texts of an array consist of these characters."""
    _, offsets, data = array.buffers()
    if data is None:
        return True
    ends = memoryview(offsets).cast("i")
    used = memoryview(data)[ends[array.offset] : ends[array.offset + len(array)]]
    return not bytes(used).translate(None, characters)


def _type_numerals(kind: Kind, array: pa.StringArray) -> Typed:
    malformed = None
    try:
        if not holds_only(array, b"0123456789.-"):
            raise pa.ArrowInvalid("something is no plain numeral")
        numbers = array.cast(pa.float64())
    except pa.ArrowInvalid:
        plain = pc.fill_null(pc.match_substring_regex(array, NUMERAL), True)
        malformed = pc.invert(plain)
        numbers = pc.if_else(malformed, None, array).cast(pa.float64())
    typed = type_array(kind, numbers)
    return Typed(typed.values, _either(malformed, typed.faults))


def _type_degrees(array: pa.StringArray) -> Typed:
    faults = pc.invert(pc.fill_null(pc.match_substring_regex(array, DEGREES), True))
    numbers = pc.if_else(faults, None, array).cast(pa.float64())
    return Typed(numbers, faults if faults.true_count else None)


def _type_moments(array: pa.StringArray) -> Typed:
    lengths = pc.min_max(pc.binary_length(array)).as_py()
    if set(lengths.values()) <= {19, None} and holds_only(array, b"0123456789-: "):
        try:
            return type_array(Kind.TIME, array.cast(pa.timestamp("us")))
        except pa.ArrowInvalid:
            pass
    written = pc.fill_null(pc.match_substring_regex(array, MOMENT), True)
    # No day such as 2023-02-30: its parser gives null where asked to.
    moments = pc.strptime(
        array, format="%Y-%m-%d %H:%M:%S", unit="s", error_is_null=True
    )
    exists = pc.equal(pc.strftime(moments, format="%Y-%m-%d %H:%M:%S"), array)
    faults = pc.and_(pc.invert(_true(written, exists)), pc.is_valid(array))
    typed = type_array(Kind.TIME, pc.if_else(faults, None, moments))
    return Typed(typed.values, _either(faults, typed.faults))


def _true(*conditions: pa.BooleanArray) -> pa.BooleanArray:
    """Where all conditions are known to hold."""
    result = pc.fill_null(conditions[0], False)
    for condition in conditions[1:]:
        result = pc.and_(result, pc.fill_null(condition, False))
    return result


def _either(
    one: pa.BooleanArray | None, other: pa.BooleanArray | None
) -> pa.BooleanArray | None:
    masks = [mask for mask in (one, other) if mask is not None and mask.true_count]
    return pc.or_(*masks) if len(masks) == 2 else next(iter(masks), None)
