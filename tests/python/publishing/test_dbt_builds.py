"""Real builds: one that passes, one that a test refuses, and the next good one.

Every build here takes a minute, so they are run once, in this order, and the tests ask
what was seen of them.
"""

import json
import shutil
import sys
import threading
from dataclasses import dataclass, field
from subprocess import CompletedProcess

import pytest

from project import SAMPLE, Project
from taxi.catalog import MARTS, PUBLISHED
from taxi.lake import PROJECT
from taxi.publishing.history import past_builds, versions
from taxi.publishing.reading import Marts, read_published, read_working

MODEL = "models/marts/fct_monthly_zone_revenue.sql"
SOUND = "{{ sum_of_money('total_amount') }}"
# Every cell of the month gains a dollar, or more.
FAULTY = "{{ sum_of_money('total_amount + 1') }}"

# Unit tests judge the SQL and no table.
BUILD = ("build", "--exclude-resource-type", "unit_test")

CELL = ("--zone", "236", "--month", "2020-11", "--service", "yellow")

SESSION = """
import json, sys
from taxi.lake import Lake
from taxi.spark import open_spark
session = open_spark(Lake.from_environment())
names = [row.tableName for row in session.sql("show tables in published").collect()]
found = [session.sql(query).collect()[0][0] for query in sys.argv[1:]]
print(json.dumps([sorted(names), found], default=str))
session.stop()
"""


@dataclass
class Story:
    """What happened, build by build.

    Attributes:
        first, refused, second: what dbt said of the three builds.
        after_refused: what publishing said of the refused one.
        published: rows of every published mart after each of the three.
        working: the same of the working marts after the refused one.
        explained: a cell of the published and of the working marts, likewise.
        meanwhile: the different states that a reader saw during the refused build.
    """

    project: Project
    first: CompletedProcess = None
    refused: CompletedProcess = None
    after_refused: CompletedProcess = None
    second: CompletedProcess = None
    published: list[dict[str, list]] = field(default_factory=list)
    working: dict[str, list] = field(default_factory=dict)
    explained: dict[str, CompletedProcess] = field(default_factory=dict)
    meanwhile: set[str] = field(default_factory=set)


def rows(marts: Marts) -> dict[str, list]:
    """All rows of all marts, in one order."""
    return {
        name: sorted(map(repr, marts.open(name).scan().to_arrow().to_pylist()))
        for name in marts.locations
    }


def months(marts: Marts) -> str:
    """What three marts say that the months hold, as one text."""
    money = marts.open("fct_monthly_zone_revenue").scan().to_arrow()["total_revenue"]
    ledger = marts.open("fct_source_months").scan().to_arrow()
    trips = marts.open("fct_trips").scan(selected_fields=("vendor_id",)).count()
    return f"{sum(money.to_pylist())} {ledger['kept_trip_count']} {trips}"


def land(project: Project, chosen: str) -> None:
    project.script(
        "ingest.py", "--from", SAMPLE, "--services", "yellow", "--months", chosen
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    folder = tmp_path_factory.mktemp("builds")
    ignored = (".*", "lake", "logs", "target", "data", "python", "__pycache__")
    shutil.copytree(
        PROJECT,
        folder / "project",
        symlinks=True,
        ignore=shutil.ignore_patterns(*ignored),
    )
    story = Story(Project(folder, folder / "project"))
    project, lake = story.project, story.project.lake
    land(project, "2020-10:2020-11")
    story.first = project.dbt(*BUILD)
    project.script("publish.py")
    story.published.append(rows(read_published(lake)))

    land(project, "2020-12")
    model = project.source / MODEL
    sound = model.read_text()
    assert sound.count(SOUND) == 1
    model.write_text(sound.replace(SOUND, FAULTY))
    ended = threading.Event()

    def read():
        while not ended.is_set():
            story.meanwhile.add(months(read_published(lake)))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        story.refused = project.dbt(*BUILD, check=False)
    finally:
        ended.set()
        reader.join()
    story.after_refused = project.script("publish.py")
    story.published.append(rows(read_published(lake)))
    story.working = rows(read_working(lake))
    story.explained = {
        "published": project.script("explain.py", *CELL),
        "working": project.script("explain.py", *CELL, "--working", check=False),
    }

    model.write_text(sound)
    story.second = project.dbt(*BUILD)
    project.script("publish.py")
    story.published.append(rows(read_published(lake)))
    return story


def test_a_passed_build_names_the_command_that_publishes_it(story):
    for build in (story.first, story.second):
        assert "Publish it: python scripts/publish.py" in build.stdout


def test_a_refused_build_says_what_readers_keep(story):
    assert story.refused.returncode == 1
    said = "Readers of the schema published keep publication 1, of build 1."
    assert said in story.refused.stdout
    assert "Publish it" not in story.refused.stdout
    assert "build 2 (dbt build) failed, and is not published" in (
        story.after_refused.stderr
    )
    assert "published already: build 1" in story.after_refused.stdout


def test_readers_never_see_rows_that_a_test_refused(story):
    before, after_refused, _ = story.published
    assert after_refused == before
    # The refused build had changed what it could.
    changed = {name for name in before if story.working[name] != before[name]}
    assert {"fct_trips", "fct_monthly_zone_revenue"} <= changed


def test_who_read_during_the_refused_build_saw_one_moment(story):
    assert len(story.meanwhile) == 1


def test_the_next_good_build_is_published_whole(story):
    before, _, after = story.published
    assert before.keys() == after.keys()
    assert after == rows(read_working(story.project.lake))
    assert len(after["fct_source_months"]) == len(before["fct_source_months"]) + 1


def test_every_mart_is_published(story):
    manifest = json.loads((story.project.target / "manifest.json").read_text())
    marts = {
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == MARTS
    }
    assert marts == story.published[0].keys()


def test_the_history_tells_the_three_builds(story):
    first, refused, second = past_builds(story.project.lake)
    assert [one.build.outcome for one in (first, refused, second)] == [
        "passed",
        "failed",
        "passed",
    ]
    assert [one.published for one in (first, refused, second)] == [
        "earlier",
        None,
        "now",
    ]
    ledger = read_published(story.project.lake).open("fct_source_months")
    lines = ledger.scan().to_arrow().to_pylist()
    after = second.build.after
    assert after.rows == sum(line["kept_trip_count"] for line in lines)
    assert after.cents == 100 * sum(line["kept_total_amount"] for line in lines)
    assert after.set_aside == sum(line["set_aside_row_count"] for line in lines)
    assert first.build.before is None
    assert refused.build.before == first.build.after
    assert 0 < first.build.after.rows < after.rows


def test_spark_lists_what_is_published_and_reads_as_of_an_earlier_build(story):
    project = story.project
    total = "select sum(kept_trip_count) from"
    (version,) = (
        one for one in versions(project.lake, 1) if one.mart == "fct_source_months"
    )
    queries = [
        f"{total} {PUBLISHED}.fct_source_months",
        f"{total} ({version.sql})",
        f"select count(*) from {PUBLISHED}.fct_trips",
    ]
    said = project.call(sys.executable, "-c", SESSION, *queries).stdout
    names, (now, earlier, trips) = json.loads(said)
    first, _, second = past_builds(project.lake)
    assert names == sorted(story.published[0])
    assert (now, earlier) == (second.build.after.rows, first.build.after.rows)
    assert trips == now


def test_what_a_refused_build_left_can_be_explained(story):
    assert story.explained["published"].returncode == 0
    assert "equals the mart's cell to the cent" in story.explained["published"].stdout
    assert story.explained["working"].returncode == 1
    assert "the mart and its trips disagree" in story.explained["working"].stderr
