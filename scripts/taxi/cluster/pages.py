"""What the page of a standalone master says of it, as far as that can be read.

Sources: `/json/` of the page, as `org.apache.spark.deploy.JsonProtocol` writes it, and
the version in its heading, which `/json/` lacks.
"""

import json
import os
import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyspark

from taxi.errors import TaxiError

_SECONDS = 3
_UNITS = {"": 1, "m": 1, "g": 1024, "t": 1024 * 1024}


@dataclass(frozen=True)
class Master:
    """A master and its workers.

    Attributes:
        address: `spark://host:port`.
        version: of its Spark; empty if its page does not say.
        free: memory in MiB that each worker with a free core has left.
        workers: how many are alive.
        applications: the names of those that run.
    """

    address: str
    is_alive: bool
    version: str
    workers: int
    free: list[int]
    applications: list[str]


def read_master(page: str) -> Master | None:
    """Read the page of a master; None if it does not answer as one."""
    try:
        state = json.loads(_get(f"{page}/json/"))
        found = re.search(r'class="version"[^>]*>\s*([0-9][\w.-]*)', _get(f"{page}/"))
        alive = [one for one in state["workers"] if one["state"] == "ALIVE"]
        return Master(
            state["url"],
            state["status"] == "ALIVE",
            found[1] if found else "",
            len(alive),
            [one["memoryfree"] for one in alive if one["coresfree"]],
            [one["name"] for one in state["activeapps"]],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_fits(settings: dict[str, str]) -> bool:
    """Check that a master can give a session an executor. Return whether it told.

    Its page is looked for at `TAXI_MASTER_PAGE`, by default at port 8080 of its host.

    Raises:
        TaxiError: if it cannot.
    """
    address = settings["spark.master"]
    host = urlsplit(address.partition(",")[0]).hostname
    page = os.environ.get("TAXI_MASTER_PAGE") or f"http://{host}:8080"
    master = read_master(page)
    if master is None or master.address != address:
        return False
    if master.version not in ("", pyspark.__version__):
        raise TaxiError(
            f"{address} is of Spark {master.version}, and {pyspark.__version__} is "
            "installed here; they do not understand each other"
        )
    if not master.workers:
        raise TaxiError(f"{address} has no workers; start some of the same Spark")
    if not master.free:
        raise TaxiError(
            f"{address} has no free core: {', '.join(master.applications)} holds all; "
            "wait until it ends"
        )
    memory = settings.get("spark.executor.memory", "1g")
    if mebibytes(memory) > max(master.free):
        raise TaxiError(
            f"{address} has no worker with {memory} left for an executor, at most "
            f"{max(master.free)}m; set TAXI_EXECUTOR_MEMORY to less, or start workers "
            "with more (scripts/cluster.py start --memory)"
        )
    return True


def mebibytes(memory: str) -> int:
    """Read an amount of memory as Spark writes it, such as `700m` or `2g`.

    Raises:
        TaxiError: if it is none.
    """
    found = re.fullmatch(r"([0-9]{1,9})([mgt]?)b?", memory.strip().lower())
    if not found or not int(found[1]):
        raise TaxiError(f"{memory!r} is no amount of memory; write 700m or 2g")
    return int(found[1]) * _UNITS[found[2]]


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
        return answer.read().decode(errors="replace")
