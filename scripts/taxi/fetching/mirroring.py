"""Copying files as they are into a bucket, each checked, and none over another's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from google.api_core.exceptions import PreconditionFailed
from google.cloud import storage
from rich.filesize import decimal

from taxi.errors import TaxiError
from taxi.fetching.buckets import Bucket, explained
from taxi.fetching.cache import sha256_of
from taxi.fetching.download import crc32c_of, is_parquet
from taxi.fetching.fetcher import Brought, Fetcher
from taxi.fetching.offers import Description, Missing, Offer, Wanted
from taxi.fetching.plans import Plan, find_offers, name_missing, sizes
from taxi.fetching.progress import RunProgress
from taxi.fetching.setting import Fetching
from taxi.lake import Lake
from taxi.telling import Teller, as_facts, listed

_CONTENT_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".gz": "application/gzip",
}


@dataclass(frozen=True)
class Mirroring:
    """What a run is to copy.

    Attributes:
        bucket, folder: where to.
        form: how the run reports; see `Teller`.
    """

    fetching: Fetching
    wanted: Wanted
    bucket: str
    folder: str
    form: str = "text"


def mirror(lake: Lake, wishes: Mirroring) -> Teller:
    """Copy what is wanted, several files at once, and say how each fared.

    Raises:
        TaxiError: if there is nothing to copy, or the bucket cannot be read.
    """
    teller = Teller(wishes.form)
    progress = RunProgress("mirror", wishes.form == "quiet")
    with (
        teller.concluding(),
        progress,
        wishes.fetching.open(lake, progress) as fetcher,
    ):
        settings = wishes.fetching.settings(fetcher.patience)
        target = Target(settings.bucket(wishes.bucket, wishes.folder))
        offers, odd_names = find_offers(fetcher.place, wishes.wanted)
        for error in odd_names:
            teller.refuse(*str(error).split(": ", 1))
        plans = fetcher.survey(offers, target.holds)
        name_missing(plans, wishes.wanted, fetcher.place, teller)
        _copy_all(fetcher, target, plans, teller)
    return teller


@dataclass
class Target:
    """The folder of the bucket that is copied into.

    Attributes:
        objects: what was there when the run began, by name without the folder.
    """

    place: Bucket
    objects: dict[str, storage.Blob] = field(init=False)

    def __post_init__(self):
        blobs = self.place.list_objects()
        self.objects = {blob.name.rsplit("/", 1)[-1]: blob for blob in blobs}

    def holds(self, offer: Offer, found: Description) -> bool:
        """Whether a file that is described so was copied, as far as can be told."""
        blob = self.objects.get(offer.name)
        if blob is None:
            return False
        kept = blob.metadata or {}
        if found.sha256 is not None:
            return kept.get("sha256") == found.sha256 and found.size == blob.size
        copied = Description(blob.size, kept.get("etag"), kept.get("last_modified"))
        return kept.get("origin") == offer.address and copied.is_same_as(found)

    def put(
        self,
        name: str,
        origin: str | None,
        brought: Brought,
        on_bytes: Callable[[int], None] = lambda done: None,
    ) -> str:
        """Copy a file, unless the same bytes are there. Return what was done.

        Args:
            origin: address that the file has on the network.
            on_bytes: is told how many bytes were read to be sent.

        Raises:
            TaxiError: if somebody else is writing the object, or it arrives changed.
            Transient: if it is worth another attempt.
        """
        path = brought.file.path
        crc32c = crc32c_of(path)
        told = {
            "sha256": brought.description.sha256 or sha256_of(path),
            "etag": brought.description.first_etag or brought.description.etag,
            "last_modified": brought.description.modified,
            "origin": origin,
        }
        kept = {key: value for key, value in told.items() if value}
        held = self.objects.get(name)
        if held is not None and held.crc32c == crc32c:
            self._keep(held, kept)
            return "unchanged"
        blob = self.place.object(name)
        blob.metadata = kept
        try:
            with explained(self.place.bucket.name), _Watched(path, on_bytes) as data:
                blob.upload_from_file(
                    data,
                    size=path.stat().st_size,
                    content_type=_CONTENT_TYPES[path.suffix],
                    if_generation_match=held.generation if held else 0,
                    checksum="crc32c",
                    timeout=self.place.timeout,
                    retry=self.place.retry,
                )
        except PreconditionFailed as error:
            # Another mirror's, or this one's own whose answer was lost.
            self._compare(name, crc32c, error)
            return "unchanged"
        if blob.crc32c != crc32c:
            raise TaxiError("arrived changed: its CRC32C differs; run again")
        return "replaced" if held else "mirrored"

    def _keep(self, blob: storage.Blob, kept: dict[str, str]) -> None:
        """Note where the bytes are from, if that is not there yet."""
        if (blob.metadata or {}) | kept == blob.metadata:
            return
        blob.metadata = (blob.metadata or {}) | kept
        with explained(self.place.bucket.name):
            try:
                blob.patch(
                    if_metageneration_match=blob.metageneration,
                    timeout=self.place.timeout,
                )
            except PreconditionFailed:
                # Another mirror is noting the same.
                return

    def _compare(self, name: str, crc32c: str, error: Exception) -> None:
        with explained(self.place.bucket.name):
            blob = self.place.bucket.get_blob(
                self.place.object(name).name, timeout=self.place.timeout
            )
        if blob is None or blob.crc32c != crc32c:
            raise TaxiError(
                "another mirror wrote another file there meanwhile; run again"
            ) from error


class _Watched(FileIO):
    """A file that says how far it was read."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None]):
        super().__init__(path)
        self._on_bytes = on_bytes

    def read(self, size: int = -1) -> bytes:
        data = super().read(size)
        self._on_bytes(self.tell())
        return data


