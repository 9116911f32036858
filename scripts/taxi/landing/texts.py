"""Strict typing of the texts of a CSV, which come trimmed and with empty as null.

Only plain numerals count as numbers: a sign, digits, a fraction. Arrow's own parsers
also take `nan`, `inf`, `1e5` and `0x1f`, so texts are looked at before they are parsed.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from taxi.landing.columns import Kind
from taxi.landing.fitting import DEGREES, LARGE, MOMENT, NUMERAL
from taxi.landing.values import Typed, type_array

# Of a moment to the microsecond.
_LONGEST = len("2019-01-01 00:00:00.000000")
_SECONDS = "%Y-%m-%d %H:%M:%S"


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
        if kind is Kind.DISTANCE:
            plain = pc.or_(plain, _are_beyond(array))
        malformed = pc.invert(plain)
        numbers = pc.if_else(malformed, None, array).cast(pa.float64())
    typed = type_array(kind, numbers)
    return replace(typed, faults=_either(malformed, typed.faults))


def _are_beyond(array: pa.StringArray) -> pa.BooleanArray:
    """Where a number is written otherwise than as a numeral, and is very large."""
    is_large = pc.fill_null(pc.match_substring_regex(array, LARGE), False)
    numbers = pc.if_else(is_large, array, None).cast(pa.float64())
    beyond = type_array(Kind.DISTANCE, numbers).beyond
    return pa.repeat(pa.scalar(False), len(array)) if beyond is None else beyond


def _type_degrees(array: pa.StringArray) -> Typed:
    faults = pc.invert(pc.fill_null(pc.match_substring_regex(array, DEGREES), True))
    numbers = pc.if_else(faults, None, array).cast(pa.float64())
    return Typed(numbers, faults if faults.true_count else None)


def _type_moments(array: pa.StringArray) -> Typed:
    """Moments to the minute, second or microsecond; `MOMENT` says how written."""
    lengths = pc.min_max(pc.binary_length(array)).as_py()
    if set(lengths.values()) <= {19, None} and holds_only(array, b"0123456789-: T"):
        try:
            return type_array(Kind.TIME, array.cast(pa.timestamp("us")))
        except pa.ArrowInvalid:
            pass
    written = pc.fill_null(pc.match_substring_regex(array, MOMENT), True)
    # Digits that pyarrow would not take for microseconds are zeros.
    texts = pc.utf8_slice_codeunits(pc.if_else(written, array, None), 0, _LONGEST)
    try:
        moments = texts.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        moments = _existing(texts)
    faults = pc.and_(pc.is_null(moments), pc.is_valid(array))
    typed = type_array(Kind.TIME, moments)
    return Typed(typed.values, _either(faults, typed.faults))


def _existing(texts: pa.StringArray) -> pa.Array:
    """Moments; null where there is none such as 2023-02-30, or 24:00:00."""
    seconds = pc.utf8_slice_codeunits(pc.replace_substring(texts, "T", " "), 0, 19)
    is_minute = pc.equal(pc.binary_length(seconds), 16)
    seconds = pc.if_else(
        is_minute, pc.binary_join_element_wise(seconds, "00", ":"), seconds
    )
    # Its parser gives null where asked to, and else another day.
    parsed = pc.strptime(seconds, format=_SECONDS, unit="s", error_is_null=True)
    exists = pc.equal(pc.strftime(parsed, format=_SECONDS), seconds)
    kept = pc.if_else(pc.fill_null(exists, False), texts, None)
    return kept.cast(pa.timestamp("us"))


def _either(
    one: pa.BooleanArray | None, other: pa.BooleanArray | None
) -> pa.BooleanArray | None:
    masks = [mask for mask in (one, other) if mask is not None and mask.true_count]
    return pc.or_(*masks) if len(masks) == 2 else next(iter(masks), None)
