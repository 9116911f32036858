"""What is submitted has the fields that Google publishes, whichever way it goes."""

import json
import shlex

import pytest
from google.cloud import dataproc_v1

import dataproc
from submissions import batch, submission
from taxi.dataproc.submission import ENDED, GOOD, pairs
from taxi.dataproc.versions import IMAGES, RUNTIMES, check_version
from taxi.errors import TaxiError

# Of gcloud's reference, for `dataproc jobs` and `dataproc batches submit pyspark`.
JOB_FLAGS = {
    *("archives", "async", "bucket", "cluster", "cluster-labels", "driver-log-levels"),
    *("files", "jars", "labels", "max-failures-per-hour", "max-failures-total"),
    *("properties", "properties-file", "py-files", "region", "project"),
}
BATCH_FLAGS = {
    *("archives", "async", "batch", "container-image", "deps-bucket", "files"),
    *("history-server-cluster", "jars", "kms-key", "labels", "metastore-service"),
    *("properties", "py-files", "region", "request-id", "service-account"),
    *("staging-bucket", "tags", "ttl", "version", "network", "subnet", "project"),
}


def parsed(message, resource: dict):
    """A resource as Google's own type reads it, which refuses unknown fields."""
    return message.from_json(json.dumps(resource), ignore_unknown_fields=False)


def test_a_job_has_the_published_fields():
    path, query, body = submission().request
    assert path == "projects/my-project/regions/europe-west1/jobs:submit"
    assert query == {}
    request = parsed(
        dataproc_v1.SubmitJobRequest,
        body | {"projectId": "my-project", "region": "europe-west1"},
    )
    job = request.job
    assert request.request_id == job.reference.job_id == "taxi-build-1"
    assert job.placement.cluster_name == "my-cluster"
    assert job.pyspark_job.main_python_file_uri == "gs://bucket/taxi/driver.py"
    assert list(job.pyspark_job.args) == submission().arguments
    assert list(job.pyspark_job.jar_file_uris) == [
        "gs://bucket/taxi/iceberg.jar",
        "gs://bucket/taxi/sqlite.jar",
    ]
    assert dict(job.pyspark_job.properties) == submission().properties


def test_a_batch_has_the_published_fields():
    one = batch(container="eu-docker.pkg.dev/p/r/taxi:1")
    path, query, body = one.request
    assert path == "projects/my-project/locations/europe-west1/batches"
    assert query == {"batchId": "taxi-build-1", "requestId": "taxi-build-1"}
    made = parsed(dataproc_v1.Batch, body)
    assert made.pyspark_batch.main_python_file_uri == "gs://bucket/taxi/driver.py"
    assert list(made.pyspark_batch.args) == one.arguments
    assert made.runtime_config.version == "3.0"
    assert made.runtime_config.container_image == one.container
    assert dict(made.runtime_config.properties) == one.properties


def test_a_field_that_is_not_published_would_be_noticed():
    with pytest.raises(Exception, match="jarFiles"):
        parsed(dataproc_v1.Job, {"pysparkJob": {"jarFiles": []}})


def test_states_are_those_that_are_published():
    jobs = {state.name for state in dataproc_v1.JobStatus.State}
    batches = {state.name for state in dataproc_v1.Batch.State}
    assert jobs | batches >= ENDED
    assert {"DONE", "SUCCEEDED"} == GOOD
    going_on = {"PENDING", "SETUP_DONE", "RUNNING", "CANCELLING", "CANCEL_PENDING"}
    going_on |= {"CANCEL_STARTED", "ATTEMPT_FAILURE", "STATE_UNSPECIFIED"}
    assert (jobs | batches) - ENDED == going_on


@pytest.mark.parametrize(
    ("one", "flags", "start"),
    [
        (submission(), JOB_FLAGS, "gcloud dataproc jobs submit pyspark gs://bucket/"),
        (batch(), BATCH_FLAGS, "gcloud dataproc batches submit pyspark gs://bucket/"),
        (batch(container="image"), BATCH_FLAGS, "gcloud dataproc batches submit "),
    ],
)
def test_the_line_has_flags_that_gcloud_has_and_a_shell_reads_it(one, flags, start):
    line = one.gcloud_line(is_waiting=False)
    assert line.startswith(start)
    words = shlex.split(line)
    assert words == one.gcloud(is_waiting=False)
    at = words.index("--")
    assert words[at + 1 :] == one.arguments
    given = {word[2:].partition("=")[0] for word in words[6:at]}
    assert given <= flags and "async" in given


def test_properties_with_commas_are_separated_by_another_mark():
    assert pairs({"a": "1", "b": "2"}) == "a=1,b=2"
    assert pairs({"a": "1,2", "b": "#"}) == "^;^a=1,2;b=#"


def test_the_console_is_told_the_same():
    rows = submission().console()
    assert ("Cluster", "my-cluster") in rows and ("Job type", "PySpark") in rows
    assert [value for name, value in rows if name == "Arguments"] == (
        submission().arguments
    )
    assert ("Runtime version", "3.0") in batch().console()


@pytest.mark.parametrize(
    ("version", "known", "line"),
    [
        ("3.0", IMAGES, "4.1"),
        ("3.0-debian12", IMAGES, "4.1"),
        ("3.0.14-rocky9", IMAGES, "4.1"),
        ("3.0", RUNTIMES, "4.0"),
    ],
)
def test_a_version_says_which_spark_it_carries(version, known, line):
    assert check_version("--image", version, known).line == line


@pytest.mark.parametrize(
    ("version", "known", "said"),
    [
        ("2.2", IMAGES, r"^--image: 2.2 carries Spark 3.5.3; this project runs on 4.1"),
        ("2.3", RUNTIMES, r"^--image: 2.3 carries Spark 3.5"),
        ("9.9", IMAGES, r"^--image: '9.9' is not known here; known are 3.0, 2.3"),
        ("", IMAGES, r"^--image: '' is not known here"),
    ],
)
def test_a_version_that_cannot_run_it_is_refused(version, known, said):
    with pytest.raises(TaxiError, match=said):
        check_version("--image", version, known)


def test_a_cluster_is_made_with_the_packages_of_the_lock(capsys):
    where = ("--project", "my-project", "--region", "europe-west1")
    assert dataproc.main(["create", "my-cluster", *where]) == 0
    words = shlex.split(capsys.readouterr().out)
    assert words[:5] == ["gcloud", "dataproc", "clusters", "create", "my-cluster"]
    assert "--image-version=3.0" in words
    (packages,) = (word for word in words if word.startswith("--properties="))
    assert packages.startswith("--properties=^#^dataproc:pip.packages=dbt-core==1.11.")
    # Of two versions in the lock, that of the image's Python 3.11.
    assert ",numpy==2.4." in packages and "pyspark" not in packages
