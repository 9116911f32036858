"""Which of Spark's stages runs and how far it is, on a terminal only."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark import SparkContext

_PAUSE_SECONDS = 0.3


@contextmanager
def showing_stages(context: SparkContext) -> Iterator[None]:
    """Show the tasks done of the stage at hand, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    try:
        from taxi.progress import RowProgress
    except ModuleNotFoundError:
        # Under spark-submit there may be nothing but pyspark.
        yield
        return
    done = threading.Event()
    with RowProgress() as progress:
        watcher = threading.Thread(
            target=_watch, args=(context, progress, done), daemon=True
        )
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def _watch(context: SparkContext, progress, done: threading.Event) -> None:
    tracker = context.statusTracker()
    shown = None
    while not done.wait(_PAUSE_SECONDS):
        for stage_id in tracker.getActiveStageIds():
            stage = tracker.getStageInfo(stage_id)
            if stage is None:
                continue
            if shown != stage_id:
                progress.begin(f"stage {stage_id}, tasks", stage.numTasks)
                shown = stage_id
            progress.advance(stage.numCompletedTasks)
            break
