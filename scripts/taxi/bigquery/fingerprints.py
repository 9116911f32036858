"""Telling content apart: a month's count of rows, exact sums, and sum of hashes.

A row's hash is the first 60 bits of the SHA-256 of its plain text (see `types`). Their
sum does not depend on the order of rows, and tells how often each occurs. BigQuery
makes it of what it holds, and Python or Spark of what is published, so that no record
of what was sent has to be believed.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from taxi.bigquery.marts import Mart
from taxi.bigquery.months import first_day, month_sql

# Of the SHA-256 in hexadecimal digits: what fits a whole number of 64 bits.
HASH_DIGITS = 15


@dataclass
class Fingerprint:
    """What a month holds.

    Attributes:
        digest: sum of the hashes of the rows.
        sums: exact sum of each decimal column; None where all are null.
    """

    rows: int = 0
    digest: int = 0
    sums: dict[str, Decimal | None] = field(default_factory=dict)

    def add(self, mart: Mart, batch: pa.RecordBatch) -> None:
        """Add rows, in the types of the mart's columns."""
        self.rows += batch.num_rows
        texts = [
            pc.fill_null(column.type.arrow_text(values), "")
            for column, values in zip(mart.columns, batch.columns, strict=True)
        ]
        for text in pc.binary_join_element_wise(*texts, ",").to_pylist():
            digits = hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
            self.digest += int(digits, 16)
        for name in mart.decimals:
            found = pc.sum(batch.column(name)).as_py()
            before = self.sums.get(name)
            self.sums[name] = found if before is None else before + (found or 0)

    def differences(self, other: "Fingerprint") -> list[str]:
        """How another one differs, in words; empty if it does not."""
        found = []
        if self.rows != other.rows:
            found.append(f"{other.rows:,} rows instead of {self.rows:,}")
        found += [
            f"{name} adds up to {other.sums.get(name)} instead of {expected}"
            for name, expected in self.sums.items()
            if other.sums.get(name) != expected
        ]
        if not found and self.digest != other.digest:
            found.append("some values differ")
        return found


def of_batches(mart: Mart, batches: Iterable[pa.RecordBatch]) -> Fingerprint:
    """The fingerprint of rows, in the types of the mart's columns."""
    fingerprint = Fingerprint()
    for batch in batches:
        fingerprint.add(mart, batch)
    return fingerprint


def digest_sql(mart: Mart, absent: Collection[str] = ()) -> str:
    """SQL of BigQuery for the sum of the hashes of rows.

    Args:
        absent: columns that the table lacks; they count as null.
    """
    texts = ", ".join(
        column.type.bigquery_text.format(f"`{column.name}`")
        if column.name not in absent
        else "cast(null as string)"
        for column in mart.columns
    )
    text = f"array_to_string([{texts}], ',', '')"
    digits = f"substr(to_hex(sha256({text})), 1, {HASH_DIGITS})"
    # The sum of 64-bit numbers would run over.
    return f"sum(cast(cast(concat('0x', {digits}) as int64) as bignumeric))"


def bigquery_sql(
    mart: Mart, table: str, where: str = "true", absent: Collection[str] = ()
) -> str:
    """SQL of BigQuery for the fingerprint of every month of a table.

    Args:
        table: quoted as BigQuery wants it.
        absent: columns that the table lacks.
    """
    sums = "".join(
        f", sum(`{name}`) as `{name}`" for name in mart.decimals if name not in absent
    )
    return (
        f"select {month_sql(mart.month_column)} as month_start, "
        f"count(*) as row_count, {digest_sql(mart, absent)} as digest{sums} "
        f"from {table} where {where} group by month_start order by month_start"
    )


def bigquery_fingerprints(mart: Mart, rows: Iterable) -> dict[date, Fingerprint]:
    """What `bigquery_sql` returned, by month."""
    return {
        first_day(row["month_start"]): Fingerprint(
            row["row_count"],
            int(row["digest"]),
            {name: row.get(name) for name in mart.decimals},
        )
        for row in rows
    }
