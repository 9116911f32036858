"""Whatever lands, the marts hold it to the cent, cell by cell.

Each example is a dbt build, so there are few: a twentieth of `TAXI_EXAMPLES`, and two
by default.
"""

import os
import random
from pathlib import Path

import pytest
from faulty_files import SOURCES, FaultyFile
from test_marts import assert_marts_equal_files

from project import Project

SEEDS = range(1, 1 + max(2, int(os.environ.get("TAXI_EXAMPLES") or 0) // 20))


def drawn_files(seed: int) -> list[FaultyFile]:
    """Months of both services, with faults in about one row of twelve."""
    chance = random.Random(seed)
    sources = {source[:2]: source for source in chance.sample(SOURCES, len(SOURCES))}
    return [
        FaultyFile(
            *source,
            rows=chance.randint(200, 500),
            seed=seed,
            cells=tuple(
                (
                    chance.randrange(10_000),
                    chance.randrange(10_000),
                    chance.randrange(10_000),
                )
                for _ in range(40)
            ),
            shuffle=chance.choice([None, 1, 2]),
            changes_case=chance.random() < 0.3,
            has_unknown_column=chance.random() < 0.3,
        )
        for source in list(sources.values())[:9]
    ]


def assert_ledger_is_even(project: Project, files: list[Path]) -> None:
    months = project.rows("marts", "fct_source_months")
    assert sorted(row["source_file"] for row in months) == sorted(f.name for f in files)
    for row in months:
        assert row["file_row_count"] == row["landed_row_count"]
        assert row["row_difference"] == row["total_amount_difference"] == 0
    # The rules are at work, or nothing was shown.
    assert sum(row["unreadable_value_row_count"] for row in months) > 20
    assert sum(row["pickup_far_from_source_month_row_count"] for row in months) > 0
    for row in project.rows("marts", "fct_source_month_amounts"):
        landed = row["kept_amount"] + row["set_aside_amount"]
        assert row["in_file_amount"] == row["landed_amount"] == landed


@pytest.mark.parametrize("seed", SEEDS)
def test_marts_of_faulty_files_equal_the_files(tmp_path, seed):
    project = Project(tmp_path / "faulty files")
    folder = tmp_path / "files"
    folder.mkdir()
    files = [file.write(folder) for file in drawn_files(seed)]
    project.script("ingest.py", "--from", folder, "--max-bad-values", "1000")
    # Codes that nobody knows were planted, which generic tests would tell.
    project.dbt("build", "--exclude", "test_type:generic", "test_type:unit")
    assert_ledger_is_even(project, files)
    assert_marts_equal_files(project, files)
