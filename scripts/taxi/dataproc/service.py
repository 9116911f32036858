"""Submitting by Dataproc's REST interface, and waiting for the end.

The client's credentials are those of Google's other clients (`gcloud auth
application-default login`, or `GOOGLE_APPLICATION_CREDENTIALS`). gcloud's own variable
`CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC` leads elsewhere; plain http needs none.
"""

import os
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import google.auth
import requests
from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    TransportError,
)
from google.auth.transport.requests import AuthorizedSession
from urllib3.exceptions import MaxRetryError

from taxi.dataproc.submission import ENDED, Submission
from taxi.errors import TaxiError

_ENDPOINT = "https://dataproc.googleapis.com/"
_VARIABLE = "CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_TIMEOUT_SECONDS = 60
_PAUSES = (1, 2, 5)
_LONGEST_PAUSE = 10
# How long the wait for a job bears a network or a server that fails.
_PATIENCE_SECONDS = 900
_BUSY = 429

_ADVICE = {
    401: "run gcloud auth application-default login",
    403: "the account needs the role Dataproc Editor on the project",
    404: "check --project, --region and --cluster",
    409: "choose another --id",
}


class Unanswered(Exception):
    """Dataproc did not answer, or said that it cannot now; it may the next time.

    Attributes:
        is_sent: whether it may have done what was asked all the same.
    """

    def __init__(self, text: str, is_sent: bool):
        super().__init__(text)
        self.is_sent = is_sent


class Dataproc:
    """Dataproc's REST interface.

    Raises:
        TaxiError: if there are no credentials.
    """

    def __init__(self):
        self._endpoint = os.environ.get(_VARIABLE) or _ENDPOINT
        self._session = _open_session(self._endpoint)

    def submit(self, submission: Submission) -> None:
        """Submit a job or a batch.

        Raises:
            TaxiError: if Dataproc refuses it, or does not answer.
        """
        path, query, body = submission.request
        try:
            self._call("POST", path, params=query, json=body)
        except Unanswered as error:
            advice = "run again later"
            if error.is_sent:
                advice += f" with --id {submission.job_id}, which submits it only once"
            raise TaxiError(f"{error}; {advice}") from error

    def wait(self, submission: Submission, on_state: Callable[[str], None]) -> str:
        """Wait until it has ended. Return its state, with what is said about it.

        Args:
            on_state: told each state that it comes to.

        Raises:
            TaxiError: if Dataproc refuses to tell, or does not answer for long.
        """
        ask = Retry(
            if_exception_type(Unanswered),
            initial=_PAUSES[0],
            maximum=_LONGEST_PAUSE,
            timeout=_PATIENCE_SECONDS,
        )(self._call)
        asked, last = 0, None
        while True:
            try:
                state, details = _state(ask("GET", submission.path))
            except RetryError as error:
                raise TaxiError(
                    f"{error.cause}, for {_PATIENCE_SECONDS} s; {submission.goes_on}"
                ) from error
            if state != last:
                on_state(state)
                last = state
            if state in ENDED:
                return f"{state}: {details}" if details else state
            time.sleep(_PAUSES[asked] if asked < len(_PAUSES) else _LONGEST_PAUSE)
            asked += 1

    def _call(self, method: str, path: str, **options) -> dict:
        address = f"{self._endpoint.rstrip('/')}/v1/{path}"
        try:
            answer = self._session.request(
                method, address, timeout=_TIMEOUT_SECONDS, **options
            )
            if answer.ok:
                return answer.json()
        except (TransportError, requests.RequestException) as error:
            raise Unanswered(
                f"Dataproc does not answer at {self._endpoint}",
                not (error.args and isinstance(error.args[0], MaxRetryError)),
            ) from error
        except GoogleAuthError as error:
            raise TaxiError(f"Dataproc: {_ADVICE[401]} ({error})") from error
        refusal = f"Dataproc: {_refusal(answer)}"
        if answer.status_code == _BUSY or answer.status_code >= 500:
            raise Unanswered(refusal, is_sent=answer.status_code != _BUSY)
        raise TaxiError(refusal)


def _refusal(answer: requests.Response) -> str:
    """What a refusal says, and what to do about it."""
    try:
        said = answer.json()["error"]["message"].splitlines()[0]
    except (ValueError, KeyError, TypeError, IndexError):
        said = answer.reason
    advice = _ADVICE.get(answer.status_code)
    text = f"{answer.status_code}, {said}"
    return f"{text}; {advice}" if advice else text


def _state(answer: dict) -> tuple[str, str]:
    """The state of a Job or a Batch, and what is said about it."""
    if "status" in answer:
        status = answer["status"]
        return status["state"], status.get("details", "")
    return answer.get("state", "PENDING"), answer.get("stateMessage", "")


def _open_session(endpoint: str) -> requests.Session:
    if urlsplit(endpoint).scheme == "http":
        return requests.Session()
    try:
        credentials, _ = google.auth.default(scopes=[_SCOPE])
    except DefaultCredentialsError as error:
        raise TaxiError(
            "Dataproc: there are no credentials; run gcloud auth application-default "
            "login, or name a key file in GOOGLE_APPLICATION_CREDENTIALS"
        ) from error
    return AuthorizedSession(credentials)
