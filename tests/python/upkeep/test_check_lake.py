"""A check names what is wrong with a lake, and finds nothing in one that is whole."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from taxi.upkeep.checksums import record_files
from upkeep_tables import amounts_of, months_of, trips_of


@pytest.fixture
def landed(upkeep):
    upkeep.land_green("2020-11")
    upkeep.land_green("2020-12")
    return upkeep


@pytest.fixture
def built(landed):
    """With marts that add up."""
    landed.make_table("marts.fct_trips", trips_of(4), is_partitioned=True)
    landed.make_table("marts.fct_quarantined_trips", trips_of(1), is_partitioned=True)
    landed.make_table("marts.fct_source_months", months_of(), is_partitioned=False)
    landed.make_table(
        "marts.fct_source_month_amounts", amounts_of(), is_partitioned=False
    )
    return landed


def december(upkeep) -> Path:
    return upkeep.data_files("tlc.green_trips")[-1]


def test_a_whole_lake_has_no_fault(built):
    for options in ((), ("--quick",)):
        assert built.check(*options) == 0, built.out
        assert built.out.startswith("checked 9 tables, ")
        assert built.out.endswith(": no fault\n")
        assert len(built.out.splitlines()) == 1


def test_a_missing_file_is_named_with_table_and_partition(landed):
    file = december(landed)
    file.unlink()
    (fault,) = landed.faults("--quick")
    assert fault == (
        "tlc.green_trips, source_month=2020-12-01: "
        f"{file.relative_to(landed.lake.root)} is missing"
    )


def test_a_truncated_file_is_found_by_its_size(landed):
    file = december(landed)
    size = file.stat().st_size
    with file.open("rb+") as stream:
        stream.truncate(size - 1)
    (fault,) = landed.faults("--quick")
    assert fault.endswith(f"has {size - 1:,} bytes, not {size:,}")


def test_one_altered_byte_is_found_by_the_checksum(landed):
    file = december(landed)
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    (fault,) = landed.faults()
    assert "source_month=2020-12-01" in fault and str(file.name) in fault
    assert fault.endswith("was altered: its SHA-256 is not the one recorded")


def test_a_file_without_a_checksum_must_have_the_rows_of_its_manifest(upkeep):
    table = upkeep.make_table("marts.fct_trips", trips_of(4), is_partitioned=True)
    before = upkeep.data_files("marts.fct_trips")
    table.append(trips_of(3))
    (new,) = set(upkeep.data_files("marts.fct_trips")) - set(before)
    size = new.stat().st_size
    pq.write_table(trips_of(2), new, compression="none")
    with new.open("rb") as stream:
        footer = stream.read()[-size:]
    new.write_bytes(footer.rjust(size, b"\0"))
    (fault,) = upkeep.faults()
    assert fault.endswith(f"{new.name} has 2 rows, not 3")
    assert "note: 4 files have no SHA-256 recorded yet" in upkeep.out


@pytest.mark.parametrize(
    "kind", ["metadata_location", "manifest_list", "manifest_path"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "random"])
def test_a_damaged_file_about_a_table_is_named_in_one_line(landed, kind, damage):
    table = landed.catalog.load_table("tlc.green_trips")
    snapshot = table.current_snapshot()
    address = {
        "metadata_location": table.metadata_location,
        "manifest_list": snapshot.manifest_list,
        "manifest_path": snapshot.manifests(table.io)[0].manifest_path,
    }[kind]
    file = Path(address.removeprefix("file://"))
    if damage == "missing":
        file.unlink()
    else:
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2] if damage == "cut" else b"\x07" * 99)
    (fault,) = landed.faults("--quick")
    assert fault.startswith(
        f"tlc.green_trips: {file.relative_to(landed.lake.root)} "
        + ("is missing" if damage == "missing" else "cannot be read (")
    )


def test_a_flipped_bit_in_a_manifest_is_found(landed):
    table = landed.catalog.load_table("tlc.green_trips")
    manifest = table.current_snapshot().manifests(table.io)[0]
    file = Path(manifest.manifest_path.removeprefix("file://"))
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)
    assert any(file.name in fault for fault in landed.faults())


def test_rows_without_their_line_in_source_files_are_named(landed):
    table = landed.catalog.load_table("tlc.source_files")
    rows = table.scan().to_arrow()
    table.overwrite(rows.slice(0, 1))
    record_files(landed.lake)
    (fault,) = landed.faults()
    assert fault.startswith(
        "tlc.green_trips, source_month=2020-12-01: has 5 rows, and tlc.source_files "
        "says 0"
    )


def test_rows_of_a_fact_that_the_ledger_lacks_are_named(built):
    built.catalog.load_table("marts.fct_trips").append(trips_of(2))
    record_files(built.lake)
    (fault,) = built.faults()
    assert fault == (
        "marts.fct_trips, service_type=green/source_month=2020-12-01: has 6 rows, and "
        "fct_source_months says 4"
    )


@pytest.mark.parametrize(
    ("table", "rows", "said"),
    [
        (
            "fct_source_months",
            months_of(row_difference=1),
            "row_difference is 1, not 0",
        ),
        (
            "fct_source_months",
            months_of(total_amount_difference=Decimal("-0.01")),
            "total_amount_difference is -0.01, not 0",
        ),
        (
            "fct_source_month_amounts",
            amounts_of(kept_amount=Decimal("3.99")),
            "tip_amount is 5.00 in the file, 5.00 landed, 3.99 kept and 1.00 set aside",
        ),
    ],
)
def test_a_ledger_that_is_not_at_zero_is_named(built, table, rows, said):
    built.catalog.load_table(f"marts.{table}").overwrite(rows)
    record_files(built.lake)
    (fault,) = built.faults()
    place = "service_type=green/source_month=2020-12-01"
    assert fault == f"marts.{table}, {place}: {said}"


def test_a_published_version_is_checked_where_its_table_went_on(built):
    table = built.catalog.load_table("marts.fct_trips")
    (file,) = built.data_files("marts.fct_trips")
    built.catalog.create_namespace("published")
    built.catalog.register_table("published.fct_trips", table.metadata_location)
    table.overwrite(trips_of(4))
    record_files(built.lake)
    file.unlink()
    (fault,) = built.faults("--quick")
    assert fault.startswith("published.fct_trips, service_type=green/")


def test_files_that_nothing_reaches_are_a_note(landed):
    (landed.lake.warehouse / "tlc" / "green_trips" / "data" / "x.parquet").write_bytes(
        b"12345"
    )
    assert landed.check() == 0
    assert landed.out.startswith("note: 1 files (5 B) belong to no table any more")


@pytest.mark.parametrize("damage", ["random", "cut", "missing"])
def test_a_catalog_that_cannot_be_read_is_said_in_one_line(landed, damage):
    file = landed.lake.catalog_file
    data = file.read_bytes()
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"\x07" * len(data) if damage == "random" else data[:5000])
    assert landed.check() == 1
    assert landed.err.startswith("check_lake: ") and len(landed.err.splitlines()) == 1
    assert str(file) in landed.err and landed.out == ""


def test_a_folder_without_a_lake_is_not_made_into_one(upkeep):
    assert upkeep.check() == 1
    assert "there is no lake at" in upkeep.err
    assert not upkeep.lake.root.exists()


def test_a_lake_that_is_read_only_is_checked(landed):
    """On a read-only mount, as the super user writes wherever files forbid it."""
    target = str(landed.lake.root)
    mount = f"mount --bind {target} {target} && mount -o remount,bind,ro {target}"
    if subprocess.run(
        ["unshare", "-m", "sh", "-c", mount], capture_output=True
    ).returncode:
        pytest.skip("this machine lets nobody mount a folder read-only")
    script = Path(__file__).parents[3] / "scripts" / "check_lake.py"
    command = (
        f"{mount} && ! touch {target}/x 2>/dev/null && exec {sys.executable} {script}"
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", command], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": no fault\n")
