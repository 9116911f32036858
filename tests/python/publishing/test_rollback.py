"""Back to an earlier publication, and forward again."""

import pytest

from small_marts import NAMES
from taxi.errors import TaxiError
from taxi.publishing.publish import publish, roll_back


@pytest.fixture
def three(marts):
    """Three publications, of builds that left 1, 2 and 3."""
    for value in (1, 2, 3):
        marts.build(value)
        publish(marts.lake)
    return marts


def test_a_rollback_shows_the_publication_before_with_all_tables(three):
    ended = three.publish("--rollback")
    assert "readers see publication 2 (build 2) again" in ended.stdout
    assert three.seen() == dict.fromkeys(NAMES, 2)


def test_another_rollback_goes_one_further_back(three):
    roll_back(three.lake)
    roll_back(three.lake)
    assert three.seen() == dict.fromkeys(NAMES, 1)
    ended = three.publish("--rollback", check=False)
    assert ended.returncode == 1
    assert "there is nothing before publication 1" in ended.stderr
    assert three.seen() == dict.fromkeys(NAMES, 1)


def test_a_rollback_may_name_its_publication(three):
    three.publish("--rollback", "1")
    assert three.seen() == dict.fromkeys(NAMES, 1)
    ended = three.publish("--rollback", "1")
    assert "readers see publication 1 (build 1) already" in ended.stdout
    roll_back(three.lake, 3)
    assert three.seen() == dict.fromkeys(NAMES, 3)


def test_a_rollback_is_recorded_as_a_publication(three):
    roll_back(three.lake, 1)
    *_, last = three.publications()
    assert (last.publication_id, last.build_id, last.restores) == (4, 1, 1)
    assert last.tables == three.pointers()
    lines = three.publish("--list").stdout.splitlines()
    assert len(lines) == 4
    assert lines[-1].endswith("build 1, publication 1 again  (now)")
    assert not any("(now)" in line for line in lines[:-1])


def test_publishing_after_a_rollback_goes_forward_to_the_last_build(three):
    roll_back(three.lake, 1)
    publish(three.lake)
    assert three.seen() == dict.fromkeys(NAMES, 3)


def test_a_build_that_fails_after_a_rollback_changes_nothing(three):
    roll_back(three.lake)
    said = three.build(4, {"fct_trips": "error"})
    assert said == "Readers of the schema published keep publication 4, of build 2."
    assert three.seen() == dict.fromkeys(NAMES, 2)


def test_a_publication_that_is_not_there_is_named(three):
    ended = three.publish("--rollback", "9", check=False)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "there is no publication 9" in line and "--list" in line


def test_a_publication_whose_files_have_expired_is_not_shown(three):
    first, *_ = three.publications()
    location = first.tables["dim_zones"].removeprefix("file://")
    (three.lake.root / location).unlink()
    with pytest.raises(TaxiError, match="dim_zones of build 1 cannot be read any more"):
        roll_back(three.lake, 1)
    assert three.seen() == dict.fromkeys(NAMES, 3)


def test_a_lake_without_publications_has_nothing_to_go_back_to(marts):
    marts.change(1)
    with pytest.raises(TaxiError, match="nothing is published yet"):
        roll_back(marts.lake)
    assert "nothing is published yet" in marts.publish("--list").stdout
