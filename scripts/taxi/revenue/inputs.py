"""Which files stand for which month."""

import sys
from dataclasses import dataclass
from pathlib import Path

from taxi.errors import TaxiError
from taxi.landing import files
from taxi.landing.files import TripFile
from taxi.revenue.storage import Found, Storage
from taxi.telling import printable


@dataclass(frozen=True)
class Input:
    """A file of trips; its month is that of its name."""

    address: str
    file: TripFile
    byte_count: int


def find_inputs(storage: Storage, service: str, addresses: list[str]) -> list[Input]:
    """The files to read of a service, one for each month.

    A CSV gives way to a parquet file of its month, which is said on stderr.

    Args:
        addresses: files, folders and patterns.

    Raises:
        TaxiError: if there is none, or two claim a month; or a file is another
            service's.
    """
    claims = {}
    for address in addresses:
        found = [_input(service, one) for one in storage.files(address)]
        found = [one for one in found if one is not None]
        if not found:
            raise TaxiError(
                f"{address} holds no files of {service} trips; they are named as TLC "
                f"names them, {service}_tripdata_2020-12.parquet"
            )
        claims |= {one.address: one for one in found}
    months = files.by_month(list(claims.values()), lambda one: one.file)
    return [_best(claims) for claims in months]


def _input(service: str, found: Found) -> Input | None:
    """A file of the service, else None; one that was named must be such a file."""
    file = files.parse(Path(found.name))
    if file is not None and file.service == service:
        if files.is_for_landing_alone(file.name):
            raise TaxiError(
                f"{found.address}: Spark reads no zip archive, nor .GZ in capitals; "
                "unpack or rename it"
            )
        return Input(found.address, file, found.byte_count)
    if not found.is_named:
        return None
    if file is None:
        raise TaxiError(
            f"{found.address} is not named as TLC names files, such as "
            f"{service}_tripdata_2020-12.parquet; its month is not known"
        )
    raise TaxiError(
        f"{found.address} is a file of {file.service} trips, not of {service} ones"
    )


def _best(claims: list[Input]) -> Input:
    best, *others = claims
    for other in others:
        if other.file.format == best.file.format:
            raise TaxiError(
                f"{best.address} and {other.address} are of the same month; name one"
            )
        words = f"passed over {other.file.name}: {best.file.name} has the month"
        print(printable(words), file=sys.stderr)
    return best
