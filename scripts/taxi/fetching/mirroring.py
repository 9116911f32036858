"""Copying files as they are into a bucket, several at once."""

from dataclasses import dataclass

from rich.filesize import decimal

from taxi.errors import TaxiError
from taxi.fetching.download import is_parquet
from taxi.fetching.fetcher import Fetcher
from taxi.fetching.offers import Missing, Wanted
from taxi.fetching.patience import Stopped
from taxi.fetching.plans import Plan, find_offers, name_missing, sizes
from taxi.fetching.progress import RunProgress
from taxi.fetching.setting import Fetching
from taxi.fetching.target import Target
from taxi.lake import Lake
from taxi.telling import Teller, as_facts, listed


@dataclass(frozen=True)
class Mirroring:
    """What a run is to copy.

    Attributes:
        bucket, folder: where to.
        form: how the run reports; see `Teller`.
        ignores_others: whether files whose names tell no month are no fault.
    """

    fetching: Fetching
    wanted: Wanted
    bucket: str
    folder: str
    form: str = "text"
    ignores_others: bool = False


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
        offers = find_offers(
            fetcher.place, wishes.wanted, teller, wishes.ignores_others
        )
        plans = fetcher.survey(offers, target.holds)
        name_missing(plans, wishes.wanted, fetcher.place, teller)
        _copy_all(fetcher, target, plans, teller)
    return teller


def _copy_all(
    fetcher: Fetcher, target: Target, plans: list[Plan], teller: Teller
) -> None:
    """Copy what was planned, and sum up."""
    counts = dict.fromkeys(("mirrored", "replaced", "unchanged"), 0)
    byte_count = 0
    there = sorted(
        (plan for plan in plans if plan.action != "miss"), key=lambda p: p.file.name
    )
    there = _with_names_of_their_own(there, teller)
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


def _with_names_of_their_own(plans: list[Plan], teller: Teller) -> list[Plan]:
    """Those plans whose copies would not overwrite each other; the rest is refused."""
    kept: dict[str, Plan] = {}
    for plan in plans:
        first = kept.setdefault(plan.file.name, plan)
        if first is not plan:
            teller.refuse(plan.file.name, f"{first.offer.address} has the same name")
    return list(kept.values())


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
            if fetcher.patience.stop.is_set():
                raise Stopped
            fetcher.watch.send(name, done, size)

        # Where a file lies on this machine is nobody else's business.
        origin = None if plan.offer.is_here else plan.offer.address
        event = fetcher.patience.persist(
            name, lambda: target.put(name, origin, brought, send)
        )
        send(size)
        return event, size
