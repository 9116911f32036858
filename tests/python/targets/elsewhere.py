"""What the tests of every target share."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from project import Project
from servers_started import free_port
from states import state
from taxi.cluster.processes import Daemon, Daemons
from taxi.cluster.standalone import Wanted, start

# The quickest command that opens a session.
ASK = ("show", "--inline", "select 1")


def rows(project: Project) -> dict[str, Counter]:
    """The rows of every fact, but for the record of which tests have looked at them."""
    held = state(project).rows
    del held["int_trips__loaded_months"]
    return held


@dataclass
class Running:
    """A cluster of a test's own."""

    folder: Path
    master: str
    page: str

    @property
    def daemons(self) -> dict[str, Daemon]:
        return {one.name: one for one in Daemons(self.folder).read()}

    def unfinished_tasks(self, worker: str) -> int:
        """How many tasks the executors of a worker have begun and not ended."""
        logs = self.folder.glob(f"{worker}/app-*/*/stderr")
        text = "".join(path.read_text() for path in logs)
        return text.count("Running task") - text.count("Finished task")


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A cluster, for a while."""
    wanted = Wanted(port=free_port(), page=free_port())
    cluster = start(folder, wanted, lambda step: None)
    try:
        yield Running(folder, cluster.master, cluster.pages[0])
    finally:
        list(Daemons(folder).end())
