"""What the options of dataproc.py say."""

import argparse
import os
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from taxi.bucket_path import SCHEME, BucketPath
from taxi.dataproc.driver import COMMANDS
from taxi.dataproc.versions import IMAGES, RUNTIMES, check_version

WAYS = ("print", "gcloud", "rest", "console")
SUBMITTING = ("gcloud", "rest")

# Of gcloud, and of what the console allows.
_PROJECT = r"([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"
_REGION = r"[a-z]+-[a-z]+[0-9]{1,2}"
_CLUSTER = r"[a-z]([a-z0-9-]{0,49}[a-z0-9])?"
_ID = r"[a-z0-9]([a-z0-9-]{2,61}[a-z0-9])"
_PROPERTY = r"([A-Za-z][A-Za-z0-9_.:-]*)=(.*)"


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where."""
    project = os.environ.get("GOOGLE_CLOUD_PROJECT")
    region = os.environ.get("CLOUDSDK_DATAPROC_REGION")
    parser.add_argument(
        "--project",
        type=matching(_PROJECT, "project id"),
        default=project,
        required=not project,
        help="the project's id (default: GOOGLE_CLOUD_PROJECT)",
    )
    parser.add_argument(
        "--region",
        type=matching(_REGION, "region, such as europe-west1"),
        default=region,
        required=not region,
        help="such as europe-west1 (default: CLOUDSDK_DATAPROC_REGION)",
    )


def add_submission(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what, and how."""
    parser.add_argument("command", choices=COMMANDS, help="what is to run there")
    add_place(parser)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--cluster",
        type=matching(_CLUSTER, "name of a cluster"),
        help="run as a job of this cluster",
    )
    where.add_argument(
        "--batch", action="store_true", help="run as a batch, without a cluster"
    )
    parser.add_argument(
        "--bucket",
        type=bucket_folder,
        required=True,
        metavar="gs://BUCKET/FOLDER",
        help="where the project's files go",
    )
    parser.add_argument(
        "--lake",
        type=bucket_folder,
        default=_lake_there(),
        metavar="gs://BUCKET/FOLDER",
        help="the lake (default: TAXI_LAKE); revenue needs none",
    )
    parser.add_argument(
        "--catalog",
        default=os.environ.get("TAXI_CATALOG"),
        metavar="ADDRESS",
        help="its catalog, as the cluster reaches it (default: TAXI_CATALOG)",
    )
    parser.add_argument(
        "--image",
        default="3.0",
        metavar="VERSION",
        help="the cluster's image version (default: 3.0, with Spark 4.1)",
    )
    parser.add_argument(
        "--runtime",
        default="3.0",
        metavar="VERSION",
        help="the batch's runtime version (default: 3.0, with Spark 4.0)",
    )
    parser.add_argument(
        "--container-image",
        metavar="IMAGE",
        help="container of a batch that has the Python packages",
    )
    parser.add_argument(
        "--id",
        type=matching(_ID, "id: 4 to 63 of a to z, 0 to 9 and -"),
        help="the job's or batch's id (default: one of its own)",
    )
    parser.add_argument(
        "--properties",
        type=_property,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a property of Spark, such as spark.executor.memory=8g; may be repeated",
    )
    parser.add_argument(
        "--how",
        choices=WAYS,
        default="print",
        help="print the line of gcloud (default), run it, use the REST interface, or "
        "print the values for the console's form",
    )
    parser.add_argument(
        "--async",
        dest="is_waiting",
        action="store_false",
        help="do not wait for its end",
    )
    parser.add_argument(
        "--upload",
        action="store_true",
        help="upload the project's files also where the submission is only printed",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done; send nothing"
    )


def refuse_odd(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if options.command != "revenue":
        if options.lake is None:
            parser.error("--lake gs://BUCKET/FOLDER is needed, where the cluster is")
        if not options.catalog:
            parser.error("--catalog is needed: the address as the cluster reaches it")
        if options.batch and options.catalog.startswith("sqlite:"):
            parser.error("--catalog: a batch keeps no file; name one on PostgreSQL")
    if options.upload and options.dry_run:
        parser.error("--upload: not allowed with --dry-run, which sends nothing")
    if options.container_image and options.cluster:
        parser.error("--container-image: a cluster has an image of its own")


def spark_line(options: argparse.Namespace) -> str:
    """The line of Spark there, such as 4.1.

    Raises:
        TaxiError: if the version is not known, or cannot run the project.
    """
    if options.batch:
        return check_version("--runtime", options.runtime, RUNTIMES).line
    return check_version("--image", options.image, IMAGES).line


def new_id(command: str) -> str:
    """An id that no other submission has."""
    return f"taxi-{command}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def matching(pattern: str, what: str) -> Callable[[str], str]:
    """The type of an option that is a text of a form."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} is no {what}")
        return text

    return read


def bucket_folder(text: str) -> BucketPath:
    """The type of an option that is a folder of a bucket."""
    try:
        return BucketPath.of_folder(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no folder of a bucket, such as gs://bucket/folder"
        ) from error


def _lake_there() -> str | None:
    """What `TAXI_LAKE` names, if a cluster can reach it."""
    named = os.environ.get("TAXI_LAKE") or ""
    return named if named.startswith(SCHEME) else None


def _property(text: str) -> tuple[str, str]:
    found = re.fullmatch(_PROPERTY, text, re.S)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return found[1], found[2]
