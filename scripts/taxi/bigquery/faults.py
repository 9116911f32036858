"""What BigQuery and Cloud Storage refuse, in one line with what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from google.api_core.exceptions import (
    Conflict,
    Forbidden,
    GoogleAPICallError,
    GoogleAPIError,
    NotFound,
    RetryError,
    ServerError,
    TooManyRequests,
    Unauthorized,
)
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    TransportError,
)

from taxi.errors import TaxiError
from taxi.landing.sources import first_line

_LOG_IN = (
    "run gcloud auth application-default login, or name a key file in "
    "GOOGLE_APPLICATION_CREDENTIALS"
)
# How BigQuery, and this export's own SQL, say that somebody else was there before.
_OF_OTHERS = ("concurrent update", "changed meanwhile", "is WRITE_EMPTY")
_QUOTAS = {"quotaExceeded", "rateLimitExceeded", "RESOURCE_EXHAUSTED"}
_NO_ANSWER = (ServerError, TransportError, requests.RequestException, ConnectionError)


class Unanswered(TaxiError):
    """No answer came: what was asked for may have been done or not."""


class NotThere(TaxiError):
    """What was asked for does not exist."""


class MeanwhileChanged(TaxiError):
    """Somebody else changed the same rows at the same time."""


@contextmanager
def told(about: str) -> Iterator[None]:
    """Turn what the clients of Google raise into one line.

    Args:
        about: what was to be done, such as `loading fct_trips`.

    Raises:
        NotThere, MeanwhileChanged, Unanswered: each a TaxiError.
        TaxiError: for everything else.
    """
    try:
        yield
    except DefaultCredentialsError as error:
        raise TaxiError(f"{about}: there are no credentials; {_LOG_IN}") from error
    except _NO_ANSWER as error:
        raise Unanswered(f"{about}: {_no_answer(error)}") from error
    except RetryError as error:
        raise Unanswered(f"{about}: {_no_answer(error.cause or error)}") from error
    except (Unauthorized, GoogleAuthError) as error:
        raise TaxiError(
            f"{about}: the credentials are not valid, or no longer; {_LOG_IN}"
        ) from error
    except GoogleAPICallError as error:
        raise _refused(about, error) from error
    except GoogleAPIError as error:
        raise TaxiError(f"{about}: {first_line(error)}") from error


def _refused(about: str, error: GoogleAPICallError) -> TaxiError:
    details = [one for one in error.errors if isinstance(one, dict)]
    # The error's own text opens with the address that was asked.
    message = next((first_line(one["message"]) for one in details), first_line(error))
    reasons = {one.get("reason") for one in details}
    if isinstance(error, TooManyRequests) or reasons & _QUOTAS:
        return TaxiError(
            f"{about}: a quota is used up ({message}); run again later, or ask for "
            "more in the console"
        )
    if isinstance(error, Conflict) or any(sign in message for sign in _OF_OTHERS):
        return MeanwhileChanged(
            f"{about}: somebody else changed the same rows meanwhile; run again"
        )
    if isinstance(error, Forbidden):
        return TaxiError(
            f"{about}: not allowed ({message}); the account needs the roles BigQuery "
            "Data Editor on the dataset, BigQuery Job User on the project and Storage "
            "Object User on the bucket"
        )
    if isinstance(error, NotFound):
        return NotThere(f"{about}: {message}")
    return TaxiError(f"{about}: {message}")


def _no_answer(error: BaseException) -> str:
    said = "no connection" if _is_of_network(error) else first_line(error)
    return f"no answer ({said}); run again, what has arrived is not sent twice"


def _is_of_network(error: BaseException) -> bool:
    return isinstance(error, requests.RequestException | ConnectionError)
