"""The command that writes made-up files: what it says, and that it is repeatable."""

import hashlib
import os
import subprocess
import sys

import pytest

import generate_trips
from taxi.generate import writing
from taxi.generate.trips import BATCH_ROWS
from taxi.lake import PROJECT


def digest(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("form", ["parquet", "csv", "csv.gz"])
def test_the_same_seed_writes_the_same_bytes(tmp_path, form):
    name = f"yellow_tripdata_2020-12.{form}"
    command = [
        *(sys.executable, PROJECT / "scripts" / "generate_trips.py"),
        *("--services", "yellow", "--months", "2020-12", "--rows", "3000"),
        *("--format", form),
    ]
    digests = {}
    for seed, threads in (("1", "1"), ("1", "7"), ("2", "1")):
        folder = tmp_path / f"{seed} {threads}"
        environment = os.environ | {"OMP_NUM_THREADS": threads, "PYTHONHASHSEED": seed}
        subprocess.run(
            [*command, "--seed", seed, "--to", folder], check=True, env=environment
        )
        digests[seed, threads] = digest(folder / name)
    assert digests["1", "1"] == digests["1", "7"] != digests["2", "1"]


def test_a_row_does_not_depend_on_those_after_its_batch(tmp_path):
    key = ("yellow", "2024-03")
    long, short = (
        next(writing.batches(*key, rows, seed=1)).select(["vendorid", "fare_amount"])
        for rows in (2 * BATCH_ROWS, BATCH_ROWS)
    )
    assert long.equals(short)


def test_a_line_for_each_file_and_nothing_else(tmp_path, capsys):
    code = generate_trips.main(
        ["--months", "2019-12:2020-01", "--rows", "50", "--to", str(tmp_path / "new")]
    )
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    names = [line.partition(":")[0] for line in out.splitlines()]
    assert names == [
        f"{service}_tripdata_{month}.parquet"
        for service in ("green", "yellow")
        for month in ("2019-12", "2020-01")
    ]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
    assert "50 rows" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--months", "2019-13"], "'2019-13' is no month"),
        (["--months", "2020-02:2020-01"], "nor months in order"),
        (["--months", "2020-01", "--services", "fhv"], "'fhv' is no service"),
        (["--months", "2020-01", "--rows", "0"], "'0' is no count of rows"),
        (["--months", "2020-01", "--format", "xls"], "invalid choice: 'xls'"),
        (["--months", "2020-01", "--seed", "-1"], "'-1' is no whole number"),
    ],
)
def test_a_wrong_option_is_said_in_one_line(tmp_path, capsys, options, said):
    with pytest.raises(SystemExit) as ended:
        generate_trips.main([*options, "--to", str(tmp_path)])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("months", "form", "said"),
    [
        ("2008-12:2009-01", "parquet", "2008-12; choose from 2009-01 to 2025-12"),
        ("2022-04:2022-05", "csv", "2022-05; choose from 2009-01 to 2022-04"),
    ],
)
def test_months_that_were_never_published_write_nothing(
    tmp_path, capsys, months, form, said
):
    options = ["--services", "yellow", "--months", months, "--format", form]
    assert generate_trips.main([*options, "--to", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == "" and said in err and len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["parquet", "csv.gz"])
def test_a_file_that_is_cut_off_leaves_the_old_one(tmp_path, monkeypatch, capsys, form):
    def cut(*arguments):
        yield from list(made(*arguments))
        raise KeyboardInterrupt

    options = ["--services", "green", "--months", "2020-12", "--rows", "20"]
    options += ["--format", form, "--to", str(tmp_path)]
    assert generate_trips.main(options) == 0
    (path,) = tmp_path.iterdir()
    before = digest(path)
    made = writing.batches
    monkeypatch.setattr(writing, "batches", cut)
    assert generate_trips.main([*options, "--seed", "2"]) == 130
    assert "stopped" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]
    assert digest(path) == before


def test_real_volumes_are_those_of_the_table(tmp_path, capsys):
    options = ["--services", "green", "--months", "2025-12", "--rows", "real"]
    assert generate_trips.main([*options, "--to", str(tmp_path)]) == 0
    assert "49,000 rows" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["parquet", "csv", "csv.gz"])
def test_files_of_somebody_else_are_left_alone(tmp_path, capsys, form):
    options = ["--months", "2020-11:2020-12", "--services", "green", "--rows", "20"]
    options += ["--format", form, "--to", str(tmp_path)]
    foreign = tmp_path / f"green_tripdata_2020-12.{form}"
    foreign.write_bytes(b"TLC's own")
    assert generate_trips.main(options) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{foreign} is there and was not written by" in line
    assert [(path, path.read_bytes()) for path in tmp_path.iterdir()] == [
        (foreign, b"TLC's own")
    ]
    foreign.unlink()
    for _ in range(2):
        assert generate_trips.main(options) == 0


@pytest.mark.parametrize("form", ["parquet", "csv.gz"])
def test_a_marked_file_is_written_anew_by_other_options(tmp_path, form):
    options = ["--months", "2020-12", "--services", "green", "--format", form]
    for rows in ("20", "30"):
        to = ["--rows", rows, "--to", str(tmp_path)]
        assert generate_trips.main([*options, *to]) == 0


def test_a_real_file_is_not_taken_for_a_made_up_one(tmp_path, shared_data, capsys):
    for form in ("parquet", "csv.gz"):
        name = f"green_tripdata_2020-12.{form}"
        data = (shared_data / "tlc" / name).read_bytes()
        (tmp_path / name).write_bytes(data)
        options = ["--months", "2020-12", "--services", "green", "--format", form]
        assert generate_trips.main([*options, "--to", str(tmp_path)]) == 1
        assert (tmp_path / name).read_bytes() == data
