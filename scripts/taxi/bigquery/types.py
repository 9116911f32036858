"""What a column is in dbt's contracts, in Arrow and in BigQuery, and as plain text.

The plain text of a value is the same wherever it is made, so that content can be
compared without moving it. Numbers, days and moments are whole numbers there, because
every engine writes those alike; a text is preceded by its length, and a null is empty,
so that two rows share a text only if they are equal.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from taxi.errors import TaxiError

# The most digits before and after the point of BigQuery's NUMERIC.
_NUMERIC_WHOLE, _NUMERIC_SCALE = 29, 9


@dataclass(frozen=True)
class ColumnType:
    """The type of a column.

    Attributes:
        bigquery: name in BigQuery's SQL, such as `NUMERIC`.
        arrow: the type by which values travel.
        precision, scale: digits of a NUMERIC, None for others.
        bigquery_text, spark_text: SQL for the text of a value; `{}` is the column.
        arrow_text: makes the texts of an array.
    """

    bigquery: str
    arrow: pa.DataType
    bigquery_text: str
    spark_text: str
    arrow_text: Callable[[pa.Array], pa.Array]
    precision: int | None = None
    scale: int | None = None

    @property
    def is_decimal(self) -> bool:
        return self.scale is not None

    def __str__(self) -> str:
        digits = f"({self.precision}, {self.scale})" if self.is_decimal else ""
        return self.bigquery + digits


def _as_text(values: pa.Array) -> pa.Array:
    return pc.cast(values, pa.string())


def _as_whole(kind: pa.DataType) -> Callable[[pa.Array], pa.Array]:
    return lambda values: _as_text(pc.cast(pc.cast(values, kind), pa.int64()))


def _with_length(values: pa.Array) -> pa.Array:
    lengths = _as_text(pc.utf8_length(values))
    return pc.binary_join_element_wise(lengths, values, ":")


def _decimal(precision: int, scale: int) -> ColumnType:
    def shifted(values: pa.Array) -> pa.Array:
        wide = pc.cast(values, pa.decimal256(precision + scale, scale))
        factor = pa.scalar(10**scale, pa.decimal256(scale + 1, 0))
        return _as_text(pc.cast(pc.multiply(wide, factor), pa.int64()))

    return ColumnType(
        "NUMERIC",
        pa.decimal128(precision, scale),
        f"cast(cast({{}} * {10**scale} as int64) as string)",
        f"cast(cast({{}} * {10**scale} as bigint) as string)",
        shifted,
        precision,
        scale,
    )


_WHOLE = ColumnType(
    "INT64", pa.int64(), "cast({} as string)", "cast({} as string)", _as_text
)

_TYPES = {
    "string": ColumnType(
        "STRING",
        pa.string(),
        "concat(cast(char_length({0}) as string), ':', {0})",
        "concat(cast(char_length({0}) as string), ':', {0})",
        _with_length,
    ),
    "int": _WHOLE,
    "bigint": _WHOLE,
    "boolean": ColumnType(
        "BOOL",
        pa.bool_(),
        "cast(cast({} as int64) as string)",
        "cast(cast({} as int) as string)",
        _as_whole(pa.bool_()),
    ),
    "date": ColumnType(
        "DATE",
        pa.date32(),
        "cast(unix_date({}) as string)",
        "cast(unix_date({}) as string)",
        _as_whole(pa.int32()),
    ),
    # Wall clock, without a zone.
    "timestamp_ntz": ColumnType(
        "DATETIME",
        pa.timestamp("us"),
        "cast(datetime_diff({}, datetime '1970-01-01', microsecond) as string)",
        "cast(timestampdiff(microsecond, timestamp_ntz'1970-01-01', {}) as string)",
        _as_whole(pa.timestamp("us")),
    ),
    "timestamp_ltz": ColumnType(
        "TIMESTAMP",
        pa.timestamp("us", "UTC"),
        "cast(unix_micros({}) as string)",
        "cast(unix_micros({}) as string)",
        _as_whole(pa.timestamp("us", "UTC")),
    ),
}


def column_type(declared: str) -> ColumnType:
    """The type that a contract declares, such as `decimal(19, 2)`.

    Raises:
        TaxiError: if BigQuery has no type for it.
    """
    name = declared.strip().lower()
    digits = re.fullmatch(r"decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)", name)
    if digits:
        precision, scale = map(int, digits.groups())
        if scale <= _NUMERIC_SCALE and precision - scale <= _NUMERIC_WHOLE:
            return _decimal(precision, scale)
    if name in _TYPES:
        return _TYPES[name]
    raise TaxiError(f"the type {declared} has no counterpart in BigQuery")
