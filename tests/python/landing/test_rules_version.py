"""Who changes how files land raises the version of the rules, so that all land anew.

A hash of the landing's code would land everything anew for every comment; this holds
the number to what lands.
"""

from collections.abc import Iterator
from hashlib import sha256
from shutil import copy

import pytest

from landings import Workshop, workshop
from project import SAMPLE
from taxi.landing.land import LANDING_RULES_VERSION
from tlc_files import CSV_ERAS, PARQUET_ERAS, trips, write_csv, write_parquet

# Of what lands from the files below, by the version of the rules. Some versions read
# only files otherwise that are not among them.
SAME = "d84698f4c73a26f2e7dc35afb6a283fc8c643ff1be9982eacc27cdc9d338b859"
LANDED = {2: SAME, 3: SAME}

# What decides of a file's line: how many rows, and what they add up to.
COUNTED = ("service_type", "source_month", "row_count", "unreadable_value_count")


@pytest.fixture(scope="module")
def landed() -> str:
    """The hash of the yellow rows of the sample, and of those of each era."""
    found = []
    with workshop() as shop:
        for path in SAMPLE.glob("yellow_*"):
            copy(path, shop.files)
        shop.land()
        found += texts_of(shop)
    with workshop() as shop:
        for eras, write in ((PARQUET_ERAS, write_parquet), (CSV_ERAS, write_csv)):
            for era in eras.values():
                write(shop.files, era, trips(era.month, 3))
        shop.land()
        found += texts_of(shop)
    return sha256("\n".join(found).encode()).hexdigest()


def texts_of(shop: Workshop) -> Iterator[str]:
    """Each landed row, and each line of a file, as text."""
    for name in ("green_trips", "yellow_trips", "unreadable_values"):
        rows = shop.table(name)
        yield from map(str, rows.select(sorted(rows.column_names)).to_pylist())
    lines = shop.table("source_files")
    cents = sorted(name for name in lines.column_names if name.endswith("_cents"))
    yield from map(str, lines.select([*COUNTED, *cents]).to_pylist())


def test_files_land_as_the_version_of_the_rules_says(landed):
    assert LANDED.get(LANDING_RULES_VERSION) == landed, (
        "files land otherwise than before: raise LANDING_RULES_VERSION in "
        f"taxi/landing/land.py, and record here what lands now: {landed}"
    )
