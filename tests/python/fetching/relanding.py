"""Lakes whose months were landed by rules of yesterday."""

import pyarrow as pa

from offered import name
from taxi.landing.land import LANDING_RULES_VERSION

# Green months that a server of the tests holds.
MONTHS = ("--services", "green", "--months", "2020-11:2020-12")
ANEW = (None, "--reland")


def record(fetched, month: str, **values) -> None:
    """Let `tlc.source_files` say of a month that it landed so, and lose all tips."""
    table = fetched.lake.open_catalog().load_table("tlc.source_files")
    found = table.scan().to_arrow()
    rows = found.to_pylist()
    for row in rows:
        if row["source_file"] == name(month):
            row.update(values)
    table.overwrite(pa.Table.from_pylist(rows, found.schema))
    green = fetched.lake.open_catalog().load_table("tlc.green_trips")
    rows = green.scan().to_arrow()
    tips = rows.schema.field("tip_amount")
    lost = pa.nulls(rows.num_rows, tips.type)
    green.overwrite(rows.set_column(rows.column_names.index(tips.name), tips, lost))


def grow_old(fetched, month: str = "2020-12") -> None:
    """Let a month be landed by the rules of an older version."""
    record(fetched, month, landing_rules_version=LANDING_RULES_VERSION - 1)


def months_with_tips(fetched) -> list[str]:
    """The months whose tips were landed anew."""
    rows = fetched.table("green_trips").to_pylist()
    found = {r["source_month"] for r in rows if r["tip_amount"] is not None}
    return sorted(f"{month:%Y-%m}" for month in found)
