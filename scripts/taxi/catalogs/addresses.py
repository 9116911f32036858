"""Reading the address of a catalog."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from taxi.catalogs.postgresql import PostgresDatabase
from taxi.catalogs.sqlite import SqliteFile
from taxi.errors import TaxiError

Database = SqliteFile | PostgresDatabase

_FORMS = "write sqlite:/folder/catalog.db or postgresql://user@host:5432/database."

# What both of PostgreSQL's drivers understand alike, with libpq's variable for it.
_SETTINGS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def read_address(
    address: str, environment: Mapping[str, str], project: Path
) -> Database:
    """Read the address of a catalog, as `TAXI_CATALOG` gives it.

    Args:
        environment: may name PostgreSQL's user (`PGUSER`), and how the connection is
            encrypted (`PGSSLMODE`, `PGSSLROOTCERT`), where the address does not.
        project: the folder that a relative path counts from.

    Raises:
        TaxiError: if it is not understood, or holds a password.
    """
    kind, _, rest = address.partition(":")
    if kind == "sqlite" and rest and not rest.startswith("//"):
        return SqliteFile(project / Path(rest).expanduser())
    if kind in ("postgresql", "postgres") and rest.startswith("//"):
        return _read_postgresql(address, environment)
    raise _not_understood(address)


def without_secrets(address: str) -> str:
    """The address as it may be printed: without user, password and settings."""
    return re.sub(r"//.*@", "//", address, flags=re.DOTALL).partition("?")[0]


def _read_postgresql(address: str, environment: Mapping[str, str]) -> PostgresDatabase:
    try:
        parts = urlsplit(address)
        port = parts.port or 5432
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _not_understood(address) from None
    shown = without_secrets(address)
    if parts.password is not None or "password" in query:
        raise TaxiError(
            f"TAXI_CATALOG: {shown} is given with a password, which others can see; "
            "leave it out, and name a file of passwords (mode 600) in PGPASSFILE."
        )
    path = parts.path.removeprefix("/")
    if not parts.hostname or not path or "/" in path or parts.fragment:
        raise _not_understood(address)
    user = unquote(parts.username or "") or environment.get("PGUSER")
    if not user:
        raise TaxiError(
            f"TAXI_CATALOG: {shown} names no user; write postgresql://user@host/…, "
            "or set PGUSER."
        )
    settings = _read_settings(query, environment)
    return PostgresDatabase(user, parts.hostname, port, unquote(path), settings)


def _read_settings(
    query: dict[str, str], environment: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    for name in query:
        if name not in _SETTINGS:
            raise TaxiError(
                f"TAXI_CATALOG: there is no setting {name!r}; "
                f"there are {' and '.join(_SETTINGS)}."
            )
    given = {
        name: query.get(name) or environment.get(variable)
        for name, variable in _SETTINGS.items()
    }
    mode, certificate = given["sslmode"], given["sslrootcert"]
    if mode and mode not in _SSL_MODES:
        raise TaxiError(
            f"TAXI_CATALOG: sslmode {mode!r} is none of {', '.join(_SSL_MODES)}."
        )
    if certificate and not Path(certificate).is_file():
        raise TaxiError(f"TAXI_CATALOG: sslrootcert: there is no file {certificate}.")
    return tuple((name, value) for name, value in given.items() if value)


def _not_understood(address: str) -> TaxiError:
    return TaxiError(
        f"TAXI_CATALOG: {without_secrets(address)} is not understood; {_FORMS}"
    )
