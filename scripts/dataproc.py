"""Run the project on Google's Dataproc: pack it, upload it, submit it.

`submit` runs a command there, on a cluster or as a batch without one; the command's own
options follow two dashes. `create` prints the line of gcloud that makes a cluster which
can.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from taxi.bucket_path import BucketPath
from taxi.commands import Parser, guarded
from taxi.dataproc import options as dataproc_options
from taxi.dataproc.creating import create_line
from taxi.dataproc.driver import __file__ as DRIVER
from taxi.dataproc.options import SUBMITTING
from taxi.dataproc.packing import Packed, named, pack
from taxi.dataproc.submission import GOOD, Submission
from taxi.dataproc.versions import TESTED
from taxi.errors import TaxiError

_EXAMPLES = """\
examples:
  dataproc.py create my-cluster --project my-project --region europe-west1
  dataproc.py submit build --cluster my-cluster --bucket gs://bucket/taxi --how rest
  dataproc.py submit export --batch --bucket gs://bucket/taxi -- --dataset nyc_taxi
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if what ran there failed."""
    words = sys.argv[1:] if argv is None else argv
    ours, _, theirs = _divided(words)
    parser, submitting = _parsers()
    options = parser.parse_args(ours)
    if options.what == "create":
        return guarded("dataproc", lambda: _create(options))
    dataproc_options.refuse_odd(submitting, options)
    submitted: list[Submission] = []
    return guarded(
        "dataproc",
        lambda: _submit(options, theirs, submitted),
        then=lambda: submitted[0].goes_on if submitted else "",
    )


def _divided(words: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in words:
        return words, "", []
    at = words.index("--")
    return words[:at], "--", words[at + 1 :]


def _create(options: argparse.Namespace) -> int:
    print(create_line(options))
    return 0


def _submit(
    options: argparse.Namespace, arguments: list[str], submitted: list[Submission]
) -> int:
    """Do what --how says.

    Args:
        submitted: is given what may have begun there.
    """
    from taxi.dataproc.uploading import listed_jars, upload

    line = dataproc_options.spark_line(options)
    if line != TESTED:
        print(
            f"dataproc: Spark {line} is there; the project is tested on {TESTED} alone",
            file=sys.stderr,
        )
    project = pack()
    driver = named("driver", ".py", Path(DRIVER).read_bytes())
    is_submitting = options.how in SUBMITTING and not options.dry_run
    is_uploading = is_submitting or options.upload
    jars = listed_jars(line, is_fetching=is_uploading)
    submission = _submission(options, project, driver, jars, arguments)
    if is_uploading:
        upload(options.bucket, [project, driver], jars)
    if not is_submitting:
        if not is_uploading:
            _say_files(options.bucket, [project.name, driver.name, *submission.jars])
        _say(submission, options)
        return 0
    submitted.append(submission)
    if options.how == "gcloud":
        return _run_gcloud(submission, options.is_waiting)
    return _use_rest(submission, options.is_waiting)


def _submission(
    options: argparse.Namespace,
    project: Packed,
    driver: Packed,
    jars: list[Path],
    arguments: list[str],
) -> Submission:
    words = [str(options.bucket / project.name)]
    settings = {"TAXI_LAKE": options.lake, "TAXI_CATALOG": options.catalog}
    if options.command != "revenue":
        for name, value in settings.items():
            words += ["--set", f"{name}={value}"]
    return Submission(
        options.project,
        options.region,
        options.cluster,
        options.id or dataproc_options.new_id(options.command),
        options.bucket,
        driver.name,
        [jar.name for jar in jars],
        [*words, options.command, *arguments],
        dict(options.properties),
        options.runtime if options.batch else None,
        options.container_image,
    )


def _say_files(folder: BucketPath, names: list[str]) -> None:
    for name in names:
        print(f"dataproc: would upload {folder / name}", file=sys.stderr)
    print("dataproc: nothing was sent; --upload uploads them", file=sys.stderr)


def _say(submission: Submission, options: argparse.Namespace) -> None:
    if options.how == "console":
        for field, value in submission.console():
            print(f"{field}: {value}")
    elif options.how == "rest":
        import json

        path, query, body = submission.request
        print(json.dumps({"path": path, "query": query, "body": body}, indent=2))
    else:
        print(submission.gcloud_line(options.is_waiting))


def _run_gcloud(submission: Submission, is_waiting: bool) -> int:
    if not shutil.which("gcloud"):
        raise TaxiError(
            "gcloud is not on the PATH; install Google's SDK, or use --how rest"
        )
    ended = subprocess.run(submission.gcloud(is_waiting), check=False)
    return 1 if ended.returncode else 0


def _use_rest(submission: Submission, is_waiting: bool) -> int:
    from taxi.dataproc.service import Dataproc

    dataproc = Dataproc()
    dataproc.submit(submission)
    print(f"submitted the {submission.kind} {submission.job_id}", file=sys.stderr)
    if not is_waiting:
        print(submission.job_id)
        return 0

    def on_state(state: str) -> None:
        print(f"{submission.job_id}: {state.lower()}", file=sys.stderr)

    end = dataproc.wait(submission, on_state)
    state, _, details = end.partition(": ")
    if state in GOOD:
        print(f"{submission.job_id} ended well")
        return 0
    raise TaxiError(
        f"{submission.kind} {submission.job_id} ended as {state}"
        f"{details and f' ({details.splitlines()[0]})'}; "
        f"{submission.waiting_line} shows what it said"
    )


def _parsers() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    parser = Parser(
        prog="dataproc.py",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parts = parser.add_subparsers(dest="what", required=True, metavar="submit|create")
    submitting = parts.add_parser("submit", allow_abbrev=False)
    dataproc_options.add_submission(submitting)
    creating = parts.add_parser("create", allow_abbrev=False)
    creating.add_argument("cluster", help="its name")
    dataproc_options.add_place(creating)
    creating.add_argument("--image", default="3.0", metavar="VERSION")
    return parser, submitting


if __name__ == "__main__":
    sys.exit(main())
