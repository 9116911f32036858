"""Strict typing of Arrow arrays: a value fits its type exactly or is a fault.

Nothing is rounded away silently. A cast that only warns by a wrong value (pyarrow's
unsafe cast from double to decimal makes 0.00 of an overflow) is not used.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from taxi.landing.columns import Kind
from taxi.landing.fitting import MAX_CENTS, MAX_TIME, MIN_TIME, TOLERANCE

# Money and distance in memory: 32 bits hold the nine digits of decimal(9, 2).
DECIMAL = pa.decimal32(9, 2)

_LANDED_TYPES = {
    Kind.CODE: pa.int32(),
    Kind.MONEY: DECIMAL,
    Kind.DISTANCE: DECIMAL,
    Kind.TIME: pa.timestamp("us"),
    Kind.FLAG: pa.string(),
    Kind.DEGREES: pa.float64(),
}


@dataclass(frozen=True)
class Typed:
    """A typed array; null where the value was null or did not fit.

    Attributes:
        values: the array in the type of its kind.
        faults: true where a value did not fit; None if all did.
        beyond: true where a distance is beyond what a meter can show, which is no
            fault; None if none is.
        nan_count: how many NaN became null. Files written by pandas hold them for null.
    """

    values: pa.Array
    faults: pa.BooleanArray | None = None
    nan_count: int = 0
    beyond: pa.BooleanArray | None = None


def landed_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a typed column of this kind."""
    return _LANDED_TYPES[kind]


def nulls(kind: Kind, count: int) -> pa.Array:
    """A column that its file lacks."""
    return pa.nulls(count, landed_type(kind))


def type_array(kind: Kind, array: pa.Array) -> Typed:
    """Type one array as its file has it: numbers, timestamps or texts of parquet."""
    if kinds.is_null(array.type):
        return Typed(nulls(kind, len(array)))
    if kind is Kind.FLAG:
        return Typed(trimmed(array))
    if kind is Kind.DEGREES:
        return Typed(array.cast(pa.float64(), safe=False))
    if kind is Kind.TIME:
        return _type_times(array)
    return _type_numbers(kind, _widened(array))


def trimmed(array: pa.Array) -> pa.Array:
    """Texts without surrounding spaces; an empty text is null."""
    encoded = array
    if not kinds.is_dictionary(array.type):
        encoded = array.dictionary_encode()
    texts = pc.utf8_trim_whitespace(encoded.dictionary.cast(pa.string()))
    return pc.if_else(pc.equal(texts, ""), None, texts).take(encoded.indices)


def _widened(array: pa.Array) -> pa.Array:
    """Numbers of any type in one of 64 bits that Arrow compares and rounds.

    What has more digits than a double is out of range, or no number of two decimals.
    """
    physical = array.type
    if kinds.is_float64(physical) or kinds.is_signed_integer(physical):
        return array
    if kinds.is_unsigned_integer(physical) and physical.bit_width < 64:
        return array.cast(pa.int64())
    return array.cast(pa.float64(), safe=False)


def _type_numbers(kind: Kind, array: pa.Array) -> Typed:
    """Convert all at once; only if that fails, look for the values that do not fit."""
    convert = _codes if kind is Kind.CODE else _decimals
    try:
        return Typed(convert(array))
    except pa.ArrowInvalid:
        pass
    nan_count = 0
    if kinds.is_float64(array.type):
        is_nan = pc.fill_null(pc.is_nan(array), False)
        nan_count = is_nan.true_count
        array = pc.if_else(is_nan, None, array)
    fitting = _fits_code if convert is _codes else _fits_decimal
    faults = pc.invert(pc.fill_null(fitting(array), True))
    values = convert(pc.if_else(faults, None, array))
    if kind is not Kind.DISTANCE:
        return Typed(values, known(faults), nan_count)
    beyond = pc.fill_null(_is_beyond(array), False)
    return Typed(values, known(pc.and_not(faults, beyond)), nan_count, known(beyond))


