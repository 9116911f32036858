"""The command: its options, its exit codes, and where it says what."""

import pytest

import ingest
from tlc_files import PARQUET_ERAS, trips, write_parquet

GREEN = PARQUET_ERAS["green 2020"]
YELLOW = PARQUET_ERAS["yellow 2020"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--months", "2023"], "--months: '2023' is no month"),
        (["--months", "2023-13"], "--months: '2023-13' is no month"),
        (["--months", "2023-02:2023-01"], "--months: '2023-02:2023-01' is no month"),
        (["--months", "2023-01:2023-02:2023-03"], "--months: "),
        (["--services", "fhv"], "--services: 'fhv' is no service"),
        (["--services", ""], "--services: '' is no service"),
        (["--max-bad-values", "-1"], "--max-bad-values: "),
        (["--max-bad-values", "many"], "--max-bad-values: 'many' is no count"),
        (["--from", "/nowhere"], "--from: /nowhere is no folder"),
        (["--form", "x"], "--form"),
    ],
)
def test_wrong_options_are_named_in_one_line(landed, options, text):
    with pytest.raises(SystemExit) as stop:
        landed.ingest(*options)
    assert stop.value.code == 2
    error = landed.capture.readouterr().err
    assert text in error
    assert len(error.splitlines()) == 1
    assert not landed.lake.root.exists()


def write_two_services(folder) -> None:
    for era in (GREEN, YELLOW):
        for month in ("2020-10", "2020-11", "2020-12"):
            name = f"{era.service}_tripdata_{month}.parquet"
            write_parquet(folder, era, trips(month), name)


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ((), 6),
        (("--services", "green"), 3),
        (("--services", "green,yellow", "--months", "2020-11"), 2),
        (("--months", "2020-11:2020-12", "--services", "yellow"), 2),
    ],
)
def test_services_and_months_are_chosen(landed, options, files):
    write_two_services(landed.folder)
    assert landed.ingest(*options) == 0
    assert f"files: {files} landed, 0 unchanged, 0 refused; " in landed.out
    assert landed.table("source_files").num_rows == files


def test_what_is_said_for_people(landed):
    write_two_services(landed.folder)
    landed.ingest()
    assert landed.err == ""
    lines = landed.out.splitlines()
    assert lines[:2] == [
        "landed      green_tripdata_2020-10.parquet: 5 trips, 61.50 dollars",
        "            whole numbers from double: RatecodeID, passenger_count, "
        "payment_type, trip_type",
    ]
    assert lines[-1] == (
        "files: 6 landed, 0 unchanged, 0 refused; landed 30 trips, 369.00 dollars"
    )


@pytest.mark.parametrize("name", [None, "README.md", "taxi_zone_lookup.csv"])
def test_a_folder_without_trips(landed, name):
    if name:
        (landed.folder / name).write_text("no trips")
    assert landed.ingest() == 1
    assert "holds no wanted file of trips" in landed.err
    assert len(landed.err.splitlines()) == 1


def test_other_files_are_ignored(landed):
    write_parquet(landed.folder, GREEN, trips())
    for name in ("README.md", "taxi_zone_lookup.csv", "green_tripdata_2020-12.md5"):
        (landed.folder / name).write_text("no trips")
    assert landed.ingest() == 0


def test_the_unexpected_goes_to_a_log(landed, monkeypatch, tmp_path):
    def fail(*_):
        raise RuntimeError("never thought of")

    monkeypatch.setenv("TAXI_LOGS", str(tmp_path / "logs"))
    monkeypatch.setattr(ingest, "run", fail)
    assert landed.ingest() == 1
    (log,) = (tmp_path / "logs").iterdir()
    assert landed.err == f"ingest: failed; see {log}\n"
    assert "never thought of" in log.read_text()
    assert "Traceback" in log.read_text()


def test_a_surprise_is_one_line_where_no_log_can_be_written(
    landed, monkeypatch, tmp_path
):
    def fail(*_):
        raise RuntimeError("never thought of")

    logs = tmp_path / "taken" / "logs"
    logs.parent.write_text("")
    monkeypatch.setenv("TAXI_LOGS", str(logs))
    monkeypatch.setattr(ingest, "run", fail)
    assert landed.ingest() == 1
    assert landed.err == (
        f"ingest: failed (RuntimeError: never thought of); {logs} cannot be written "
        "(Not a directory): name another folder for logs in TAXI_LOGS\n"
    )


def test_an_interrupt_ends_in_one_line(landed, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest, "run", interrupt)
    assert landed.ingest() == 130
    assert landed.err == "ingest: stopped; run again to land the rest\n"


def test_an_interrupt_while_reading_leaves_nothing(landed, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    write_parquet(landed.folder, GREEN, trips())
    monkeypatch.setattr("taxi.landing.rows.RowWriter.write", interrupt)
    assert landed.ingest() == 130
    assert list((landed.lake.root / "staging").iterdir()) == []
    assert landed.table("green_trips").num_rows == 0


def test_a_full_disk_is_said_in_one_line(landed, monkeypatch):
    def fill(*_):
        raise OSError(28, "No space left on device")

    write_parquet(landed.folder, GREEN, trips())
    monkeypatch.setattr("taxi.landing.rows.RowWriter.write", fill)
    assert landed.ingest() == 1
    assert "the lake cannot be written: [Errno 28] No space left" in landed.err
    assert len(landed.err.splitlines()) == 1


def test_a_catalog_that_is_none_is_said_in_one_line(landed):
    write_parquet(landed.folder, GREEN, trips())
    landed.lake.create_folders()
    landed.lake.catalog_file.write_text("no database at all, but long enough for one")
    assert landed.ingest() == 1
    assert "cannot be used: " in landed.err
    assert len(landed.err.splitlines()) == 1


def test_tables_of_another_version_are_not_written(landed):
    write_parquet(landed.folder, GREEN, trips())
    landed.ingest()
    table = landed.lake.open_catalog().load_table("tlc.green_trips")
    with table.update_schema() as update:
        update.delete_column("trip_type")
    assert landed.ingest() == 1
    assert "tlc.green_trips was made by another version" in landed.err
    assert "column trip_type differs" in landed.err
