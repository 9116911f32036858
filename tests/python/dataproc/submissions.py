"""What the tests of Dataproc submit."""

from taxi.bucket_path import BucketPath
from taxi.dataproc.submission import Submission

FOLDER = BucketPath.of_folder("gs://bucket/taxi")


def submission(**changed) -> Submission:
    """A job of a cluster, unless something else is said."""
    values = {
        "project": "my-project",
        "region": "europe-west1",
        "cluster": "my-cluster",
        "job_id": "taxi-build-1",
        "folder": FOLDER,
        "main": "driver.py",
        "jars": ["iceberg.jar", "sqlite.jar"],
        "arguments": ["gs://bucket/taxi/a.tar.gz", "build", "--select", "it's $here"],
        "properties": {"spark.executor.memory": "8g", "spark.x": "a,b"},
    }
    return Submission(**values | changed)


def batch(**changed) -> Submission:
    return submission(cluster=None, runtime="3.0", **changed)
