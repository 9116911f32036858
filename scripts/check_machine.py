"""Say in one line what this machine lacks, before anything is installed.

Runs on the machine's own Python, however old, so it uses nothing newer than Python 3.6.
"""

import os
import re
import subprocess
import sys

PYTHON_FIRST, PYTHON_END = (3, 11), (3, 14)
# Spark 4.1 needs 17; from 23 on the JVM refuses Subject.getSubject, which Hadoop calls.
JAVA_FIRST, JAVA_END = 17, 23


def python_fault(version):
    """What is wrong with this version of Python, or None.

    Args:
        version: the first two numbers of the version.
    """
    if PYTHON_FIRST <= version < PYTHON_END:
        return None
    return (
        "Python {}.{} found; install Python 3.11, 3.12 or 3.13, "
        "or name one: make PYTHON=python3.12".format(*version)
    )


def java_command(environment):
    """The java that Spark will start: that of JAVA_HOME, else the one on the path."""
    home = environment.get("JAVA_HOME")
    return os.path.join(home, "bin", "java") if home else "java"


def java_fault(command):
    """What is wrong with this java, or None.

    Args:
        command: the program to ask for its version.
    """
    remedy = "install Java 17 or 21 (a JDK or JRE), or set JAVA_HOME to one"
    try:
        process = subprocess.Popen(
            [command, "-version"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )
        output = process.communicate()[0]
    except OSError:
        return "no Java found ({} cannot be run); {}".format(command, remedy)
    found = re.search(r'version "(\d+)(?:\.(\d+))?', output)
    if process.returncode or not found:
        return "no Java found ({} names no version); {}".format(command, remedy)
    # Java 8 calls itself 1.8.
    version = int(found.group(2) if found.group(1) == "1" else found.group(1))
    if JAVA_FIRST <= version < JAVA_END:
        return None
    too = "old" if version < JAVA_FIRST else "new"
    return "Java {} is too {} for Spark 4.1; {}".format(version, too, remedy)


def main():
    """Print each fault to stderr; the exit code is 1 if there is one."""
    faults = [
        python_fault(tuple(sys.version_info[:2])),
        java_fault(java_command(os.environ)),
    ]
    for fault in faults:
        if fault:
            sys.stderr.write("This machine cannot run the project: " + fault + "\n")
    return 1 if any(faults) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.stderr.write("check_machine: interrupted; run the command again\n")
        sys.exit(130)