def _copy_all(
    fetcher: Fetcher, target: Target, plans: list[Plan], teller: Teller
) -> None:
    """Copy what was planned, and sum up."""
    counts = dict.fromkeys(("mirrored", "replaced", "unchanged"), 0)
    byte_count = 0
    there = sorted(
        (plan for plan in plans if plan.action != "miss"), key=lambda p: p.file.name
    )
    fetcher.watch.expect(sizes(there))
    work = [lambda plan=plan: _copy(fetcher, target, plan) for plan in there]
    for plan, future in zip(there, fetcher.pool.in_order(work), strict=True):
        name = plan.file.name
        try:
            event, size = future.result()
        except Missing as error:
            teller.miss(name, str(error))
        except TaxiError as error:
            teller.refuse(name, str(error))
        else:
            counts[event] += 1
            byte_count += size if event != "unchanged" else 0
            facts = {"bytes": size, "origin": plan.offer.address}
            teller.say(event, name, decimal(size), facts)
    counts |= {"missing": teller.missing_count, "refused": teller.refused_count}
    shown = listed(counts, seldom=("replaced", "missing"))
    facts = as_facts(counts) | {"copied_bytes": byte_count}
    teller.conclude(f"files: {shown}; copied {decimal(byte_count)}", facts)


def _copy(fetcher: Fetcher, target: Target, plan: Plan) -> tuple[str, int]:
    """Copy one file. Return what was done, and its bytes."""
    if plan.action == "leave":
        return "unchanged", plan.description.size or 0
    with fetcher.bring(plan) as brought:
        path = brought.file.path
        if brought.file.format == "parquet" and not is_parquet(path):
            raise TaxiError("is no whole parquet")
        name = plan.file.name
        size = path.stat().st_size

        def send(done: int) -> None:
            fetcher.watch.send(name, done, size)

        # Where a file lies on this machine is nobody else's business.
        origin = None if fetcher.place.is_here else plan.offer.address
        event = fetcher.patience.persist(
            name, lambda: target.put(name, origin, brought, send)
        )
        send(size)
        return event, size
