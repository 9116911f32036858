"""What Dataproc's images and serverless runtimes carry.

Images: docs.cloud.google.com/managed-spark/docs/concepts/versioning, its page
image-version-lists, as of 2026-06-30, read in a copy. Runtimes: see docs/dataproc.md.
"""

from dataclasses import dataclass

from taxi.errors import TaxiError

# The Spark that the project's tests run on.
TESTED = "4.1"

# The Spark lines that requirements/ lists an Iceberg runtime for.
_LISTED = (TESTED, "4.0")


@dataclass(frozen=True)
class Carried:
    """What a version carries; empty where it was not found."""

    spark: str
    scala: str
    java: str
    python: str

    @property
    def line(self) -> str:
        """The version of Spark without its last number."""
        return ".".join(self.spark.split(".")[:2])


IMAGES = {
    "3.0": Carried("4.1.1", "2.13", "21", "3.11"),
    "2.3": Carried("3.5.3", "2.12", "11", "3.11"),
    "2.2": Carried("3.5.3", "2.12", "11", "3.11"),
    "2.1": Carried("3.3.2", "2.12", "11", "3.10"),
}

RUNTIMES = {
    "3.0": Carried("4.0.1", "2.13", "21", "3.12"),
    "2.3": Carried("3.5.1", "2.13", "17", "3.12"),
    "2.2": Carried("3.5", "2.13", "17", ""),
    "1.2": Carried("3.5", "2.12", "17", ""),
    "1.1": Carried("3.3", "2.12", "11", ""),
}


def check_version(option: str, version: str, known: dict[str, Carried]) -> Carried:
    """What a version carries, such as `3.0`, `3.0-debian12` or `3.0.14`.

    Raises:
        TaxiError: if it is not known, or its Spark cannot run the project.
    """
    short = ".".join(version.partition("-")[0].split(".")[:2])
    carried = known.get(short)
    if carried is None:
        raise TaxiError(
            f"{option}: {version!r} is not known here; known are {', '.join(known)}"
        )
    if carried.line not in _LISTED:
        raise TaxiError(
            f"{option}: {version} carries Spark {carried.spark}; this project runs on "
            f"{TESTED}, and its jars are for that"
        )
    return carried
