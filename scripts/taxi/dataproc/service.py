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
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from taxi.dataproc.submission import ENDED, Submission
from taxi.errors import TaxiError

_ENDPOINT = "https://dataproc.googleapis.com/"
_VARIABLE = "CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_TIMEOUT_SECONDS = 60
_PAUSES = (1, 2, 5)
_LONGEST_PAUSE = 10

_ADVICE = {
    401: "run gcloud auth application-default login",
    403: "the account needs the role Dataproc Editor on the project",
    404: "check --project, --region and --cluster",
    409: "choose another --id",
}


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
        self._call("POST", path, params=query, json=body)

    def wait(self, submission: Submission, on_state: Callable[[str], None]) -> str:
        """Wait until it has ended. Return its state, with what is said about it.

        Args:
            on_state: told each state that it comes to.

        Raises:
            TaxiError: if Dataproc refuses to tell, or does not answer.
        """
        asked, last = 0, None
        while True:
            state, details = _state(self._call("GET", submission.path))
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
        except GoogleAuthError as error:
            raise TaxiError(f"Dataproc: {_ADVICE[401]} ({error})") from error
        except requests.RequestException as error:
            raise TaxiError(
                f"Dataproc does not answer at {self._endpoint}; run again later"
            ) from error
        if answer.ok:
            return answer.json()
        raise TaxiError(f"Dataproc: {_refusal(answer)}")


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
