"""Progress of fetching and landing: bars on a terminal, plain lines in a pipe."""

import re
import sys
import threading

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from taxi.telling import printable


class Amount(ProgressColumn):
    """How much is done, of how much, and how much a second."""

    def render(self, task: Task) -> Text:
        is_bytes = task.fields["is_bytes"]
        say = decimal if is_bytes else "{:,}".format
        done = say(int(task.completed))
        of = f" of {say(int(task.total))}" if task.total else ""
        unit = "" if is_bytes else " rows"
        speed = task.finished_speed or task.speed
        rate = f", {say(int(speed))}/s" if speed else ""
        return Text(f"{done}{of}{unit}{rate}", style="progress.download")


class RunProgress:
    """Shows a run on stderr; a `Watch`, and what landing tells its rows to.

    Args:
        command: name of the command, for lines in a pipe.
        is_quiet: whether to show nothing at all.
    """

    def __init__(self, command: str, is_quiet: bool = False):
        self._command = command
        self._is_quiet = is_quiet
        console = Console(stderr=True)
        self._has_bars = console.is_terminal and not is_quiet
        self._progress = Progress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=20),
            Amount(table_column=Column(no_wrap=True)),
            TimeRemainingColumn(table_column=Column(no_wrap=True)),
            console=console,
            disable=not self._has_bars,
            transient=True,
            # Results that go to a file or a pipe must go there while bars are shown.
            redirect_stdout=sys.stdout.isatty(),
        )
        self._lock = threading.Lock()
        self._files: dict[str, TaskID] = {}
        self._bytes: dict[str, int] = {}
        self._sizes: dict[str, int | None] = {}
        self._arrived = 0
        self._all: TaskID | None = None
        self._rows: dict[str, TaskID] = {}

    def __enter__(self) -> "RunProgress":
        self._progress.start()
        return self

    def __exit__(self, *_) -> None:
        self._progress.stop()

    def tell(self, name: str, text: str) -> None:
        """Say something of a file that is under way."""
        line = printable(f"{self._command}: {name}: {text}")
        if self._has_bars:
            self._progress.console.print(escape(line), highlight=False)
        elif not self._is_quiet:
            print(line, file=sys.stderr)

    def look(self, count: int) -> None:
        """See `Watch`."""
        self._end_all()
        self._all = self._add(f"asking about {count} files")

    def expect(self, sizes: dict[str, int | None]) -> None:
        """See `Watch`."""
        self._end_all()
        self._sizes = sizes
        if sizes:
            self._all = self._add(self._summary(), _sum(sizes), is_bytes=True)

    def receive(self, name: str, done: int, total: int | None) -> None:
        """See `Watch`."""
        with self._lock:
            if name not in self._files:
                self._files[name] = self._add(name, total, is_bytes=True)
            self._bytes[name] = done
            self._sizes.setdefault(name, total)
            self._progress.update(self._files[name], completed=done, total=total)
            if self._all is not None:
                count = sum(self._bytes.values())
                self._progress.update(self._all, completed=count)

    def send(self, name: str, done: int, total: int) -> None:
        """See `Watch`."""
        label = f"copying {name}"
        with self._lock:
            if label not in self._files:
                self._files[label] = self._add(label, total, is_bytes=True)
            self._progress.update(self._files[label], completed=done)
            if done == total:
                self._progress.remove_task(self._files.pop(label))

    def arrive(self, name: str) -> None:
        """See `Watch`."""
        with self._lock:
            if name in self._files:
                self._progress.remove_task(self._files.pop(name))
            self._arrived += 1
            if self._all is not None:
                self._progress.update(self._all, description=self._summary())

    def advance(self, name: str, done: int, total: int | None = None) -> None:
        """So many rows of a file were read."""
        with self._lock:
            if name not in self._rows:
                self._rows[name] = self._add(f"landing {name}")
            self._progress.update(self._rows[name], completed=done, total=total)

    def end(self, name: str) -> None:
        """A file is landed, or will not be."""
        with self._lock:
            if name in self._rows:
                self._progress.remove_task(self._rows.pop(name))

    def _summary(self) -> str:
        return f"fetched {self._arrived} of {len(self._sizes)} files"

    def _add(
        self, text: str, total: int | None = None, is_bytes: bool = False
    ) -> TaskID:
        # The rest of a name would not leave a terminal of 80 columns room for a bar.
        short = re.sub(r"\.(parquet|csv|csv\.gz)$", "", text)
        return self._progress.add_task(escape(short), total=total, is_bytes=is_bytes)

    def _end_all(self) -> None:
        if self._all is not None:
            self._progress.remove_task(self._all)
            self._all = None


def _sum(sizes: dict[str, int | None]) -> int | None:
    """The sum of all sizes; None if one is not known."""
    known = [size for size in sizes.values() if size is not None]
    return sum(known) if len(known) == len(sizes) else None
