"""The list of builds, and the marts as of an earlier one."""

import json
import subprocess

import pytest

from project import Project
from small_marts import NAMES
from states import land
from taxi.catalog import MARTS
from taxi.lake import PROJECT
from taxi.publishing.building import begin_build, git_commit
from taxi.publishing.history import past_builds, versions
from taxi.publishing.publish import publish, roll_back
from taxi.publishing.records import Totals
from tlc_files import trips

A_TEST = "assert_monthly_revenue_matches_trips"
MONTHS = [
    {"service": "green", "month": "2023-01"},
    {"service": "green", "month": "2023-02"},
]


def history(marts, *arguments: str) -> list[dict]:
    return json.loads(marts.project.script("history.py", "--json", *arguments).stdout)


def test_a_build_tells_rows_and_money_before_and_after(marts):
    marts.build(100, months=MONTHS)
    marts.build(250)
    first, second = (one.build for one in past_builds(marts.lake))
    assert (first.before, first.after) == (None, Totals(100, 10001, 200))
    assert (second.before, second.after) == (first.after, Totals(250, 25001, 500))
    assert (first.months, second.months) == (MONTHS, "all")


def test_the_list_shows_the_newest_last(marts):
    marts.build(100, months=MONTHS)
    publish(marts.lake)
    marts.build(2500, {A_TEST: "fail"})
    marts.select(2600, "fct_trips")
    begin_build(marts.lake, "dbt build", PROJECT)
    heading, *lines = marts.project.script("history.py").stdout.splitlines()
    assert heading.split()[0] == "build"
    first, second, third, fourth = lines
    assert " passed " in first and " now " in first
    assert first.endswith("green 2023-01, green 2023-02")
    assert " failed " in second and second.endswith(" all")
    assert " 100 " in second and " 2,500 " in second and " 2,500.01 " in second
    assert " passed, part " in third and " dbt run " in third
    assert " not ended " in fourth
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4"]
    columns = heading.index("outcome")
    assert {line[columns - 1] for line in lines} == {" "}


def test_a_program_reads_the_same(marts):
    marts.build(100)
    marts.build(200, {A_TEST: "fail"})
    first, second = history(marts)
    assert first["outcome"] == "passed" and second["outcome"] == "failed"
    assert second["before"] == {"rows": 100, "cents": 10001, "set_aside": 200}
    assert second["marts"] == marts.pointers(MARTS)
    assert history(marts, "--limit", "1") == [second]
    assert history(marts, "--limit", "0") == []


def test_what_readers_saw_of_a_build_is_told(marts):
    for value in (1, 2):
        marts.build(value)
        publish(marts.lake)
    marts.build(3)
    roll_back(marts.lake, 1)
    assert [one.published for one in past_builds(marts.lake)] == [
        "now",
        "earlier",
        None,
    ]


def test_a_mart_reads_as_of_an_earlier_build(marts):
    for value in (1, 2, 3):
        marts.build(value)
    catalog = marts.lake.open_catalog()
    for build_id in (1, 2, 3):
        found = versions(marts.lake, build_id)
        assert [version.mart for version in found] == list(NAMES)
        for version in found:
            table = catalog.load_table((MARTS, version.mart))
            rows = table.scan(snapshot_id=version.snapshot_id).to_arrow()
            assert rows["kept_trip_count"].to_pylist() == [build_id]
            assert version.sql == (
                f"select * from marts.{version.mart} version as of "
                f"{version.snapshot_id}"
            )


def test_as_of_prints_a_line_for_each_mart(marts):
    marts.build(1)
    marts.build(2)
    lines = marts.project.script("history.py", "--as-of", "1").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert all(" version as of " in line for line in lines)
    assert [
        one["sql"] in line
        for one, line in zip(history(marts, "--as-of", "1"), lines, strict=True)
    ] == [True] * 3


def test_a_version_that_has_expired_is_told(marts):
    marts.build(1)
    marts.build(2)
    table = marts.lake.open_catalog().load_table((MARTS, "fct_trips"))
    first, *_ = table.snapshots()
    table.maintenance.expire_snapshots().by_id(first.snapshot_id).commit()
    *_, line = marts.project.script("history.py", "--as-of", "1").stdout.splitlines()
    assert line.split(maxsplit=1) == ["fct_trips", "is not kept any more"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--as-of", "7"], 1, "--as-of: there is no build 7"),
        (["--as-of", "2"], 1, "--as-of: build 2 did not end"),
        (["--as-of", "last"], 2, "--as-of: 'last' is no number"),
        (["--limit", "-1"], 2, "--limit"),
    ],
)
def test_a_wrong_option_is_named_in_one_line(marts, arguments, code, said):
    marts.build(1)
    begin_build(marts.lake, "dbt build", PROJECT)
    ended = marts.project.script("history.py", *arguments, check=False)
    assert ended.returncode == code
    (line,) = ended.stderr.splitlines()
    assert said in line


def test_no_builds_are_listed_where_none_are_asked_for(marts):
    marts.build(1)
    (heading,) = marts.project.script("history.py", "--limit", "0").stdout.splitlines()
    assert heading.split()[0] == "build"


def test_a_lake_without_builds_says_so(tmp_path):
    project = Project(tmp_path)
    land(project, tmp_path, "green", "2023-01", trips("2023-01", 5))
    ended = project.script("history.py")
    assert ended.stdout == "no build is recorded yet; run dbt build\n"


def test_the_commit_of_the_sql_is_told_and_whether_files_differ(tmp_path):
    def git(*arguments):
        identity = ["-c", "user.name=n", "-c", "user.email=e@invalid"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        return ended.stdout.strip()

    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: p\n")
    assert git_commit(tmp_path) is None
    git("init", "-q")
    assert git_commit(tmp_path) is None
    git("add", ".")
    git("commit", "-qm", "start")
    commit = git("rev-parse", "HEAD")
    assert git_commit(tmp_path) == commit
    (tmp_path / "README.md").write_text("not SQL\n")
    assert git_commit(tmp_path) == commit
    (tmp_path / "models" / "new.sql").write_text("select 1\n")
    assert git_commit(tmp_path) == f"{commit}-dirty"
