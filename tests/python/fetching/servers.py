"""A web server for the tests that keeps to the rules, unless a fault takes over."""

import hashlib
import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from offered import name, parquet

# Takes a request over; returns whether it has answered it.
Fault = Callable[["Request"], bool]


@dataclass
class Server:
    """A web server with files, and a fault for some requests.

    Attributes:
        files: bytes by path, such as `/green_tripdata_2020-12.parquet`.
        faults: for the first GET, the second GET, and so on; later ones are served.
        head_faults: the same for HEAD.
        asked: method, path and Range of every request.
        has_etags, has_dates, has_ranges: what the server tells and knows.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    head_faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    has_etags: bool = True
    has_dates: bool = True
    has_ranges: bool = True
    modified: float = 1_600_000_000.0

    def put(self, name: str, data: bytes) -> None:
        self.files[f"/{name}"] = data

    def put_months(self, *months: str) -> None:
        """Put a green file of each month."""
        for month in months:
            self.put(name(month), parquet(month=month))

    def methods(self) -> list[str]:
        return [method for method, _, _ in self.asked]

    def ranges(self) -> list[str | None]:
        """The Range of each GET."""
        return [wanted for method, _, wanted in self.asked if method == "GET"]

    def etag(self, data: bytes) -> str:
        return f'"{hashlib.md5(data).hexdigest()}-2"'


class Request(BaseHTTPRequestHandler):
    """Answers one request, by the rules unless a fault takes it over."""

    protocol_version = "HTTP/1.1"
    served: Server

    def do_HEAD(self) -> None:
        self._answer(self.served.head_faults)

    def do_GET(self) -> None:
        self._answer(self.served.faults)

    def log_message(self, *_) -> None:
        pass

    @property
    def data(self) -> bytes | None:
        return self.served.files.get(self.path.partition("?")[0])

    def _answer(self, faults: list[Fault]) -> None:
        self.served.asked.append((self.command, self.path, self.headers["Range"]))
        fault = faults.pop(0) if faults else None
        try:
            if fault is None or not fault(self):
                self.serve()
        except ConnectionError:
            pass

    def serve(self) -> None:
        """Answer by the rules."""
        if self.data is None:
            self.refuse(404)
            return
        start = self._first_byte()
        if start:
            size = len(self.data)
            self.begin(
                206,
                size - start,
                {"Content-Range": f"bytes {start}-{size - 1}/{size}"},
            )
        else:
            self.begin(200, len(self.data))
        if self.command == "GET":
            self.wfile.write(self.data[start:])

    def begin(
        self, status: int, length: int | None, headers: dict[str, str] | None = None
    ) -> None:
        """Send the head of an answer about the file."""
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        tags = {}
        if self.served.has_etags:
            tags["ETag"] = self.served.etag(self.data)
        if self.served.has_dates:
            tags["Last-Modified"] = formatdate(self.served.modified, usegmt=True)
        for header, value in (tags | (headers or {})).items():
            self.send_header(header, value)
        self.end_headers()

    def refuse(self, status: int, headers: dict[str, str] | None = None) -> None:
        """Answer without a file."""
        self.send_response(status)
        for header, value in ({"Content-Length": "0"} | (headers or {})).items():
            self.send_header(header, value)
        self.end_headers()

    def _first_byte(self) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        if not found or not self.served.has_ranges:
            return 0
        date = formatdate(self.served.modified, usegmt=True)
        same = (self.served.etag(self.data), date)
        return int(found[1]) if self.headers["If-Range"] in same else 0

    def hang_up(self) -> None:
        """Break the connection."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(2)


@contextmanager
def serving(tls=None):
    """A server on a port of its own; `tls` is an SSL context, for https."""
    served = Server()
    handler = type("Handler", (Request,), {"served": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    served.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
