"""Sums of money in cents, computed apart from the typing of values.

The ledger compares these sums with those of the typed columns, so a fault in
`values.py` or `texts.py` shows. Hence the other arithmetic: texts are added up as
decimals, and nothing here asks whether a value fits.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

# Twenty places hold the longest text of a double that stands for cents, such as
# 8.9000000000000004, and 18 digits before the point hold the sum of a file.
_EXACT = pa.decimal128(38, 20)
_CENT = Decimal("0.01")

# The noise of doubles in a batch stays far below; a larger rest is someone's mill.
_NOISE = Decimal("0.00000001")


def cents_of(raw: pa.Array, faults: pa.BooleanArray | None) -> int | None:
    """The sum in cents of a column as the file has it; None if it has no type.

    A borne value that did not fit (true in `faults`) and NaN are left out; the ledger
    counts money that could not be read on a line of its own.
    """
    if kinds.is_null(raw.type):
        return None
    if faults is not None:
        raw = raw.filter(pc.invert(faults))
    if kinds.is_string(raw.type):
        return int(_dollars_of_texts(raw) * 100)
    cents = _sum_of_cents(raw)
    if not math.isfinite(cents):
        cents = _sum_of_cents(raw.filter(pc.is_finite(raw)))
    return int(cents)


def _sum_of_cents(numbers: pa.Array) -> float:
    """Exact: of values that fit, a batch adds up to less than 2^53 cents."""
    hundredths = pc.multiply(numbers.cast(pa.float64()), 100.0)
    return pc.sum(pc.floor(pc.add(hundredths, 0.5))).as_py() or 0.0


def _dollars_of_texts(texts: pa.StringArray) -> Decimal:
    """The sum of numerals, each counted to the cent."""
    try:
        total = pc.sum(texts.cast(_EXACT)).as_py() or Decimal(0)
    except pa.ArrowInvalid:  # more places than twenty
        return _rounded_one_by_one(texts)
    rounded = total.quantize(_CENT, ROUND_HALF_UP)
    if abs(total - rounded) < _NOISE:
        return rounded
    return _rounded_one_by_one(texts)


def _rounded_one_by_one(texts: pa.StringArray) -> Decimal:
    dollars = (Decimal(text) for text in texts.drop_null().to_pylist())
    return sum((one.quantize(_CENT, ROUND_HALF_UP) for one in dollars), Decimal(0))
