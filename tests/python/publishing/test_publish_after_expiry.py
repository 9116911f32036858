"""Expiry rewrites what tables tell of themselves; it is no change of the marts."""

import pytest

from small_marts import NAMES
from taxi.lake import PROJECT
from taxi.publishing.building import begin_build, end_build
from taxi.publishing.history import past_builds
from taxi.publishing.shown import read_shown

A_TEST = "assert_monthly_revenue_matches_trips"


def expire(marts) -> None:
    marts.project.script("expire.py", "--older-than", "0", "--yes")


@pytest.fixture
def two(marts):
    """A lake whose tables have old snapshots, and whose last build passed."""
    marts.build(1)
    marts.build(2)
    return marts


def test_a_build_is_published_after_expiry(two):
    expire(two)
    ended = two.publish()
    assert ended.stdout.startswith("published 3 tables of build 2 of 20")
    assert ended.stderr == ""
    assert two.seen() == dict.fromkeys(NAMES, 2)


def test_what_is_published_already_is_said_after_expiry(two):
    two.publish()
    expire(two)
    ended = two.publish()
    assert ended.stdout.startswith("published already: build 2 ")
    assert ended.stderr == ""
    assert two.seen() == dict.fromkeys(NAMES, 2)


def test_a_build_that_changes_nothing_after_expiry_is_published_already(two):
    two.publish()
    expire(two)
    number = begin_build(two.lake, "dbt build", PROJECT)
    said = end_build(two.lake, number, two.results(), two.nodes, [])
    assert said == "Published already: nothing in the marts has changed."
    ended = two.publish()
    assert ended.stdout.startswith("published already: build 3 ")
    assert ended.stderr == ""
    assert [one.published for one in past_builds(two.lake)] == [None, "now", "now"]
    assert read_shown(two.lake).newer is None


def test_a_change_after_expiry_is_still_said(two):
    two.publish()
    expire(two)
    two.select(3, "fct_trips")
    ended = two.publish()
    assert "the marts have changed since build 2: fct_trips;" in ended.stderr


def test_expiry_spares_the_last_build_to_be_published_when_later_ones_failed(two):
    two.build(3, {A_TEST: "fail"})
    two.select(4, "fct_trips")
    expire(two)
    ended = two.publish()
    assert ended.stdout.startswith("published 3 tables of build 2 of 20")
    assert two.seen() == dict.fromkeys(NAMES, 2)
