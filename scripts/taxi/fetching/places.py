"""Reading what `--from` and `--to` name: a folder, a web server, a bucket."""

import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from taxi.errors import TaxiError
from taxi.fetching.folder import Folder
from taxi.fetching.http import Client
from taxi.fetching.offers import Place, checked
from taxi.fetching.patience import Patience
from taxi.fetching.web import Web
from taxi.landing.file_names import is_data
from taxi.landing.files import TripFile, parse

if TYPE_CHECKING:
    # Whoever asks no bucket starts quicker without Google's modules.
    from taxi.fetching.buckets import Bucket

# Names that Google Cloud Storage allows to a bucket.
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")

# Builds the place once it is known how a run bears failures.
Opener = Callable[["Settings"], Place]


class Settings:
    """How places are reached.

    Attributes:
        patience: how failures are borne.
        timeout: seconds without an answer or without bytes.
        project, endpoint: of Google Cloud Storage, if not its own.
        own_folders: those of the lake, which are no place to look for files in.
    """

    def __init__(
        self,
        patience: Patience,
        timeout: float,
        project: str | None = None,
        endpoint: str | None = None,
        own_folders: tuple[Path, ...] = (),
    ):
        self.patience = patience
        self.timeout = timeout
        self.project = project
        self.endpoint = endpoint
        self.own_folders = own_folders

    def bucket(self, name: str, prefix: str) -> "Bucket":
        """A folder of a bucket, open."""
        from taxi.fetching.buckets import Bucket, open_bucket

        bucket = open_bucket(name, self.project, self.endpoint)
        return Bucket(bucket, prefix, self.patience.retries, self.timeout)


def needs_months(text: str) -> bool:
    """Whether a place lists nothing, so that the months must be named."""
    return _scheme(text) in ("http", "https") and _named(text) is None


def names_one_file(text: str) -> bool:
    """Whether the address is of one file of trips, not of a folder."""
    return _scheme(text) in ("http", "https", "gs") and _named(text) is not None


def read_place(text: str) -> Opener:
    """Understand what `--from` names, without asking anyone.

    Raises:
        ValueError: if it is no place. The text says what is wrong.
    """
    scheme = _scheme(text)
    if scheme in ("http", "https"):
        return _read_web(text)
    if scheme == "gs":
        name, prefix = read_bucket(text)
        return lambda settings: settings.bucket(name, prefix)
    if scheme == "file":
        return _read_folder(_path_of(text))
    if scheme:
        raise ValueError(
            f"{scheme}:// cannot be read; name a folder of this machine, "
            "gs://bucket/folder or https://server/folder, and copy the files there"
        )
    return _read_folder(text)


def read_bucket(text: str) -> tuple[str, str]:
    """The bucket's name and the folder of `gs://bucket/folder`.

    Raises:
        ValueError: if it is not written so.
    """
    scheme, _, rest = text.partition("://")
    name, _, prefix = rest.partition("/")
    prefix = prefix.rstrip("/")
    is_odd = ".." in prefix.split("/") or not prefix.isprintable()
    if scheme != "gs" or not _BUCKET.fullmatch(name) or is_odd:
        raise ValueError(f"{text!r} is no gs://bucket/folder")
    return name, prefix


def _read_folder(text: str) -> Opener:
    path = Path(text)
    if text and path.is_dir():
        return lambda settings: Folder(path, settings.own_folders)
    if path.is_file():
        _refuse_nameless(path.name)
        return lambda settings: Folder(path)
    if re.search(r"[*?\[]", text):
        raise ValueError(f"{text} is a pattern; name the folder and its --months")
    raise ValueError(f"{text or 'an empty name'} is no folder, nor a file of trips")


def _path_of(address: str) -> str:
    """The path of a `file:///folder` address."""
    parts = _split(address)
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment:
        raise ValueError("write file:///folder, or the folder alone")
    return unquote(parts.path)


def _refuse_nameless(name: str) -> None:
    """Refuse a single file whose name does not tell what it is."""
    try:
        file = parse(PurePath(name))
    except TaxiError as error:
        raise ValueError(str(error)) from error
    if file is None:
        raise ValueError(
            f"{name}: the name tells no service and month; rename it as "
            "green_tripdata_2023-01.parquet"
        )


def _read_web(text: str) -> Opener:
    parts = _split(text)
    if not parts.hostname or not text.isprintable() or " " in text:
        raise ValueError("that is no address of a web server")
    if parts.username is not None or parts.password is not None:
        raise ValueError("put user and password into ~/.netrc, not into the address")
    file = _named(text)
    if not file and is_data(parts.path.rsplit("/", 1)[-1]):
        _refuse_nameless(parts.path.rsplit("/", 1)[-1])
    address = text if file else text.rstrip("/")
    if not file and (parts.query or parts.fragment):
        raise ValueError("the address of a folder has no ? and no #")
    return lambda settings: Web(
        address, Client(settings.timeout), settings.patience, file
    )


def _named(text: str) -> TripFile | None:
    """The file that an address names, if its last part is the name of one."""
    try:
        return checked(_split(text).path.rsplit("/", 1)[-1])
    except TaxiError as error:
        raise ValueError(str(error)) from error


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise ValueError("that is no address of a web server") from error
    return parts


def _scheme(text: str) -> str:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", text)
    return found[1].lower() if found else ""
