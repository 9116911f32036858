"""What ends a command of dbt and is no error of dbt's own, in one line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from dbt_common.exceptions import DbtRuntimeError

from taxi.errors import TaxiError

_ADVICE = {
    errno.EADDRINUSE: "choose another --port",
    errno.ENOSPC: "make room on the disk",
}
_FOLDERS = "name other folders in DBT_TARGET_PATH and DBT_LOG_PATH"


@contextmanager
def as_error_of_dbt() -> Iterator[None]:
    """Turn an error of this project into one that dbt shows in its own way.

    Raises:
        DbtRuntimeError: instead of a TaxiError.
    """
    try:
        yield
    except TaxiError as error:
        raise DbtRuntimeError(str(error)) from error


def plain_words(error: BaseException | None) -> str | None:
    """What to say of it, and what to do; None if dbt's own words are good."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; run the command again"
    if isinstance(error, OSError):
        named = f"{error.filename}: " if error.filename else ""
        advice = _ADVICE.get(error.errno, _FOLDERS if named else "dbt.log has more")
        return f"{named}{error.strerror or error}; {advice}"
    return None
