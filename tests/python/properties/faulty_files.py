"""Made-up files into which faults were planted, and what is to be seen of them.

What a value means is worked out here value by value, by Python's decimals and dates,
from what DuckDB or Python's own reader of CSV find in the file.
"""

import csv
import gzip
import io
import math
import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from old_meanings import ENDS, under_names_of_today, zone_at

from taxi.generate.writing import era_of, write_file
from taxi.landing.columns import SERVICES, Column, Kind

# One month at least of every way in which TLC wrote its files.
MONTHS = {
    ("green", "parquet"): "2013-08 2018-12 2020-12 2023-02 2025-01",
    ("yellow", "parquet"): "2011-01 2018-01 2018-07 2019-01 2020-12 2023-02 2025-12",
    ("green", "csv"): "2016-07 2017-01 2019-07",
    ("yellow", "csv.gz"): "2016-12 2018-12 2020-12",
}
OLD_MONTHS = {
    ("green", "csv"): "2013-08 2015-01 2016-01",
    ("yellow", "parquet"): "2009-01 2010-01 2010-02",
    ("yellow", "csv.gz"): "2009-06 2010-06 2014-01 2015-01 2016-06",
}


def _sources(all_months: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
    return [
        (service, month, form)
        for (service, form), months in all_months.items()
        for month in months.split()
    ]


# Those whose files tell zones, and those whose files tell points.
SOURCES, OLD_SOURCES = _sources(MONTHS), _sources(OLD_MONTHS)

# Values to plant, by the physical type of the column; most fit somewhere, some nowhere.
DOUBLES = [None, math.nan, 0.0, -0.0, 1.0, -3.33, 265.0, 266.0, 0.1 + 0.2]
DOUBLES += [8.9000000000000004, 9_999_999.99, -9_999_999.99, 1.0000000001]
DOUBLES += [1.005, 1.5, 1e7, -1e7, 2.0**31, 1e300, math.inf, -math.inf]
LONGS = [None, 0, 1, -1, 265, 266, 2**31 - 1, 2**31, -(2**31), -(2**63)]
INTEGERS = [None, 0, 1, -1, 265, 266, 2**31 - 1, -(2**31)]
# Microseconds: 1970, 2041, the ends of the calendar, and beyond them.
MOMENTS = [None, 0, 2_240_524_800_000_001, -62_135_596_800_000_000]
MOMENTS += [253_402_300_799_999_999, 253_402_300_800_000_000, -62_135_596_800_000_001]
FLAGS = [None, "", " ", "Y", " N ", "*"]
MENUS = {
    pa.float64(): DOUBLES,
    pa.int64(): LONGS,
    pa.int32(): INTEGERS,
    pa.string(): FLAGS,
    pa.large_string(): FLAGS,
}
TEXTS = ["", " ", "0", "1", " 1 ", "5.", ".5", "+5", "-3.33", "1.0", "265", "266", "99"]
TEXTS += ["9999999.99", "-9999999.99", "8.9000000000000004", "2147483647", "1.000"]
TEXTS += ["10000000", "1.005", "2147483648", "nan", "1e5", "inf", "-", "0x1f", "N"]
TEXTS += ["1_5", "2019-01-01 00:00:00", "2041-01-01 23:59:59"]
TEXTS += ["2019-02-29 00:00:00", "2019-01-01T00:00:00", "2019-01-01", "noon"]
TEXTS += ["2019-01-01 00:00", "2019-01-01T00:00:00.250", "2019-01-01 00:00:00Z"]
TEXTS += ["15420004.5", "1.5420004E7"]

SPOILS = ["no fare_amount", "no dropoff", "two of extra", "cut"]


@dataclass(frozen=True)
class FaultyFile:
    """A file to be made, with what is to be wrong with it.

    Attributes:
        cells: numbers that choose a row, a column and a value; as many faults.
        shuffle: how the columns are put into another order, if they are.
        spoil: what makes the file one that cannot land.
    """

    service: str
    month: str
    form: str
    rows: int
    seed: int
    cells: tuple[tuple[int, int, int], ...] = ()
    shuffle: int | None = None
    changes_case: bool = False
    has_unknown_column: bool = False
    spoil: str | None = None

    @property
    def name(self) -> str:
        return f"{self.service}_tripdata_{self.month}.{self.form}"

    def write(self, folder: Path) -> Path:
        era = era_of(self.service, self.month, self.form)
        path = write_file(folder, era, self.form, self.rows, self.seed)
        if self.form == "parquet":
            self._plant_in_parquet(path)
        else:
            self._plant_in_csv(path)
        if self.spoil == "cut":
            data = path.read_bytes()
            # Into the last row of a text, so that it lacks fields.
            path.write_bytes(data[:-1] if self.form == "parquet" else data[:-9])
            if self.form == "csv":
                path.write_bytes(data[: data.rindex(b",", 0, -40)])
        return path

    def _order(self, names: list[str]) -> list[str]:
        """The names in the order in which they are to be."""
        if self.spoil == "no fare_amount":
            names = [name for name in names if "fare_am" not in name.lower()]
        if self.spoil == "no dropoff":
            names = [name for name in names if "dropoff" not in name.lower()]
        if self.shuffle is not None:
            random.Random(self.shuffle).shuffle(names)
        return names

    @property
    def _second_extra(self) -> str:
        """A name that the file has already, in another form."""
        is_old = self.service == "yellow" and self.month < "2015"
        has_zones = self.form == "parquet" and self.month >= "2011"
        return "Surcharge " if is_old and not has_zones else "Extra "

    def _named(self, names: list[str]) -> list[str]:
        return [name.swapcase() if self.changes_case else name for name in names]

    def _plant_in_parquet(self, path: Path) -> None:
        table = pq.read_table(path)
        for row, column, choice in self.cells:
            table = self._planted(
                table, row % table.num_rows, column % table.num_columns, choice
            )
        table = table.select(self._order(table.column_names))
        if self.has_unknown_column:
            table = table.append_column("mood", pa.array(["sad"] * table.num_rows))
        table = table.rename_columns(self._named(table.column_names))
        if self.spoil == "two of extra":
            table = table.append_column(
                self._second_extra, pa.array([0.5] * table.num_rows)
            )
        pq.write_table(table, path)

    def _planted(self, table: pa.Table, row: int, column: int, choice: int) -> pa.Table:
        field = table.schema.field(column)
        is_moment = field.type == pa.timestamp("us")
        menu = self._moments() if is_moment else MENUS.get(field.type)
        if menu is None:  # a column without a type
            return table
        plain = pa.int64() if is_moment else field.type
        values = table[column].cast(plain).to_pylist()
        values[row] = menu[choice % len(menu)]
        return table.set_column(column, field, pa.array(values, plain).cast(field.type))

    def _moments(self) -> list[int | None]:
        """Moments at the ends of the month, of what counts as near it, and far off."""
        first = datetime.fromisoformat(f"{self.month}-01")
        end = (first + timedelta(days=31)).replace(day=1)
        edges = [first, end, first - timedelta(days=31), end + timedelta(days=31)]
        ticks = [
            (edge - datetime(1970, 1, 1)) // timedelta(microseconds=1) for edge in edges
        ]
        return MOMENTS + ticks + [tick - 1 for tick in ticks]

    def _plant_in_csv(self, path: Path) -> None:
        opened = gzip.open if self.form == "csv.gz" else open
        with opened(path, "rb") as stream:
            header, _, body = stream.read().partition(b"\n")
        names = header.decode().rstrip("\r").split(",")
        empty, body = (b"\r\n", body[2:]) if body.startswith(b"\r\n") else (b"", body)
        rows = [line.split(",") for line in body.decode().splitlines()]
        surplus = [""] * (len(rows[0]) - len(names))
        table = [dict(zip(names, row, strict=False)) for row in rows]
        for row, column, choice in self.cells:
            name, text = names[column % len(names)], TEXTS[choice % len(TEXTS)]
            table[row % len(table)][name] = text
        names = self._order(names)
        shown = self._named(names)
        if self.has_unknown_column:
            names, shown = [*names, "mood"], [*shown, "mood"]
        if self.spoil == "two of extra":
            names, shown = [*names, "mood"], [*shown, self._second_extra]
        lines = [[row.get(name, "0.5") for name in names] + surplus for row in table]
        text = "".join(f"{','.join(line)}\r\n" for line in lines)
        end = "\r\n" if header.endswith(b"\r") else "\n"
        data = f"{','.join(shown)}{end}".encode() + empty + text.encode()
        # Without a time, so that the same file is the same bytes.
        is_zipped = self.form == "csv.gz"
        path.write_bytes(gzip.compress(data, mtime=0) if is_zipped else data)


FAULT = "fault"
# A distance that no meter can show; it is null, and no fault.
BEYOND = "beyond"


@dataclass(frozen=True)
class Outcome:
    """What a file is to become.

    Attributes:
        rows: values by landed column, null for a fault.
        cents: sums of money by landed column; None without a column or a type.
        fault_count: the values that fit nowhere.
        beyond_count: the distances that no meter can show.
    """

    rows: list[dict]
    cents: dict[str, int | None]
    fault_count: int
    beyond_count: int

    @property
    def unreadable_count(self) -> int:
        return self.fault_count + self.beyond_count


def outcome(file: FaultyFile, path: Path) -> Outcome:
    """Work out what a file that is not spoilt becomes."""
    raw, untyped = _read_parquet(path) if file.form == "parquet" else _read_csv(path)
    raw = under_names_of_today(raw)
    columns = SERVICES[file.service]
    rows, fault_count, beyond_count = [], 0, 0
    cents = {
        column.name: 0
        if column.name.lower() in raw and column.name.lower() not in untyped
        else None
        for column in columns
        if column.kind is Kind.MONEY
    }
    for number in range(file.rows):
        row = {}
        for column in columns:
            if column.name.lower() in ENDS.keys() - raw.keys():
                zone, faults = zone_at(raw, column.name.lower(), number)
                row[column.name] = zone
                fault_count += faults
                continue
            values = raw.get(column.name.lower())
            value = _meant(column, values[number]) if values else None
            if value in (FAULT, BEYOND):
                fault_count += value == FAULT
                beyond_count += value == BEYOND
                value = None
            if column.kind is Kind.MONEY and value is not None:
                cents[column.name] += int(value * 100)
            row[column.name] = value
        rows.append(row)
    return Outcome(rows, cents, fault_count, beyond_count)


def _read_parquet(path: Path) -> tuple[dict[str, list], set[str]]:
    """Columns by lower-case name, moments in microseconds; and those without a type."""
    with duckdb.connect() as engine:
        scan = engine.sql(f"from read_parquet('{path}')")
        kinds = dict(zip(scan.columns, map(str, scan.types), strict=True))
        shown = [
            f'epoch_us("{name}")' if kind == "TIMESTAMP" else f'"{name}"'
            for name, kind in kinds.items()
        ]
        found = engine.sql(
            f"select {', '.join(shown)} from read_parquet('{path}')"
        ).fetchall()
        untyped = {name.lower() for name, kind in kinds.items() if kind == '"NULL"'}
    columns = zip(*found, strict=True)
    return dict(zip((name.lower() for name in kinds), columns, strict=True)), untyped


def _read_csv(path: Path) -> tuple[dict[str, list], set[str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    names, *records = filter(None, csv.reader(io.StringIO(text, newline="")))
    columns = zip(*records, strict=True)
    names = [name.strip().lower() for name in names]
    return dict(zip(names, columns, strict=False)), set()


_NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def _meant(column: Column, value: object) -> object:
    """What a value of a file means in the lake, or FAULT."""
    is_time = column.kind is Kind.TIME
    if isinstance(value, str):
        value = value.strip()
        if column.kind is Kind.FLAG or not value:
            return value or None
        if is_time:
            return _moment_of_text(value)
        if not _NUMERAL.fullmatch(value):
            is_large = column.kind is Kind.DISTANCE and _is_large(value)
            return BEYOND if is_large else FAULT
        number = Decimal(value)
    elif value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    elif is_time:
        return _moment_of_ticks(value)
    elif isinstance(value, float) and math.isinf(value):
        return BEYOND if column.kind is Kind.DISTANCE else FAULT
    else:
        number = Decimal(repr(value))
    if column.kind is Kind.CODE:
        fits = number == int(number) and -(2**31) <= number < 2**31
        return int(number) if fits else FAULT
    too_large = BEYOND if column.kind is Kind.DISTANCE else FAULT
    if abs(number) >= Decimal("9999999.995"):
        return too_large
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return rounded + 0 if abs(number - rounded) <= Decimal("0.000001") else FAULT


def _is_large(text: str) -> bool:
    """Whether a text that is no numeral is a number of very many miles."""
    try:
        return abs(float(text)) >= 10_000_000
    except ValueError:
        return False


def _moment_of_text(text: str) -> object:
    if not re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", text, re.ASCII):
        return FAULT
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return FAULT
    return FAULT if moment.tzinfo else moment


def _moment_of_ticks(ticks: int) -> object:
    try:
        return datetime(1970, 1, 1) + timedelta(microseconds=ticks)
    except OverflowError:
        return FAULT


@st.composite
def faulty_files(draw, spoilt: bool = True) -> list[FaultyFile]:
    """One to three files of different months or services."""
    sources = draw(
        st.lists(
            st.sampled_from(SOURCES + OLD_SOURCES),
            min_size=1,
            max_size=3,
            unique_by=lambda source: source[:2],
        )
    )
    number = st.integers(0, 10_000)
    return [
        FaultyFile(
            *source,
            rows=draw(st.integers(1, 60)),
            seed=draw(number),
            cells=tuple(draw(st.lists(st.tuples(number, number, number), max_size=6))),
            shuffle=draw(st.none() | number),
            changes_case=draw(st.booleans()),
            has_unknown_column=draw(st.booleans()),
            spoil=draw(st.sampled_from([*[None] * 12, *SPOILS])) if spoilt else None,
        )
        for source in sources
    ]
