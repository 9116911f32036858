"""Asking a web server: redirects, answers that are none, and connections that break.

Proxies, passwords for hosts (`~/.netrc`) and authorities of one's own come from the
environment, as requests reads it: `HTTPS_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`.
"""

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import responses
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3

from taxi.errors import TaxiError
from taxi.fetching.offers import Missing
from taxi.fetching.patience import Changed, Transient

_MOST_REDIRECTS = 5
_CHUNK_BYTES = 1 << 18

# A body that brings fewer bytes a second, over a whole timeout, has stalled.
_LEAST_RATE = 1024

# So many timeouts may pass from the first connection to the last redirect's answer.
_HEAD_TIMEOUTS = 3

_MISSING = (403, 404, 410)
_TRANSIENT = (408, 421, 425, 429)
_REDIRECTS = (301, 302, 303, 307, 308)


class Client:
    """Sends requests to web servers.

    Args:
        timeout: seconds without an answer or without bytes after which a server has
            stalled.
    """

    def __init__(self, timeout: float):
        self._timeout = timeout

    @contextmanager
    def ask(
        self, method: str, url: str, headers: dict[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """Send a request; the answer is one of success, and is closed at the end.

        Raises:
            Missing: if the server says so, with 403, 404 or 410.
            Changed, Transient: if it is worth another attempt.
            TaxiError: if it is not.
        """
        sent = {"Accept-Encoding": "identity"} | (headers or {})
        with _explained(url, self._timeout):
            response = self._in_time(lambda: self._follow(method, url, sent))
        try:
            _check_status(response)
            yield response
        finally:
            response.close()

    def chunks(self, response: requests.Response) -> Iterator[bytes]:
        """The bytes of an answer's body as they arrive, and as they were sent."""
        begun, brought = time.monotonic(), 0
        while True:
            with _explained(response.url, self._timeout):
                chunk = response.raw.read1(_CHUNK_BYTES, decode_content=False)
            if not chunk:
                return
            yield chunk
            brought += len(chunk)
            if time.monotonic() - begun > self._timeout:
                if brought < _LEAST_RATE * self._timeout:
                    raise Transient(f"stalled: {brought:,} bytes in {self._timeout:g}s")
                begun, brought = time.monotonic(), 0

    def _in_time(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Send a request in a thread of its own, which can be left behind.

        A timeout of requests counts from byte to byte: a head that trickles never ends.
        """
        sending: Future[requests.Response] = Future()

        def work() -> None:
            try:
                sending.set_result(send())
            except BaseException as error:
                sending.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        return sending.result(_HEAD_TIMEOUTS * self._timeout)

    def _follow(self, method: str, url: str, headers: dict) -> requests.Response:
        session = requests.Session()
        # requests reads its own variables before this, and OpenSSL's never.
        session.verify = os.environ.get("SSL_CERT_FILE") or True
        for _ in range(_MOST_REDIRECTS + 1):
            response = session.request(
                method,
                url,
                headers=headers,
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
            )
            target = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not target:
                return response
            response.close()
            url = _next(url, target)
        raise TaxiError(f"{urlsplit(url).netloc} redirects without end")


def without_query(url: str) -> str:
    """A URL as it may be told: a query can hold a signature."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))


def _next(url: str, target: str) -> str:
    """Where a redirect leads.

    Raises:
        TaxiError: if that is not a web server, or one of less safety.
    """
    asked, answered = urlsplit(url), urlsplit(urljoin(url, target))
    if answered.scheme not in ("http", "https") or not answered.hostname:
        raise TaxiError(f"{asked.netloc} redirects to {target[:100]!r}; not followed")
    if (asked.scheme, answered.scheme) == ("https", "http"):
        raise TaxiError(f"{asked.netloc} redirects from https to http; not followed")
    return answered.geturl()


def _check_status(response: requests.Response) -> None:
    code = response.status_code
    host = urlsplit(response.url).netloc
    text = f"{host} answered {code} {responses.get(code, '')}".rstrip()
    if code in (200, 206):
        return
    if code in _MISSING:
        raise Missing(text)
    if code == 416:
        raise Changed(text)
    if code in _TRANSIENT or code >= 500:
        raise Transient(text, _seconds(response.headers.get("Retry-After")))
    raise TaxiError(text)


def _seconds(retry_after: str | None) -> float:
    """The seconds of a Retry-After, which is a number or a date; 0 if it is neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


@contextmanager
def _explained(url: str, timeout: float) -> Iterator[None]:
    """Turn what requests and urllib3 raise into one line about the host."""
    host = urlsplit(url).netloc
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        causes = list(_causes(error))
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            raise TaxiError(
                f"the certificate of {host} is not trusted; name your authority's file "
                "in REQUESTS_CA_BUNDLE if it is your own"
            ) from error
        if isinstance(error, ValueError):
            raise TaxiError(f"{host} cannot be asked: {error}") from error
        raise Transient(f"{host}: {_reason(causes, timeout)}") from error
    except TimeoutError as error:
        raise Transient(f"{host}: no whole answer in time") from error
    except OSError as error:
        # requests finds no file where an own authority is said to be.
        raise TaxiError(f"{host} cannot be asked: {error}") from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it wraps, the outermost first."""
    if error is None:
        return
    yield error
    wrapped = [a for a in (*error.args, getattr(error, "reason", None)) if a]
    inner = next((a for a in wrapped if isinstance(a, BaseException)), None)
    yield from _causes(inner or error.__cause__ or error.__context__)


def _reason(causes: list[BaseException], timeout: float) -> str:
    kinds = [
        (requests.exceptions.ProxyError, "the proxy does not answer as one"),
        (socket.gaierror, "the host is not found"),
        (ConnectionRefusedError, "the connection was refused"),
        (TimeoutError, f"no answer for {timeout:g} s"),
        (requests.Timeout, f"no answer for {timeout:g} s"),
        (urllib3.exceptions.TimeoutError, f"no answer for {timeout:g} s"),
        (ssl.SSLError, "no secure connection"),
    ]
    for kind, text in kinds:
        if any(isinstance(cause, kind) for cause in causes):
            return text
    return "the connection broke"
