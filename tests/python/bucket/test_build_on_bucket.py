"""A lake on a bucket is built, published and read as one in a folder is."""

from gcs_emulator import install_connector
from project import SAMPLE, Project
from servers_started import needed
from states import TABLES, build, state
from taxi.publishing.reading import read_published

FILES = ("green_tripdata_2023-02.parquet", "yellow_tripdata_2020-12.csv.gz")


def landed(project: Project) -> Project:
    """Land two files of the sample."""
    files = project.folder / "files"
    files.mkdir(parents=True)
    for name in FILES:
        (files / name).symlink_to(SAMPLE / name)
    project.script("ingest.py", "--from", files)
    return project


def test_marts_on_a_bucket_are_those_of_a_folder(on_bucket, tmp_path):
    needed(install_connector)
    there = build(landed(on_bucket))
    on_bucket.script("publish.py")
    project = landed(Project(tmp_path / "local"))
    project.dbt(*TABLES)
    here = state(project).rows
    for rows in (there.rows, here):
        # Which tests have looked at what is built, and here none has.
        del rows["int_trips__loaded_months"]
    assert there.rows == here
    assert sum(here["fct_trips"].values()) > 70_000
    marts = read_published(on_bucket.lake)
    assert all(one.startswith("gs://") for one in marts.locations.values())
    trips = marts.open("fct_trips").scan().to_arrow().num_rows
    assert trips == sum(here["fct_trips"].values())
    assert f"Iceberg, in {on_bucket.lake}" in on_bucket.script("summary.py").stdout
    assert "no fault" in on_bucket.script("check_lake.py").stdout

    # Nothing new: Spark reads what it wrote, tests it, and writes no table.
    again = build(on_bucket)
    assert again.pointers == there.pointers == state(on_bucket).pointers
    assert "published already" in on_bucket.script("publish.py").stdout
    counted = on_bucket.dbt(
        "--quiet",
        "show",
        "--inline",
        "select count(*) as trips from published.fct_trips",
        "--output",
        "json",
    )
    assert f'"trips": {trips}' in counted.stdout


def test_without_the_connector_a_build_says_what_to_do(on_bucket, without_connector):
    ended = landed(on_bucket).dbt("run", "--select", "dim_zones", check=False)
    assert ended.returncode != 0
    assert "Spark has no connector for gs:// on its classpath" in ended.stdout
    assert "make gcs-connector installs it" in ended.stdout
