"""Lakes that are landed and built once for all tests of this folder."""

import pytest
from pyspark.sql import SparkSession

from project import SAMPLE, Project
from taxi.spark import open_spark


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Project:
    """The bundled sample, landed, built and published."""
    project = Project(tmp_path_factory.mktemp("the sample"))
    project.script("ingest.py", "--from", SAMPLE)
    project.dbt("build")
    project.script("publish.py")
    return project


@pytest.fixture(scope="session")
def spark(sample) -> SparkSession:
    """A session on the sample's lake."""
    session = open_spark(sample.lake)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory, shared_data) -> Project:
    """All of the real files that lie beside the project, landed and built."""
    project = Project(tmp_path_factory.mktemp("shared"))
    for folder in ("yellow_sample", "tlc"):
        project.script("ingest.py", "--from", shared_data / folder)
    project.dbt("build", "--exclude-resource-type", "unit_test")
    return project
