"""What TLC changed in a month: its last landing against what that replaced.

Both states come from the trip table's history. A data file carries the id of its
landing in its name, so the state of a landing is any snapshot that holds its files. A
snapshot's parent will not do, as a replacement is one commit of two snapshots.

Rows are compared whole, over all of TLC's columns, by grouping equal ones, so the
result is exact. Equal rows have the same pickup time, so they are taken in parts by
that time, and memory holds one part of either state.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import And, EqualTo
from pyiceberg.table import Table

from taxi.catalog import LANDED
from taxi.errors import TaxiError
from taxi.file_access import AnyPath, open_file, path_of
from taxi.lake import LAND_FIRST, Lake
from taxi.landing.columns import SERVICES, Kind
from taxi.landing.records import Landing

# Rows of either state that are compared at once; with its groups, one takes about a
# kilobyte.
_ROWS_AT_ONCE = 1_500_000

_COUNT = "count"

OnRows = Callable[[int, int], None]


@dataclass
class Difference:
    """How two states of a month differ.

    Attributes:
        before, after: the landings of the states; None after a withdrawal.
        last: what happened last to the month.
        counts: `before` and `after`, the rows of the states; `added` and `gone`, those
            that only one has, as often as they occur; `altered`, pairs of one that is
            gone and one that was added with vendor, times and zones in common.
        sums: of every money column, before and after, in US dollars.
    """

    before: Landing
    after: Landing | None
    last: Landing
    counts: Counter = field(default_factory=Counter)
    sums: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


def compare(
    lake: Lake,
    service: str,
    month: date,
    on_rows: OnRows = lambda done, total: None,
) -> Difference | None:
    """Compare the last landing of a month with the one before it.

    A month that was withdrawn is compared with nothing, and one that was landed again
    after that with what had been withdrawn.

    Args:
        on_rows: is told how many rows of the larger state are done, of how many.

    Returns:
        The difference; None if the month was landed once and never changed.

    Raises:
        TaxiError: if the month was never landed, or its history has expired.
    """
    landings, trips = _open(lake, service)
    events = _events(landings, service, month)
    if not events:
        raise TaxiError(f"{service} {month:%Y-%m} was never landed")
    *earlier, last = events
    before = next((one for one in reversed(earlier) if not one.is_withdrawal), None)
    if before is None:
        return None
    after = None if last.is_withdrawal else last
    difference = Difference(before, after, last)
    states = [[] if one is None else _files(trips, one) for one in (before, after)]
    _compare(service, *states, difference, on_rows)
    return difference


def _open(lake: Lake, service: str) -> tuple[Table, Table]:
    catalog = lake.open_existing()
    try:
        names = ("landings", f"{service}_trips")
        landings, trips = (catalog.load_table((LANDED, name)) for name in names)
    except NoSuchTableError as error:
        raise TaxiError(f"nothing was ever landed in {lake}; {LAND_FIRST}") from error
    return landings, trips


def _events(landings: Table, service: str, month: date) -> list[Landing]:
    """What happened to a month, the oldest first."""
    of_month = And(
        EqualTo("service_type", service), EqualTo("source_month", month.isoformat())
    )
    rows = landings.scan(of_month).to_arrow().to_pylist()
    return sorted(map(Landing.from_row, rows), key=lambda one: one.landing_id)


def _files(trips: Table, landing: Landing) -> list[AnyPath]:
    """The data files of a landing, from the newest snapshot that holds them."""
    month = EqualTo("source_month", landing.source_month.isoformat())
    for snapshot in reversed(trips.metadata.snapshots):
        tasks = trips.scan(month, snapshot_id=snapshot.snapshot_id).plan_files()
        files = [path_of(task.file.file_path) for task in tasks]
        if files and all(file.name.startswith(landing.landing_id) for file in files):
            return files
    raise TaxiError(
        f"the rows of {landing.source_file} as landed at {landing.landed_at:%Y-%m-%d} "
        "have expired; there is nothing to compare with"
    )


def _compare(
    service: str,
    before: list[AnyPath],
    after: list[AnyPath],
    difference: Difference,
    on_rows: OnRows,
) -> None:
    columns = SERVICES[service]
    names = [column.name for column in columns]
    pickup, dropoff = (c.name for c in columns if c.kind is Kind.TIME)
    key = ["VendorID", pickup, dropoff, "PULocationID", "DOLocationID"]
    money = [column.name for column in columns if column.kind is Kind.MONEY]
    totals = {name: [Decimal(0), Decimal(0)] for name in money}
    counts = difference.counts
    most = max(
        sum(pq.read_metadata(open_file(p)).num_rows for p in s) for s in (before, after)
    )
    on_rows(0, most)
    part_count = -(-most // _ROWS_AT_ONCE)
    for part in range(part_count):
        states = [
            pa.Table.from_batches(_rows(paths, names, pickup, part, part_count), schema)
            for schema in [_schema(before or after, names)]
            for paths in (before, after)
        ]
        for side, rows in enumerate(states):
            counts[("before", "after")[side]] += rows.num_rows
            for name in money:
                totals[name][side] += pc.sum(rows[name]).as_py() or 0
        gone, added = _only_in_one(*states)
        counts["gone"] += _total(gone)
        counts["added"] += _total(added)
        counts["altered"] += _pairs(gone, added, key)
        on_rows(max(counts["before"], counts["after"]), most)
    difference.sums = {name: tuple(sums) for name, sums in totals.items()}


def _schema(paths: list[AnyPath], names: list[str]) -> pa.Schema:
    schema = pq.read_schema(open_file(paths[0]))
    # The metadata of a file's columns differs from batch to batch.
    return pa.schema([(name, schema.field(name).type) for name in names])


def _rows(
    paths: list[AnyPath], names: list[str], pickup: str, part: int, part_count: int
) -> Iterator[pa.RecordBatch]:
    """The rows of one part, in batches."""
    for path in paths:
        with pq.ParquetFile(open_file(path)) as file:
            schema = _schema([path], names)
            for batch in file.iter_batches(columns=names):
                batch = batch.select(names).cast(schema)
                if part_count > 1:
                    number = _part_numbers(batch[pickup], part_count)
                    batch = batch.filter(pc.equal(number, part))
                yield batch


def _part_numbers(times: pa.Array, part_count: int) -> pa.Array:
    """The part of each row, by the second of its pickup; 0 without one."""
    seconds = pc.divide(pc.fill_null(times.cast(pa.int64()), 0), 1_000_000)
    whole = pc.multiply(pc.divide(seconds, part_count), part_count)
    return pc.abs(pc.subtract(seconds, whole))


def _only_in_one(before: pa.Table, after: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows that only the one, and only the other has, each with its count."""
    groups = _sums(before.column_names, _counted(before, 1), _counted(after, -1))
    gone = groups.filter(pc.greater(groups[_COUNT], 0))
    added = groups.filter(pc.less(groups[_COUNT], 0))
    return gone, added


def _counted(rows: pa.Table, count: int) -> pa.Table:
    return rows.append_column(
        _COUNT, pa.repeat(pa.scalar(count, pa.int64()), len(rows))
    )


def _sums(key: list[str], *tables: pa.Table) -> pa.Table:
    """The sum of the counts of each key, over all tables."""
    rows = pa.concat_tables(tables)
    sums = rows.group_by(key).aggregate([(_COUNT, "sum")])
    return sums.select([*key, f"{_COUNT}_sum"]).rename_columns([*key, _COUNT])


def _pairs(gone: pa.Table, added: pa.Table, key: list[str]) -> int:
    """How many rows that are gone find one of their own, with their key, added."""
    left = _total(_sums(key, gone, added))
    # Each pair takes one from either side.
    return (_total(gone) + _total(added) - left) // 2


def _total(rows: pa.Table) -> int:
    """The sum of the counts, without their signs."""
    return pc.sum(pc.abs(rows[_COUNT])).as_py() or 0
