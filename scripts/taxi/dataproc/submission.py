"""What is to run on Dataproc, as gcloud, the REST interface and the console word it.

The words are those of gcloud's reference for `dataproc jobs submit pyspark` and
`dataproc batches submit pyspark`, and of the resources Job and Batch of version v1.
"""

import shlex
from dataclasses import dataclass, field

from taxi.bucket_path import BucketPath

# A batch of each kind runs, or ends, in these states.
GOOD = {"DONE", "SUCCEEDED"}
ENDED = GOOD | {"ERROR", "FAILED", "CANCELLED"}


@dataclass(frozen=True)
class Submission:
    """A job of a cluster, or a batch without one.

    Attributes:
        cluster: its name; None for a batch.
        job_id: names the job or the batch.
        folder: folder of the bucket that holds the files.
        main: name of the driver's file.
        jars: names of jars.
        arguments: of the driver.
        properties: of Spark.
        runtime: version of the batch's runtime; None for a cluster, which has its own.
        container: image of a batch's container, if it has one.
    """

    project: str
    region: str
    cluster: str | None
    job_id: str
    folder: BucketPath
    main: str
    jars: list[str]
    arguments: list[str]
    properties: dict[str, str] = field(default_factory=dict)
    runtime: str | None = None
    container: str | None = None

    @property
    def kind(self) -> str:
        return "job" if self.cluster else "batch"

    def gcloud(self, is_waiting: bool = True) -> list[str]:
        """The words of the command that submits it."""
        what = "jobs" if self.cluster else "batches"
        words = ["gcloud", "dataproc", what, "submit", "pyspark", self._at(self.main)]
        words += [f"--project={self.project}", f"--region={self.region}"]
        if self.cluster:
            words.append(f"--cluster={self.cluster}")
        else:
            words += [f"--batch={self.job_id}", f"--version={self.runtime}"]
            words.append(f"--deps-bucket=gs://{self.folder.bucket_name}")
        if self.container:
            words.append(f"--container-image={self.container}")
        if self.jars:
            words.append("--jars=" + ",".join(map(self._at, self.jars)))
        if self.properties:
            words.append(f"--properties={pairs(self.properties)}")
        if not is_waiting:
            words.append("--async")
        return [*words, "--", *self.arguments]

    def gcloud_line(self, is_waiting: bool = True) -> str:
        """The same as a shell reads it."""
        return shlex.join(self.gcloud(is_waiting))

    @property
    def waiting_line(self) -> str:
        """The line of gcloud that shows what it says, until it has ended."""
        what = "jobs" if self.cluster else "batches"
        words = ["gcloud", "dataproc", what, "wait", self.job_id]
        words += [f"--project={self.project}", f"--region={self.region}"]
        return shlex.join(words)

    @property
    def goes_on(self) -> str:
        """What becomes of it when nobody here waits, and how to look at it."""
        return f"{self.kind} {self.job_id} goes on there; {self.waiting_line} shows it"

    @property
    def resource(self) -> dict:
        """The Job or the Batch."""
        pyspark = {"mainPythonFileUri": self._at(self.main), "args": self.arguments}
        if self.jars:
            pyspark["jarFileUris"] = [self._at(jar) for jar in self.jars]
        if self.cluster:
            if self.properties:
                pyspark["properties"] = self.properties
            return {
                "reference": {"projectId": self.project, "jobId": self.job_id},
                "placement": {"clusterName": self.cluster},
                "pysparkJob": pyspark,
            }
        config = {"version": self.runtime}
        if self.container:
            config["containerImage"] = self.container
        if self.properties:
            config["properties"] = self.properties
        return {"pysparkBatch": pyspark, "runtimeConfig": config}

    @property
    def request(self) -> tuple[str, dict[str, str], dict]:
        """Path, query and body of the request that submits it.

        Submitted again under its id, it is the same one to Dataproc.
        """
        if self.cluster:
            path = f"projects/{self.project}/regions/{self.region}/jobs:submit"
            return path, {}, {"job": self.resource, "requestId": self.job_id}
        path = f"projects/{self.project}/locations/{self.region}/batches"
        query = {"batchId": self.job_id, "requestId": self.job_id}
        return path, query, self.resource

    @property
    def path(self) -> str:
        """Where its state is asked."""
        if self.cluster:
            folder = f"projects/{self.project}/regions/{self.region}/jobs"
        else:
            folder = f"projects/{self.project}/locations/{self.region}/batches"
        return f"{folder}/{self.job_id}"

    def console(self) -> list[tuple[str, str]]:
        """Fields of the console's form, and what to enter."""
        rows = [("Region", self.region)]
        if self.cluster:
            rows += [("Job ID", self.job_id), ("Cluster", self.cluster)]
            rows.append(("Job type", "PySpark"))
        else:
            rows += [("Batch ID", self.job_id), ("Batch type", "PySpark")]
            rows.append(("Runtime version", self.runtime))
        if self.container:
            rows.append(("Custom container image", self.container))
        rows.append(("Main python file", self._at(self.main)))
        rows += [("Jar files", self._at(jar)) for jar in self.jars]
        rows += [("Arguments", word) for word in self.arguments]
        rows += [("Properties", f"{k}={v}") for k, v in self.properties.items()]
        return rows

    def _at(self, name: str) -> str:
        return str(self.folder / name)


def pairs(properties: dict[str, str]) -> str:
    """Properties as one word of gcloud's.

    A value that has commas asks for another separator (`gcloud topic escaping`).
    """
    words = [f"{name}={value}" for name, value in properties.items()]
    if not any("," in word for word in words):
        return ",".join(words)
    mark = next(mark for mark in "#;|@~" if not any(mark in word for word in words))
    return f"^{mark}^{mark.join(words)}"
