"""Which service and month a name or its folders tell, and which names tell none."""

from datetime import date
from pathlib import PurePath

import pytest

from taxi.landing.file_names import OddName
from taxi.landing.files import Seen, parse, rank_of_name, read

MARCH = ("green", date(2023, 3, 1))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("green_tripdata_2023-03.parquet", "parquet"),
        ("green_tripdata_2023_03.parquet", "parquet"),
        ("green_tripdata_202303.csv", "csv"),
        ("green_tripdata_2023-3.csv", "csv"),
        ("Green_TripData_2023-03.PARQUET", "parquet"),
        ("GREEN-TRIP-DATA-2023-03.CSV.GZ", "csv"),
        ("green_tripdata_2023-03.csv.zip", "csv"),
        ("green_tripdata_2023-03.zip", "csv"),
        ("green_tripdata_2023-03 (1).parquet", "parquet"),
        ("green_tripdata_2023-03(12).csv.gz", "csv"),
        ("green_tripdata_2023-03 - Copy (2).parquet", "parquet"),
        ("green_tripdata_2023-03.copy.parquet", "parquet"),
        ("green_tripdata_2023-03_v2.parquet", "parquet"),
    ],
)
def test_a_name_that_is_unambiguous_is_read(name, form):
    file = parse(PurePath(name))
    assert (file.service, file.month, file.format) == (*MARCH, form)
    assert file.name == name
    assert file.is_exactly_named == (name == "green_tripdata_2023-03.parquet")


@pytest.mark.parametrize(
    "rest",
    [
        *("_part1", "-part-00000", "_1", "_2", ".0001", " part 1 of 3", " (1 of 3)"),
        *("_a", "_partB", "_first_half", "-sample", "_2of2", ".part2", "-01", " 2"),
        *("_to_2023-05", "-2023-05", "_2023-04", "..2023-04", "_to_may"),
    ],
)
def test_a_part_of_a_month_or_a_range_is_not_read_as_the_month(rest):
    with pytest.raises(OddName, match="a part of a month, or of several") as caught:
        parse(PurePath(f"green_tripdata_2023-03{rest}.parquet"))
    assert caught.value.month == MARCH


@pytest.mark.parametrize(
    "when", ["2023", "2023-Q1", "2023-0304", "20230301", "all", "", "2023-13", "jan-23"]
)
def test_a_name_without_a_month_says_so(when):
    with pytest.raises(OddName, match=r"tells no month|there is no month 2023-13"):
        parse(PurePath(f"green_tripdata_{when}.parquet"))


@pytest.mark.parametrize(
    "path",
    [
        "green/year=2023/month=03/part-0.parquet",
        "green/year=2023/month=3/part-00000-1f0c.c000.snappy.parquet",
        "service=green/2023-03.parquet",
        "service_type=green/source_month=2023-03-01/data.csv.gz",
        "green/2023/03/data.parquet",
        "green/2023/03.parquet",
        "raw/green_tripdata/2023-03/x.csv",
        "year=2023/month=03/green_tripdata.parquet",
        "2023-03/Green_TripData.csv.gz",
    ],
)
def test_folders_tell_what_the_name_does_not(path):
    file = read(PurePath(path))
    assert (file.service, file.month) == MARCH
    # It is known again by the name that it lands under.
    again = parse(PurePath(file.name))
    assert (again.service, again.month, again.format) == (*MARCH, file.format)
    assert file.remarks == [f"month told by its folders: {path}"]


@pytest.mark.parametrize(
    "path",
    [
        "year=2023/month=03/part-0.parquet",
        "green/part-0.parquet",
        "green/year=2023/month=03/day=01/part-0.parquet",
        "green/2023/03/15/part-0.parquet",
        "green/year=2023/month=13/part-0.parquet",
        "green/yellow/2023-03.parquet",
        "green/2023-02/2023-03.parquet",
        "weather.csv",
    ],
)
def test_folders_that_do_not_tell_leave_a_file_that_is_named(path):
    seen = Seen()
    assert seen.look_at(PurePath(path)) is None
    assert seen.others == [path]


def test_the_place_itself_may_be_a_services():
    path = PurePath("year=2023/month=03/part-0.parquet")
    assert read(path, around="green").service == "green"
    assert read(path, around="files") is None


@pytest.mark.parametrize(
    "path",
    [
        "year=2023/month=03/green_tripdata_2023-02.parquet",
        "service=yellow/green_tripdata_2023-03.parquet",
        "green/year=2023/month=03/part-00001.parquet",
    ],
)
def test_what_contradicts_its_folders_or_is_a_later_part_is_odd(path):
    with pytest.raises(OddName):
        read(PurePath(path))


@pytest.mark.parametrize(
    "name",
    [
        *("green_tripdata_2023-03.csv.bz2", "green_tripdata_2023-03.parquet.part"),
        *("yellow_tripdata_2023-03.parquet.crdownload", "green_tripdata_2023-03"),
    ],
)
def test_a_file_of_trips_of_another_form_is_named(name):
    seen = Seen()
    assert seen.look_at(PurePath(name)) is None
    (odd,) = seen.odd_names
    assert (odd.name, odd.reason.partition(";")[0]) == (
        name,
        "is no .parquet, .csv, .csv.gz or .zip",
    )


@pytest.mark.parametrize(
    "name",
    [
        *("README.md", ".DS_Store", "_SUCCESS", ".hidden.parquet", "sums.sha256"),
        *("taxi_zone_lookup.csv", "taxi_zones.zip", "green_tripdata_2020-12.md5"),
        *("_metadata.parquet", "notes.txt"),
    ],
)
def test_what_is_obviously_no_file_of_trips_is_left_alone(name):
    seen = Seen()
    assert seen.look_at(PurePath(name)) is None
    assert (seen.others, seen.odd_names, seen.names) == ([], [], [name])


def test_a_month_that_landed_under_an_odd_name_has_a_rank_still():
    assert rank_of_name("green_tripdata_2023-02_part1.parquet") == 1
    assert rank_of_name("green_tripdata_2023-02.parquet") == 0
    assert rank_of_name("green_tripdata_2023-02.csv.gz") == 2
