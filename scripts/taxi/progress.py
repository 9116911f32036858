"""Progress over the rows of files, on a terminal only."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


class RowProgress:
    """Shows the rows done of the file at hand, if stderr is a terminal that can."""

    def __init__(self):
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            disable=not sys.stderr.isatty() or console.is_dumb_terminal,
            transient=True,
            # Results that go to a file or a pipe must go there while a bar is shown.
            redirect_stdout=sys.stdout.isatty(),
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> "RowProgress":
        self._progress.start()
        return self

    def __exit__(self, *_) -> None:
        self._progress.stop()

    def begin(self, name: str, total: int | None = None) -> None:
        # A task keeps its total for ever, and not every file's is known.
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(name, total=total)

    def advance(self, done: int, total: int | None = None) -> None:
        self._progress.update(self._task, completed=done, total=total)
