"""The physical types in which a file may hold each kind of column."""

import pyarrow as pa
import pyarrow.types as kinds

from taxi.landing.columns import Kind

# What Spark and Impala write as INT96 counts from UTC, whatever it is read as.
INSTANT = pa.timestamp("ns", "UTC")


def is_known(
    kind: Kind,
    physical: pa.DataType | None,
    in_texts: bool = False,
    is_required: bool = True,
) -> bool:
    """Whether a file may hold a column of this kind in this type.

    Args:
        physical: None for a CSV, where all is text.
        in_texts: whether it is of 2009 or 2010, whose parquet holds texts besides.
        is_required: whether no file lacks it. Of one that holds nothing but nulls,
            tools such as DuckDB make a column of texts.
    """
    if physical is None:
        return True
    if kind is Kind.TIME:
        is_plain = kinds.is_timestamp(physical) and physical.tz is None
        return is_plain or (in_texts and is_text(physical))
    if kinds.is_null(physical):
        return True
    if kind is Kind.FLAG:
        is_flag = is_text(physical) or kinds.is_boolean(physical)
        return is_flag or (in_texts and is_number(physical))
    may_be_text = not is_required or (kind is Kind.CODE and in_texts)
    return is_number(physical) or (may_be_text and is_text(physical))


def is_number(physical: pa.DataType) -> bool:
    """Whether it holds numbers; each of them is then looked at."""
    return (
        kinds.is_integer(physical)
        or kinds.is_floating(physical)
        or kinds.is_decimal(physical)
    )


def is_text(physical: pa.DataType) -> bool:
    """Whether it holds texts: plain, by number in a dictionary, or as bare bytes."""
    if kinds.is_dictionary(physical):
        return is_text(physical.value_type)
    return physical in _TEXTS


_TEXTS = (
    *(pa.string(), pa.large_string(), pa.string_view()),
    *(pa.binary(), pa.large_binary(), pa.binary_view()),
)
