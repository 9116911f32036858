"""Errors of Spark, cut down to what a person needs."""

import pytest

from taxi.spark_errors import first_words

CALL = "Runtime Error\n  An error occurred while calling o61.sql.\n: "
LOST = (
    "org.apache.spark.SparkException: Job aborted due to stage failure: Lost task 0.0 "
    "in stage 2.0 (TID 3) (10.0.0.1 executor driver): "
)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            f"{CALL}{LOST}org.apache.iceberg.exceptions.NotFoundException: "
            "File does not exist: file:/lake/a.parquet\n\tat org.apache.Some.where\n"
            "Caused by: java.io.FileNotFoundException: "
            "File file:/lake/a.parquet does not exist\n\tat org.apache.Some.where",
            "File does not exist: file:/lake/a.parquet; "
            "make check-lake says what is wrong",
        ),
        (
            f"{CALL}{LOST}org.apache.iceberg.exceptions.NotFoundException: "
            "Failed to open input stream for file: file:/lake/a.parquet\n"
            "Caused by: java.io.FileNotFoundException: "
            "File file:/lake/a.parquet does not exist\n\tat org.apache.Some.where",
            "Failed to open input stream for file: file:/lake/a.parquet; "
            "make check-lake says what is wrong",
        ),
        (
            f"{CALL}org.apache.iceberg.exceptions.RuntimeIOException: "
            "Failed to close writer\n\tat org.apache.Some.where\n"
            "Caused by: java.io.IOException: No space left on device\n",
            "Failed to close writer (No space left on device); make room on the disk",
        ),
        (
            "[UNRESOLVED_COLUMN] A column cannot be resolved; line 3 pos 4;\n'Project",
            "[UNRESOLVED_COLUMN] A column cannot be resolved; line 3 pos 4",
        ),
        (
            "Runtime Error\n  [TABLE_OR_VIEW_NOT_FOUND] The table or view "
            "`lake`.`marts`.`fct_trips` cannot be found. Verify the spelling.\n"
            "If you did not qualify the name, verify the current schema.\n"
            "To tolerate the error use DROP VIEW IF EXISTS. SQLSTATE: 42P01; line 3;\n"
            "'Project [*]",
            "[TABLE_OR_VIEW_NOT_FOUND] marts.fct_trips is not built yet; run dbt build "
            "(or no table has that name); line 3",
        ),
        (
            "[TABLE_OR_VIEW_NOT_FOUND] The table or view `published`.`dim_zones` "
            "cannot be found. Verify. SQLSTATE: 42P01; line 1 pos 14;\n'Project",
            "[TABLE_OR_VIEW_NOT_FOUND] published.dim_zones is not published yet; run "
            "dbt build, then python scripts/publish.py (or no table has that name); "
            "line 1 pos 14",
        ),
    ],
)
def test_an_error_is_its_own_first_words_and_what_to_do(message, said):
    assert first_words(message) == said


def test_a_missing_schema_is_said_so_that_dbt_knows_it():
    name = "org.apache.iceberg.exceptions.NoSuchNamespaceException"
    message = f"{CALL}{name}: Namespace does not exist: tlc\n\tat org.apache.x"
    assert "NoSuchNamespaceException" in first_words(message)
    assert "\tat" not in first_words(message)
