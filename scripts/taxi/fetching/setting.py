"""How a run fetches: what its options say, made into a fetcher."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from taxi.fetching.cache import Cache
from taxi.fetching.fetcher import Fetcher
from taxi.fetching.patience import Patience
from taxi.fetching.places import Opener, Settings
from taxi.fetching.progress import RunProgress
from taxi.lake import PROJECT, Lake
from taxi.landing.staging import Staging

# TLC's largest file has half a gigabyte.
MOST_BYTES = 4 << 30

# Files fetched at once.
JOBS = 4


@dataclass(frozen=True)
class Fetching:
    """Where the files are, and how they are brought here.

    Attributes:
        opener: opens the place; None where each file has a place of its own.
        jobs: how many files are fetched at once.
        retries: further attempts after a failed one.
        timeout: seconds without an answer or without bytes that are borne.
        most_bytes: the most that a file may have.
        is_strict: whether content is compared where an ETag would do.
        is_kept: whether downloads stay in the cache.
        project, endpoint: of Google Cloud Storage, if not its own.
    """

    opener: Opener | None
    jobs: int = JOBS
    retries: int = 5
    timeout: float = 30.0
    most_bytes: int = MOST_BYTES
    is_strict: bool = False
    is_kept: bool = True
    project: str | None = None
    endpoint: str | None = None

    @contextmanager
    def open(self, lake: Lake, progress: RunProgress) -> Iterator[Fetcher]:
        """A fetcher, whose threads and locks end with the context."""
        patience = Patience(self.retries, progress.tell)
        with self._cache(lake) as cache:
            settings = self.settings(patience, (lake.home, cache_folder(lake)))
            fetcher = Fetcher(
                self.opener(settings),
                cache,
                patience,
                progress,
                self.jobs,
                self.most_bytes,
                self.is_strict,
            )
            try:
                yield fetcher
            finally:
                fetcher.close()

    def settings(
        self, patience: Patience, own_folders: tuple[Path, ...] = ()
    ) -> Settings:
        """How places are reached; see `Settings`."""
        return Settings(
            patience, self.timeout, self.project, self.endpoint, own_folders
        )

    @contextmanager
    def _cache(self, lake: Lake) -> Iterator[Cache]:
        if self.is_kept:
            yield Cache(cache_folder(lake))
            return
        # A run that is killed leaves its staging folder for the next one to clear.
        with Staging(lake.home, f"fetch-{uuid.uuid4().hex}") as staging:
            yield Cache(staging.folder, is_kept=False)


def cache_folder(lake: Lake) -> Path:
    """Where downloads are kept: `TAXI_CACHE`, or `cache` in the lake's folder."""
    named = os.environ.get("TAXI_CACHE")
    return PROJECT / Path(named).expanduser() if named else lake.home / "cache"