def known(mask: pa.BooleanArray) -> pa.BooleanArray | None:
    """A mask, or None if it holds nowhere."""
    return mask if mask.true_count else None


def _codes(array: pa.Array) -> pa.Array:
    """Whole numbers as int32; the safe cast raises ArrowInvalid where one is not."""
    return array.cast(pa.int32())


def _fits_code(array: pa.Array) -> pa.BooleanArray:
    in_range = pc.and_(
        pc.greater_equal(array, -(2**31)), pc.less_equal(array, 2**31 - 1)
    )
    if not kinds.is_float64(array.type):
        return in_range
    return pc.and_(in_range, pc.equal(array, pc.floor(array)))


def _decimals(array: pa.Array) -> pa.Array:
    """Numbers as decimal(9, 2), or ArrowInvalid where one does not fit."""
    hundredths = _hundredths(array)
    whole = _nearest(hundredths)
    cents = whole.cast(pa.int32())
    low, high = _extremes(cents)
    if (
        low < -MAX_CENTS
        or high > MAX_CENTS
        or pc.any(_is_off(hundredths, whole)).as_py()
    ):
        raise pa.ArrowInvalid("a number does not fit decimal(9, 2)")
    return pa.Array.from_buffers(
        DECIMAL, len(cents), cents.buffers(), cents.null_count, cents.offset
    )


def _fits_decimal(array: pa.Array) -> pa.BooleanArray:
    hundredths = _hundredths(array)
    whole = _nearest(hundredths)
    in_range = pc.less_equal(pc.abs(whole), MAX_CENTS)
    return pc.and_not(in_range, _is_off(hundredths, whole))


def _is_beyond(array: pa.Array) -> pa.BooleanArray:
    return pc.greater(pc.abs(_nearest(_hundredths(array))), MAX_CENTS)


def _nearest(hundredths: pa.Array) -> pa.Array:
    """Whole numbers; half of one is off anyhow, and `pc.round` takes twice as long."""
    return pc.floor(pc.add(hundredths, 0.5))


def _is_off(hundredths: pa.Array, whole: pa.Array) -> pa.BooleanArray:
    """Where a number has more than two decimals."""
    return pc.greater(pc.abs(pc.subtract(hundredths, whole)), TOLERANCE)


def _extremes(array: pa.Array) -> tuple[int, int]:
    """The least and the greatest of whole numbers; zeros if there is none."""
    found = pc.min_max(array).as_py()
    return found["min"] or 0, found["max"] or 0


def _hundredths(array: pa.Array) -> pa.Array:
    # Unsafe only for integers beyond 2^53, which are far out of range either way.
    return pc.multiply(array.cast(pa.float64(), safe=False), 100.0)


def _type_times(array: pa.Array) -> Typed:
    try:
        return Typed(_microseconds(array))
    except pa.ArrowInvalid:
        pass
    ticks = array.cast(pa.int64())
    per_second = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
    scale = per_second[array.type.unit]
    # Bounds in the file's own unit, so that nothing overflows on the way.
    low = max(MIN_TIME * scale // 1_000_000, -(2**63))
    high = min(MAX_TIME * scale // 1_000_000, 2**63 - 1)
    fits = pc.and_(pc.greater_equal(ticks, low), pc.less_equal(ticks, high))
    if scale > 1_000_000:
        whole = pc.multiply(pc.divide(ticks, 1_000), 1_000)
        fits = pc.and_(fits, pc.equal(ticks, whole))
    faults = pc.invert(pc.fill_null(fits, True))
    return Typed(_microseconds(pc.if_else(faults, None, array)), faults)


def _microseconds(array: pa.Array) -> pa.Array:
    """Moments in microseconds; ArrowInvalid if one loses precision or has no year."""
    times = array.cast(pa.timestamp("us"))
    low, high = _extremes(times.cast(pa.int64()))
    if low < MIN_TIME or high > MAX_TIME:
        raise pa.ArrowInvalid("a moment is outside the years 1 to 9999")
    return times
