"""The physical types in which TLC's files have held each kind of column."""

import pyarrow as pa
import pyarrow.types as kinds

from taxi.landing.columns import Kind


def is_known(kind: Kind, physical: pa.DataType | None, in_texts: bool = False) -> bool:
    """Whether a file may hold a column of this kind in this type.

    Args:
        physical: None for a CSV, where all is text.
        in_texts: whether it is of 2009 or 2010, whose parquet holds texts besides.
    """
    if physical is None:
        return True
    if kind is Kind.TIME:
        is_plain = kinds.is_timestamp(physical) and physical.tz is None
        return is_plain or (in_texts and is_text(physical))
    if kinds.is_null(physical):
        return True
    if kind is Kind.FLAG:
        return is_text(physical) or (in_texts and kinds.is_float64(physical))
    if kind is Kind.DEGREES:
        return kinds.is_float64(physical)
    if kind is Kind.CODE and in_texts and is_text(physical):
        return True
    return kinds.is_signed_integer(physical) or kinds.is_float64(physical)


def is_text(physical: pa.DataType) -> bool:
    return kinds.is_string(physical) or kinds.is_large_string(physical)
