"""How the JVM of a session on this machine is started."""

import os
import re
from pathlib import Path

import pyspark

from taxi.folder import PROJECT

# Classes as the JVM has them in memory: it maps them instead of loading them again. A
# JVM that it does not fit passes over it. scripts/archive_classes.py makes it.
CLASS_ARCHIVE = Path(pyspark.__file__).parent / "classes.jsa"

_LOGGING = PROJECT / "profiles" / "spark" / "log4j2.properties"


def java_options(archive: str | None = None) -> dict[str, str]:
    """The session settings that name the JVM's options.

    A folder of settings that somebody named in `SPARK_CONF_DIR` is left to say them. It
    is on the class path, where an archive allows of no folder that holds files.

    Args:
        archive: the option that uses or makes a class archive; by default the one that
            uses the installed one, if there is one.
    """
    if os.environ.get("SPARK_CONF_DIR"):
        return {}
    options = [f"-Dlog4j2.configurationFile={quoted(_LOGGING)}"]
    if archive is None and CLASS_ARCHIVE.is_file():
        archive = f"-XX:SharedArchiveFile={quoted(CLASS_ARCHIVE)}"
    if archive:
        # What the JVM has to say of an archive goes where its other words go.
        options += [archive, "-Xlog:disable", "-Xlog:all=warning:stderr"]
    return {"spark.driver.extraJavaOptions": " ".join(options)}


def quoted(path: Path) -> str:
    """A path as Spark takes it in a list of Java's options."""
    return re.sub(r"([\s'\"\\])", r"\\\1", str(path))
