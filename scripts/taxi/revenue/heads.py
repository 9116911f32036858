"""What a file says of its columns, read from its footer or first lines alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from taxi.errors import TaxiError
from taxi.landing.columns import Column, Kind
from taxi.landing.csv_head import HEAD_LINES
from taxi.landing.csv_head import read_head as read_csv_head
from taxi.landing.fitting import INSTANT_HINT
from taxi.landing.names import match_names
from taxi.landing.old_layouts import OldLayout
from taxi.revenue.columns import NANOSECONDS, amount_columns, pickup_columns
from taxi.revenue.inputs import Input
from taxi.revenue.storage import Storage

# A column in the text of a parquet schema: type, name, and what the type stands for.
_FIELD = re.compile(
    r"^ {2}\w+ (\w+)(?:\(\d+\))? (.+?)(?: \(([A-Z].*)\))?(?: = \d+)?;$", re.M
)
_DECIMAL = re.compile(r"DECIMAL(\(\d+,\d+\))")

_TYPES = {
    ("int32", ""): "int",
    ("int64", ""): "bigint",
    ("float", ""): "float",
    ("double", ""): "double",
    ("int32", "INTEGER(8,true)"): "tinyint",
    ("int32", "INTEGER(16,true)"): "smallint",
    ("int32", "INTEGER(32,true)"): "int",
    ("int64", "INTEGER(64,true)"): "bigint",
    # Of unsigned ones Spark reads the next larger.
    ("int32", "INTEGER(8,false)"): "smallint",
    ("int32", "INTEGER(16,false)"): "int",
    ("int32", "INTEGER(32,false)"): "bigint",
    ("int64", "INTEGER(64,false)"): "decimal(20,0)",
    ("binary", "STRING"): "string",
    ("binary", ""): "string",
    ("int64", "TIMESTAMP(MICROS,false)"): "timestamp_ntz",
    ("int64", "TIMESTAMP(MILLIS,false)"): "timestamp_ntz",
    ("int64", "TIMESTAMP(NANOS,false)"): NANOSECONDS,
}
# A column without a type holds nothing but nulls, and is not read.
_UNTYPED = "void"
_NUMBERS = {"tinyint", "smallint", "int", "bigint", "float", "double", _UNTYPED}
_INSTANT = re.compile(r"int96|TIMESTAMP\(\w+,true\)")


@dataclass(frozen=True)
class Head:
    """How one file is read; files of equal heads are read together.

    Attributes:
        form: `parquet` or `csv`.
        types: the columns that a reader has to know, with their types in Spark: in a
            CSV all of them, in their order.
        pickup_time: the file's column of it.
        pickup_place: the file's column of the zone, or those of longitude and latitude;
            without what has no type, and hence no value.
        is_point: which of the two.
        amounts: amounts and the file's columns of them.
        surplus: columns of a CSV without a name, which must be empty.
        delimiter: what parts the fields of a CSV.
    """

    service: str
    form: str
    types: tuple[tuple[str, str], ...]
    pickup_time: str
    pickup_place: tuple[str, ...]
    is_point: bool
    amounts: tuple[tuple[str, str], ...]
    surplus: tuple[str, ...] = ()
    delimiter: str = ","


def read_head(storage: Storage, given: Input, amounts: tuple[str, ...]) -> Head:
    """Look at a file, and match its columns as landing does.

    Args:
        amounts: those that are wanted.

    Raises:
        TaxiError: if the file is not as TLC publishes it. It names the file.
    """
    try:
        if given.byte_count == 0:
            raise TaxiError("is empty: the download brought nothing")
        if given.file.format == "csv":
            return _csv_head(storage, given, amounts)
        return _parquet_head(storage, given, amounts)
    except TaxiError as error:
        raise TaxiError(f"{given.file.name}: {error}") from error


def _parquet_head(storage: Storage, given: Input, amounts: tuple[str, ...]) -> Head:
    schema, row_count = storage.footer(given.address)
    if row_count == 0:
        raise TaxiError("holds no trips")
    types = {
        name: _spark_type(physical, meaning)
        for physical, name, meaning in _FIELD.findall(schema)
    }
    return _match(given, types, amounts)


def _csv_head(storage: Storage, given: Input, amounts: tuple[str, ...]) -> Head:
    lines = list(islice(storage.first_lines(given.address), HEAD_LINES))
    if lines:
        lines[0] = lines[0].removeprefix("\ufeff")
    head = read_csv_head(lines)
    found = _match(given, dict.fromkeys(head.names, "string"), amounts, head.surplus)
    return replace(found, delimiter=head.delimiter)


def _match(
    given: Input,
    types: dict[str, str],
    amounts: tuple[str, ...],
    surplus: Iterable[str] = (),
) -> Head:
    """Find the columns that are read, and check their types."""
    service, form = given.file.service, given.file.format
    old, keys = match_names(service, list(types))
    names = {name.strip().lower(): name for name in types}

    def served(column: Column) -> tuple[str, ...]:
        """The file's columns that serve a landed one and hold anything."""
        wanted = [names[key] for key in keys[column] if key in names]
        kind = Kind.DEGREES if len(keys[column]) == 2 else column.kind
        for name in wanted:
            if form == "parquet" and not _is_known(
                kind, types[name], old, column.required
            ):
                is_instant = kind is Kind.TIME and _INSTANT.search(types[name])
                raise TaxiError(
                    f"column {name} is {types[name]}, and {kind.value} is wanted"
                    f"{INSTANT_HINT if is_instant else ''}"
                )
        return tuple(name for name in wanted if types[name] != _UNTYPED)

    time, place = pickup_columns(service)
    of_amounts = amount_columns(service)
    (pickup_time,) = served(time)
    pickup_place = served(place)
    money = tuple(
        (amount, *served(of_amounts[amount]))
        for amount in amounts
        if amount in of_amounts and served(of_amounts[amount])
    )
    read = [pickup_time, *pickup_place, *(name for _, name in money)]
    return Head(
        service,
        form,
        tuple((one, types[one]) for one in (read if form == "parquet" else types))
        + tuple((one, "string") for one in surplus),
        pickup_time,
        pickup_place,
        len(keys[place]) == 2,
        money,
        tuple(surplus),
    )


def _is_known(
    kind: Kind, physical: str, old: OldLayout | None, is_required: bool
) -> bool:
    """Whether a parquet file may hold a column of a kind in a type of Spark."""
    if kind is Kind.TIME:
        is_text = physical == "string" and bool(old and old.holds_texts)
        return is_text or physical in ("timestamp_ntz", NANOSECONDS)
    if physical == "string":
        return not is_required
    return physical in _NUMBERS or physical.startswith("decimal(")


def _spark_type(physical: str, meaning: str) -> str:
    """The type in which Spark reads a column of parquet; else what the file says."""
    if meaning in ("UNKNOWN", "NULL"):
        return _UNTYPED
    decimal = _DECIMAL.fullmatch(meaning)
    if decimal:
        return f"decimal{decimal[1]}"
    known = _TYPES.get((physical, meaning))
    return known or f"{physical} {meaning}".strip()
