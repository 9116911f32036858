"""Reading one file whole: typed, checked, and written where nobody looks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyiceberg.table import Table

from taxi.errors import TaxiError
from taxi.landing.columns import Kind
from taxi.landing.conversion import Converter
from taxi.landing.csv_source import CsvSource
from taxi.landing.files import TripFile
from taxi.landing.fitting import REASONS, TEXT_REASONS
from taxi.landing.layouts import FileColumn, Layout
from taxi.landing.ledger import Fault, Ledger
from taxi.landing.parquet_source import ParquetSource
from taxi.landing.pickup_months import PickupMonths
from taxi.landing.records import Landing
from taxi.landing.rows import RowWriter, write_rows
from taxi.landing.sources import Source
from taxi.landing.staging import Staging
from taxi.landing.zipped import Unpacked

OnRows = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Reading:
    """A file that was read and waits to be committed; closing it removes its rows.

    Attributes:
        landing: what there is to record; its event and moment are still to come.
        faults: values that did not fit and are borne.
        paths: data files with its rows, in the staging folder.
    """

    file: TripFile
    landing: Landing
    faults: list[Fault]
    paths: list[Path]
    staging: Staging

    def write_faults(self, table: Table) -> Path:
        """Write what did not fit as rows of `tlc.unreadable_values`."""
        path = self.staging.folder / f"{self.landing.landing_id}-unreadable.parquet"
        write_rows(path, table, [_unreadable(self.file, one) for one in self.faults])
        return path

    def close(self) -> None:
        self.staging.close()

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *error) -> None:
        self.staging.__exit__(*error)


def write_typed(
    file: TripFile,
    source: Source,
    layout: Layout,
    ledger: Ledger,
    table: Table,
    folder: Path,
    on_rows: OnRows,
) -> list[Path]:
    """Type all rows of a file and write them as data files.

    Args:
        ledger: takes what is found.
        table: the table that the rows are for.
        folder: where the data files go; their names begin as the folder's.

    Raises:
        TaxiError: if the file is not to be landed.
    """
    with RowWriter(
        folder, folder.name, table, file, layout.has_derived_zones
    ) as writer:
        read_typed(file, source, layout, ledger, on_rows, writer.write)
        writer.close()
    return writer.paths


def read_typed(
    file: TripFile,
    source: Source,
    layout: Layout,
    ledger: Ledger,
    on_rows: OnRows = lambda name, read, total: None,
    take: Callable[[list[pa.Array]], None] = lambda columns: None,
) -> None:
    """Type all rows of a file.

    Args:
        ledger: takes what is found.
        take: is given the columns, batch by batch.

    Raises:
        TaxiError: if the file is not to be landed.
    """
    converter = Converter(layout, ledger)
    months = PickupMonths(file)
    read = 0
    for rows in source.batches(layout.file_names):
        columns = converter.columns(rows)
        read = rows.end
        on_rows(file.name, read, source.row_count)
        months.add(columns)
        # A file that is refused is read on only to count its faults.
        if not ledger.is_too_bad:
            take(columns)
    if ledger.is_too_bad:
        raise TaxiError(ledger.refusal())
    if read == 0:
        raise TaxiError("holds no trips")
    if source.row_count not in (None, read):
        raise TaxiError(f"says {source.row_count:,} rows and holds {read:,}")
    months.refuse_another_month()
    ledger.row_count = read


def open_source(file: TripFile) -> Source:
    """Open a file by its form; of a zip archive, the file in it."""
    if not file.name.lower().endswith(".zip"):
        return _opened(file.path, file.format)
    unpacked = Unpacked(file.path)
    form = "parquet" if unpacked.path.suffix == ".parquet" else "csv"
    source = _opened(unpacked.path, form)
    source.remarks.append("unpacked from a zip archive")
    # The folder stays for as long as the source does.
    source.unpacked = unpacked
    return source


def _opened(path: Path, form: str) -> Source:
    return ParquetSource(path) if form == "parquet" else CsvSource(path)


def described(columns: list[FileColumn]) -> list[dict[str, str]]:
    """Columns as the records of a landing have them."""
    return [{"name": column.name, "type": column.type_name} for column in columns]


def reasons_of(file: TripFile) -> dict[Kind, str]:
    """Why a value of each kind does not fit, for people."""
    return TEXT_REASONS if file.format == "csv" else REASONS


def _unreadable(file: TripFile, fault: Fault) -> dict:
    """A fault as a row of `tlc.unreadable_values`."""
    return {
        "service_type": file.service,
        "source_month": file.month,
        "source_file": file.name,
        "source_row_number": fault.row_number,
        "column_name": fault.column_name,
        "value_text": fault.value_text,
        "reason": fault.reason,
    }
