"""What names and folders tell of a file of trips: service, month and form.

What is unambiguous is read: any case, an underscore or nothing between year and month,
a browser's ` (1)`, folders such as `green/year=2023/month=03`. What is not raises.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from taxi.errors import TaxiError

_SERVICE = "green|yellow|fhvhv|fhv"
_DATA = re.compile(r"\.(parquet|csv|gz|zip)", re.I)
_EXTENSION = re.compile(r"(\.parquet|\.csv|\.csv\.gz|(\.csv|\.parquet)?\.zip)$", re.I)
_EXACT = re.compile(rf"({_SERVICE})_tripdata_\d{{4}}-\d\d\.(parquet|csv|csv\.gz)")
_OF_TRIPS = re.compile(rf"(?P<service>{_SERVICE})[-_ .]?trip[-_ ]?data[-_ .]*", re.I)
_MONTH = re.compile(r"(\d{4})(?:[-_. ]?(\d\d)|[-_. ](\d))(?!\d)")

# Year and month of a name that was read, for a reader of names that are columns.
MONTH_IN_NAME = r"^[A-Za-z]+[-_ .]?[A-Za-z]+[-_ ]?[A-Za-z]+[-_ .]*(\d{4})[-_. ]?(\d\d?)"

# What browsers and people add to the name of a whole file.
_COPY = re.compile(r"[(\[]\w{1,2}[)\]]|\bcopy \d+|(?<![a-z])v\d+(?![a-z\d])")
# What says that a file is less than a month, or more.
_PART = re.compile(
    r"\d|(?<![a-z])((part|pt|chunk|piece|split|shard|slice|segment|section|vol)[a-z]?"
    r"|half|partial|incomplete|sample|subset|excerpt|head|tail|first|second|third|last"
    r"|to|thru|through|until|and|[a-z])(?![a-z])"
)
# What lies beside files of trips: checksums, signatures, notes.
_BESIDE = re.compile(
    r"\.(md5|sha\d+|crc|crc32c|sfv|sig|asc|etag|txt|md|pdf|json|ya?ml|xml|html?|log|lock)",
    re.I,
)
# Of tables beside the trips.
_LOOKUP = re.compile("zone|lookup", re.I)

_SERVICE_FOLDER = re.compile(
    rf"(?:(?:service|service_type|color|colour|type|cab_type|taxi_type)=)?"
    rf"({_SERVICE})(?:[-_ ]?(?:taxi|cab|trips?|trip[-_ ]?data))?",
    re.I,
)
_KEY = re.compile(r"([^=]+)=(.*)")
_MONTH_KEYS = ("month", "source_month", "pickup_month", "year_month", "yyyymm")
_WHOLE_MONTH = re.compile(r"(\d{4})[-_]?(\d\d)(?:-01)?")
_SERVICE_KEYS = ("service", "service_type", "color", "colour", "type")
_SERVICE_KEYS += ("cab_type", "taxi_type")
_LATER_PART = re.compile(r"(?:part|data|chunk)[-_]?0*[1-9]\d*(?:\D|$)", re.I)


class OddName(TaxiError):
    """A file of trips whose name is not of one whole month.

    Attributes:
        name: the file's.
        reason: what is wrong with it.
        month: service and month that the name begins with, if it does.
    """

    def __init__(self, name: str, reason: str, month: tuple[str, date] | None = None):
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.month = month


@dataclass(frozen=True)
class Told:
    """What a name tells.

    Attributes:
        format: `parquet` or `csv`.
        is_exact: whether the name is as TLC writes it.
    """

    service: str
    month: date
    format: str
    is_exact: bool


def is_data(name: str) -> bool:
    """Whether a file may hold trips, by its extension; hidden ones and lookups not."""
    is_hidden = name.startswith((".", "_"))
    return (
        not is_hidden
        and bool(_DATA.fullmatch(PurePath(name).suffix))
        and not (_LOOKUP.search(name))
    )


def form_of(name: str) -> str:
    """`parquet` or `csv`, by the extension."""
    return "parquet" if ".parquet" in extension_of(name) else "csv"


def extension_of(name: str) -> str:
    """The extension in lower case, as `.csv.gz`; empty if it is none of ours."""
    found = _EXTENSION.search(name)
    return found[0].lower() if found else ""


def read_name(name: str) -> Told | None:
    """Read a file's name; None if it is not that of a file of trips.

    Raises:
        OddName: if it stands for no single month.
    """
    begin, extension = _OF_TRIPS.match(name), extension_of(name)
    if not begin or not extension:
        return None
    service = begin["service"].lower()
    tail = name[begin.end() : -len(extension)]
    found = _MONTH.match(tail)
    if not found:
        raise OddName(name, f"its name tells no month; {_advice(service)}")
    year, month = int(found[1]), int(found[2] or found[3])
    try:
        first = date(year, month, 1)
    except ValueError:
        shown = f"{found[1]}-{found[2] or found[3]}"
        raise OddName(name, f"there is no month {shown}; rename the file") from None
    if _PART.search(_COPY.sub("", tail[found.end() :].lower())):
        advice = _advice(service, first)
        reason = f"its name is of a part of a month, or of several; {advice}"
        raise OddName(name, reason, (service, first))
    return Told(service, first, form_of(name), bool(_EXACT.fullmatch(name)))


def refuse_other_form(name: str) -> None:
    """Refuse a file that is named like one of trips and is of no form that is read.

    Raises:
        OddName: if it is one, such as a download that was cut off.
    """
    if _OF_TRIPS.match(name) and not extension_of(name):
        if _BESIDE.fullmatch(PurePath(name).suffix):
            return
        reason = "is no .parquet, .csv, .csv.gz or .zip; unpack it, or fetch it again"
        raise OddName(name, reason)


def is_of_service_alone(name: str) -> bool:
    """Whether a name tells the service, and leaves the month to the folders."""
    begin = _OF_TRIPS.match(name)
    return bool(begin) and name[begin.end() :] in ("", extension_of(name).lstrip("."))


def check_folders(name: str, told: Told, folders: tuple[str, ...]) -> None:
    """Compare what a name tells with `key=value` folders around it.

    Raises:
        OddName: if they tell another service or month.
    """
    keyed = [folder for folder in folders if "=" in folder]
    services, months = _services(keyed), _months(keyed)
    if services - {told.service} or months - {told.month}:
        where = "/".join(keyed)
        raise OddName(name, f"its folders, {where}, tell another month; move the file")


def read_path(path: PurePath, around: str = "") -> Told | None:
    """Read the folders above a file whose name tells nothing; None if they do neither.

    Args:
        path: from the place that was named.
        around: the name of that place, which may be a service's.

    Raises:
        OddName: if it is a later part of a month.
    """
    *folders, name = path.parts
    extension = extension_of(name)
    if not folders or not extension or not is_data(name):
        return None
    stem = name[: -len(extension)]
    services = _services([*folders, *_stem_service(stem)]) or _services([around])
    months = _months([*folders, stem])
    if len(services) != 1 or len(months) != 1 or _is_finer(folders):
        return None
    (service,), (month,) = services, months
    if _LATER_PART.match(stem):
        reason = f"is a part of a month; {_advice(service, month)}"
        raise OddName(str(path), reason, (service, month))
    return Told(service, month, form_of(name), True)


def _advice(service: str, month: date | None = None) -> str:
    shown = f"{month:%Y-%m}" if month else "2023-01"
    return f"name a file of a whole month {service}_tripdata_{shown}.parquet or .csv"


def _stem_service(stem: str) -> list[str]:
    found = re.match(rf"({_SERVICE})(?![a-z])", stem, re.I)
    return [found[1]] if found else []


def _services(words: list[str]) -> set[str]:
    found = [_SERVICE_FOLDER.fullmatch(word) for word in words]
    return {one[1].lower() for one in found if one}


def _months(words: list[str]) -> set[date]:
    """The months that folders and a file's stem tell."""
    keys = _keys(words)
    found = [_WHOLE_MONTH.fullmatch(keys[key]) for key in _MONTH_KEYS if key in keys]
    pairs = [(one[1], one[2]) for one in found if one]
    if {"year", "month"} <= keys.keys():
        pairs.append((keys["year"], keys["month"]))
    plain = [re.sub(rf"^({_SERVICE})[-_ ]", "", word, flags=re.I) for word in words]
    found = [_WHOLE_MONTH.fullmatch(word) for word in plain]
    pairs += [(one[1], one[2]) for one in found if one]
    for year, month in pairwise(plain):
        if re.fullmatch(r"\d{4}", year) and re.fullmatch(r"\d\d", month):
            pairs.append((year, month))
    return {_first(*pair) for pair in pairs} - {None}


def _first(year: str, month: str) -> date | None:
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        return None


def _keys(words: list[str]) -> dict[str, str]:
    found = [_KEY.fullmatch(word) for word in words]
    return {one[1].lower(): one[2] for one in found if one}


def _is_finer(folders: list[str]) -> bool:
    """Whether folders divide by more than service and month, such as by days."""
    known = {"year", *_MONTH_KEYS, *_SERVICE_KEYS}
    plain = [folder for folder in folders if re.fullmatch(r"\d{1,2}", folder)]
    return bool(_keys(folders).keys() - known) or len(plain) > 1
