"""A month that is withdrawn leaves the landed tables, and its history stays."""

import pytest

import ingest
from taxi.landing import commits
from tlc_files import PARQUET_ERAS, changed, trips, write_parquet

GREEN = PARQUET_ERAS["green 2020"]


@pytest.fixture
def two_months(landed):
    """November and December, the latter with a value that cannot be read."""
    november = "green_tripdata_2020-11.parquet"
    write_parquet(landed.folder, GREEN, trips("2020-11"), november)
    write_parquet(landed.folder, GREEN, changed(trips(), 1, extra=0.001))
    landed.ingest("--max-bad-values", "1")
    return landed


def withdraw(landed, *words: str) -> int:
    code = ingest.main(["--withdraw", *words])
    landed.out, landed.err = landed.capture.readouterr()
    return code


def months(landed, table: str) -> set[str]:
    return {f"{month:%Y-%m}" for month in landed.column(table, "source_month")}


def test_its_rows_go_and_the_other_months_keep_their_files(two_months):
    catalog = two_months.lake.open_catalog()

    def files():
        tasks = catalog.load_table("tlc.green_trips").scan().plan_files()
        return {task.file.file_path for task in tasks}

    before = files()
    assert withdraw(two_months, "green", "2020-12") == 0
    assert "withdrawn   green_tripdata_2020-12.parquet: 5 trips" in two_months.out
    assert files() < before
    assert months(two_months, "green_trips") == {"2020-11"}
    assert months(two_months, "source_files") == {"2020-11"}
    assert months(two_months, "unreadable_values") == set()
    assert two_months.column("landings", "event") == ["landed", "landed", "withdrawn"]


def test_the_last_month_can_be_withdrawn_too(two_months):
    for month in ("2020-11", "2020-12"):
        assert withdraw(two_months, "green", month) == 0
    assert two_months.table("green_trips").num_rows == 0
    assert two_months.table("source_files").num_rows == 0


def test_the_same_file_can_be_landed_again(two_months):
    before = two_months.table("green_trips")
    withdraw(two_months, "green", "2020-12")
    assert two_months.ingest("--max-bad-values", "1") == 0
    assert "landed      green_tripdata_2020-12.parquet" in two_months.out
    assert two_months.table("green_trips") == before


def test_a_month_that_is_not_landed_is_said_in_one_line(two_months):
    assert withdraw(two_months, "yellow", "2020-12") == 1
    assert two_months.err == "ingest: yellow 2020-12 is not landed\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("blue", "2020-12"), "'blue' is no service"),
        (("green", "2020-13"), "'2020-13' is no month"),
        (("green", "2020-11:2020-12"), "is more than one month"),
    ],
)
def test_words_that_name_no_month_are_said_in_one_line(landed, words, said):
    with pytest.raises(SystemExit) as end:
        ingest.main(["--withdraw", *words])
    error = landed.capture.readouterr().err
    assert end.value.code == 2
    assert said in error and len(error.splitlines()) == 1


@pytest.mark.parametrize(
    "step", ["_put_unreadable_values", "_put_source_file", "_append_to_landings"]
)
def test_the_next_run_finishes_a_withdrawal_that_was_killed(
    two_months, monkeypatch, step
):
    class Killed(BaseException):
        """Stands for a kill: nothing catches it."""

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(commits, step, die)
        withdraw(two_months, "green", "2020-12")
    (two_months.folder / "green_tripdata_2020-12.parquet").unlink()
    assert two_months.ingest() == 0
    for table in ("green_trips", "source_files"):
        assert months(two_months, table) == {"2020-11"}
    assert two_months.table("unreadable_values").num_rows == 0
    assert two_months.column("landings", "event") == ["landed", "landed", "withdrawn"]
