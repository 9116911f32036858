"""What a file says of its columns, read from its footer or first lines alone."""

import re
from dataclasses import dataclass

from taxi.errors import TaxiError
from taxi.landing.columns import Column, Kind
from taxi.landing.csv_head import read_head as read_csv_head
from taxi.landing.names import match_names
from taxi.landing.old_layouts import OldLayout
from taxi.revenue.columns import amount_columns, pickup_columns
from taxi.revenue.inputs import Input
from taxi.revenue.storage import Storage

# A column in the text of a parquet schema: type, name, and what the type stands for.
_FIELD = re.compile(r"^ {2}\w+ (\w+)(?:\(\d+\))? (.+?)(?: \(([A-Z].*)\))?;$", re.M)

_TYPES = {
    ("int32", ""): "int",
    ("int64", ""): "bigint",
    ("double", ""): "double",
    ("int32", "INTEGER(8,true)"): "tinyint",
    ("int32", "INTEGER(16,true)"): "smallint",
    ("int32", "INTEGER(32,true)"): "int",
    ("int64", "INTEGER(64,true)"): "bigint",
    ("binary", "STRING"): "string",
    ("int64", "TIMESTAMP(MICROS,false)"): "timestamp_ntz",
    ("int64", "TIMESTAMP(MILLIS,false)"): "timestamp_ntz",
}
# A column without a type holds nothing but nulls, and is not read.
_UNTYPED = "void"
_NUMBERS = {"tinyint", "smallint", "int", "bigint", "double", _UNTYPED}

# The types of Spark in which a parquet file may hold each kind of column.
_KNOWN = {
    Kind.TIME: {"timestamp_ntz"},
    Kind.CODE: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.DEGREES: {"double", _UNTYPED},
}


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
    """

    service: str
    form: str
    types: tuple[tuple[str, str], ...]
    pickup_time: str
    pickup_place: tuple[str, ...]
    is_point: bool
    amounts: tuple[tuple[str, str], ...]
    surplus: tuple[str, ...] = ()


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
    lines = []
    for line in storage.first_lines(given.address):
        lines.append(line if lines else line.removeprefix("\ufeff"))
        if sum(bool(one.strip()) for one in lines) == 2:
            break
    head = read_csv_head(lines)
    surplus = tuple(f"surplus field {n + 1}" for n in range(head.surplus_fields))
    return _match(given, dict.fromkeys(head.names, "string"), amounts, surplus)


def _match(
    given: Input,
    types: dict[str, str],
    amounts: tuple[str, ...],
    surplus: tuple[str, ...] = (),
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
            known = _KNOWN[kind] | ({"string"} if _may_be_text(old, kind) else set())
            if form == "parquet" and types[name] not in known:
                raise TaxiError(
                    f"column {name} is {types[name]}, and {kind.value} is wanted"
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
        surplus,
    )


def _may_be_text(old: OldLayout | None, kind: Kind) -> bool:
    """Whether a column is a text in the parquet files of an old layout."""
    return bool(old and old.holds_texts and kind is Kind.TIME)


def _spark_type(physical: str, meaning: str) -> str:
    """The type in which Spark reads a column of parquet; else what the file says."""
    if meaning in ("UNKNOWN", "NULL"):
        return _UNTYPED
    known = _TYPES.get((physical, meaning))
    return known or f"{physical} {meaning}".strip()
