"""What is published, month by month, in the types by which it travels."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.expressions import And, GreaterThanOrEqual, LessThan
from pyiceberg.table import StaticTable

from taxi.bigquery.fingerprints import Fingerprint, of_batches
from taxi.bigquery.marts import Mart
from taxi.bigquery.months import first_day, next_month
from taxi.errors import TaxiError


class Source:
    """A published mart.

    Args:
        table: the version of it that is published.
        notes: where fingerprints of files are kept, which never change.

    Raises:
        TaxiError: if its columns are not those of the contract.
    """

    def __init__(self, mart: Mart, table: StaticTable, notes: "Notes"):
        self.mart = mart
        self._table = table
        self._notes = notes
        self._check_columns()

    @property
    def schema(self) -> pa.Schema:
        """The columns by which rows travel."""
        return pa.schema(
            [
                pa.field(one.name, one.type.arrow, nullable=not one.is_required)
                for one in self.mart.columns
            ]
        )

    def months(self) -> list[date]:
        """The months that have rows, in their order."""
        column = self.mart.month_column.name
        months = set()
        for batch in self._table.scan(
            selected_fields=(column,)
        ).to_arrow_batch_reader():
            found = pc.unique(pc.floor_temporal(batch.column(0), unit="month"))
            months.update(first_day(value) for value in found.to_pylist())
        return sorted(months)

    def read(self, month: date) -> Iterator[pa.RecordBatch]:
        """The rows of a month, with the contract's columns in its order."""
        for batch in self._scan(month).to_arrow_batch_reader():
            arrays = [
                pc.cast(batch.column(column.name), column.type.arrow)
                for column in self.mart.columns
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def fingerprint(self, month: date) -> Fingerprint:
        """What a month holds. It is remembered for the files that the rows lie in."""
        files = sorted(
            file.file_path
            for task in self._scan(month).plan_files()
            for file in (task.file, *task.delete_files)
        )
        columns = [(one.name, str(one.type)) for one in self.mart.columns]
        of_what = hashlib.sha256(json.dumps([files, columns]).encode()).hexdigest()
        name = f"{self.mart.name}-{month:%Y-%m}"
        known = self._notes.read(name, of_what)
        if known is None:
            known = self._compute(month)
            self._notes.write(name, of_what, known)
        return known

    def _compute(self, month: date) -> Fingerprint:
        return of_batches(self.mart, self.read(month))

    def _scan(self, month: date):
        column, kind = self.mart.month_column.name, self.mart.month_column.type.arrow
        bounds = [month, next_month(month)]
        if pa.types.is_timestamp(kind):
            bounds = [datetime(day.year, day.month, 1) for day in bounds]
        first, end = (bound.isoformat() for bound in bounds)
        return self._table.scan(
            row_filter=And(GreaterThanOrEqual(column, first), LessThan(column, end)),
            selected_fields=tuple(self.mart.names),
        )

    def _check_columns(self) -> None:
        published = {
            field.name: field.type for field in self._table.schema().as_arrow()
        }
        for column in self.mart.columns:
            found = published.get(column.name)
            if found is None or not _fits(found, column.type.arrow):
                raise TaxiError(
                    f"published.{self.mart.name} has no column {column.name} of the "
                    f"type {column.type}, as its contract wants; run dbt build and "
                    "python scripts/publish.py"
                )


class Notes:
    """The last fingerprint of each month, and of which files it is.

    Args:
        folder: where they are kept; made when the first is written.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def read(self, name: str, of_what: str) -> Fingerprint | None:
        # A note of another version is none, and is written anew.
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads((self._folder / f"{name}.json").read_text())
            if told["of"] == of_what:
                sums = {
                    column: None if text is None else Decimal(text)
                    for column, text in told["sums"].items()
                }
                return Fingerprint(told["rows"], told["digest"], sums)
        return None

    def write(self, name: str, of_what: str, fingerprint: Fingerprint) -> None:
        """Remember a fingerprint, if the folder can be written."""
        text = json.dumps({"of": of_what, **vars(fingerprint)}, default=str)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch = self._folder / f"{name}.{os.getpid()}"
            scratch.write_text(text)
            scratch.replace(self._folder / f"{name}.json")


def _fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether values of a type travel as another without loss."""
    if pa.types.is_large_string(found):
        return pa.types.is_string(wanted)
    if pa.types.is_integer(wanted):
        return pa.types.is_integer(found)
    return found == wanted
