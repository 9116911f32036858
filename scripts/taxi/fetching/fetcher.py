"""Looking at what is offered, and bringing here what is needed, several at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Protocol

from taxi.errors import TaxiError
from taxi.fetching.cache import Cache, Entry
from taxi.fetching.download import Download, over_limit
from taxi.fetching.offers import (
    Description,
    Missing,
    Offer,
    Place,
)
from taxi.fetching.patience import Patience
from taxi.fetching.plans import Plan, sizes
from taxi.fetching.pool import Pool
from taxi.landing.files import TripFile


class NotFetched(TaxiError):
    """A file could not be had; that says nothing about the file."""


class Watch(Protocol):
    """Is told how the fetching goes, from several threads."""

    def look(self, count: int) -> None:
        """So many files are being asked about."""

    def expect(self, sizes: dict[str, int | None]) -> None:
        """These files are to be fetched, with their bytes as far as they are known."""

    def receive(self, name: str, done: int, total: int | None) -> None:
        """So many bytes of a file are here."""

    def send(self, name: str, done: int, total: int) -> None:
        """So many bytes of a file were sent on."""

    def arrive(self, name: str) -> None:
        """A file is here."""


@dataclass(frozen=True)
class Brought:
    """A file that is here, and stays while this is open.

    Attributes:
        description: what is known of it, with its SHA-256 if it was fetched.
        byte_count: bytes that came over the network.
        entry: its place in the cache, if it was fetched.
    """

    file: TripFile
    description: Description
    byte_count: int = 0
    held: ExitStack = field(default_factory=ExitStack)
    entry: Entry | None = None

    @property
    def is_from_cache(self) -> bool:
        """Whether an earlier run fetched it."""
        return self.entry is not None and not self.byte_count

    def drop(self) -> None:
        """Remove the download, as it turned out to be spoilt."""
        if self.entry:
            self.entry.drop_file()

    def __enter__(self) -> "Brought":
        return self

    def __exit__(self, *_) -> None:
        self.held.close()


@dataclass
class Fetcher:
    """Brings the files of one place.

    Attributes:
        jobs: how many files are fetched at once.
        limit: the most bytes that a file may have.
        is_strict: whether content is compared where an ETag would do.
    """

    place: Place
    cache: Cache
    patience: Patience
    watch: Watch
    jobs: int
    limit: int
    is_strict: bool = False

    def __post_init__(self):
        self.pool = Pool(self.jobs)

    def close(self) -> None:
        """Let the threads end, and let go of what nobody took."""
        self.patience.stop.set()
        for future in self.pool.close():
            future.add_done_callback(_let_go)

    def survey(
        self, offers: list[Offer], is_known: Callable[[Offer, Description], bool]
    ) -> list[Plan]:
        """Ask about every file, and plan.

        Args:
            is_known: whether a file that is described so needs nothing more.

        Raises:
            TaxiError: if the place answers about none of them.
        """
        self.watch.look(len(offers))
        work = [lambda offer=offer: self._plan(offer, is_known) for offer in offers]
        plans = [future.result() for future in self.pool.in_order(work)]
        reasons = {plan.reason for plan in plans if plan.action == "refuse"}
        is_all = all(plan.action == "refuse" for plan in plans)
        if len(plans) > 1 and len(reasons) == 1 and is_all:
            raise TaxiError(*reasons)
        return plans

    def arrivals(self, plans: list[Plan]) -> Iterator[Future[Brought]]:
        """Bring files, several at once, and yield them in their order."""
        self.watch.expect(sizes(plans))
        return self.pool.in_order([lambda p=p: self.bring(p) for p in plans])

    def bring(self, plan: Plan) -> Brought:
        """Bring one file here, unless it is.

        Raises:
            Missing: if it is not there any more.
            NotFetched: if it cannot be had.
        """
        offer = plan.offer
        if plan.action == "refuse":
            raise NotFetched(plan.reason)
        if offer.is_here:
            return Brought(offer.file, plan.description)
        with ExitStack() as held:
            entry = held.enter_context(
                self.cache.entry(offer.address, offer.name, self.patience)
            )
            known = None if self.is_strict else entry.known_file()
            byte_count = 0
            if known is None or not plan.description.is_same_as(known):
                if self.is_strict:
                    entry.drop_part()
                known = self._download(offer, entry)
                byte_count = known.size
            file = replace(
                offer.file, path=entry.file, origin=offer.address, etag=known.etag
            )
            return Brought(file, known, byte_count, held.pop_all(), entry)

    def _download(self, offer: Offer, entry: Entry) -> Description:
        def receive(done: int, total: int | None) -> None:
            self.watch.receive(offer.name, done, total)

        download = Download(
            self.place, offer, entry, self.patience, self.limit, receive
        )
        try:
            return download.run()
        except TaxiError as error:
            raise NotFetched(str(error)) from error
        finally:
            self.watch.arrive(offer.name)

    def _plan(
        self, offer: Offer, is_known: Callable[[Offer, Description], bool]
    ) -> Plan:
        held = self.cache.remembered(offer.address, offer.name)
        is_wanted = held is not None and held.sha256 == offer.wanted_sha256
        if is_wanted and not self.is_strict:
            return Plan(offer, "use", held)
        try:
            description = self.place.describe(offer)
        except Missing as error:
            return Plan(offer, "miss", reason=str(error))
        except TaxiError as error:
            # What is here is read all the same, and refused with a better reason.
            action = "use" if offer.is_here else "refuse"
            return Plan(offer, action, reason=str(error))
        if offer.is_here:
            return Plan(offer, "use", description)
        size = description.size or 0
        if size > self.limit:
            reason = over_limit(size, self.limit)
            return Plan(offer, "refuse", description, reason)
        is_held = held is not None and description.is_same_as(held)
        if is_held and description.sha256 is None:
            description = replace(description, sha256=held.sha256)
        if not self.is_strict and is_known(offer, description):
            return Plan(offer, "leave", description)
        is_usable = is_held and not self.is_strict
        return Plan(offer, "use" if is_usable else "fetch", description)


def _let_go(future: Future) -> None:
    """Let go of a file that nobody took."""
    if future.exception() is None and isinstance(future.result(), Brought):
        future.result().held.close()
