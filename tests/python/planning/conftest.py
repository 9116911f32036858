"""A lake to plan builds of."""

from collections.abc import Iterator

import pytest

from landings import workshop
from planned import Planner


@pytest.fixture
def planner(manifest) -> Iterator[Planner]:
    with workshop() as shop:
        yield Planner(shop, manifest)
