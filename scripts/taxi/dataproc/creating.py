"""The line of gcloud that makes a cluster which can run the project."""

import argparse
import shlex
import tomllib

from packaging.requirements import Requirement

from taxi.dataproc.submission import pairs
from taxi.dataproc.versions import IMAGES, check_version
from taxi.lake import PROJECT


def create_line(options: argparse.Namespace) -> str:
    """The line, as a shell reads it.

    Raises:
        TaxiError: if the image is not known, or cannot run the project.
    """
    python = check_version("--image", options.image, IMAGES).python
    packages = ",".join(pinned_packages(python))
    return shlex.join(
        [
            *("gcloud", "dataproc", "clusters", "create", options.cluster),
            f"--project={options.project}",
            f"--region={options.region}",
            f"--image-version={options.image}",
            f"--properties={pairs({'dataproc:pip.packages': packages})}",
        ]
    )


def pinned_packages(python: str) -> list[str]:
    """What the project depends on, in the versions of its lock; Spark is there.

    Args:
        python: version of Python there, such as 3.11.
    """
    there = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    versions = {}
    for line in (PROJECT / "requirements" / "runtime.txt").read_text().splitlines():
        if not line or line.startswith((" ", "#")):
            continue
        locked = Requirement(line.removesuffix("\\"))
        if locked.marker is None or locked.marker.evaluate(there):
            versions[locked.name] = locked.specifier
    listed = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = map(Requirement, listed["dependencies"])
    return [
        f"{one.name}{_extras(one)}{versions[one.name]}"
        for one in wanted
        if one.name != "pyspark"
    ]


def _extras(requirement: Requirement) -> str:
    return f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
