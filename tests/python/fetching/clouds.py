"""A bucket of the emulator, behind a server that can fail on the way to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import requests
from google.cloud import storage

# Looks at method and path; returns a status to answer with, a change of the body, or
# nothing.
Fault = Callable[[str, str], int | Callable[[bytes], bytes] | None]


@dataclass
class Front:
    """A server that hands requests on.

    Attributes:
        fault: is asked about every request.
        asked: method and path of every request.
    """

    url: str = ""
    fault: Fault = lambda method, path: None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def downloads(self) -> list[str]:
        return [path for _, path in self.asked if "alt=media" in path]

    def uploads(self) -> list[str]:
        return [path for _, path in self.asked if "/upload/" in path]


@dataclass(frozen=True)
class CloudBucket:
    """A bucket, and the front before it."""

    held: storage.Bucket
    front: Front

    def put(self, name: str, data: bytes, **metadata: str) -> None:
        blob = self.held.blob(name)
        blob.metadata = metadata
        blob.upload_from_string(data)

    def get(self, name: str) -> storage.Blob | None:
        return self.held.get_blob(name)

    def spoil(self, name: str) -> None:
        """Change a byte of every download of an object."""

        def fault(method: str, path: str):
            is_it = "alt=media" in path and name in unquote(path)
            return (lambda body: b"?" + body[1:]) if is_it else None

        self.front.fault = fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: Front
    behind: str

    def _hand_on(self) -> None:
        self.front.asked.append((self.command, self.path))
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        fault = self.front.fault(self.command, self.path)
        if isinstance(fault, int):
            self._answer(fault, {}, b"{}")
            return
        headers = {k: v for k, v in self.headers.items() if k != "Connection"}
        answer = requests.request(
            self.command,
            self.behind + self.path,
            headers=headers,
            data=body,
            timeout=30,
        )
        named = {
            name: value.replace(self.behind, self.front.url)
            for name, value in answer.headers.items()
            if name.lower() not in ("content-length", "transfer-encoding", "connection")
        }
        content = fault(answer.content) if fault else answer.content
        self._answer(answer.status_code, named, content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _hand_on

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def faulty_cloud(behind: str) -> Iterator[Front]:
    """A front before the emulator at a URL."""
    front = Front()
    handler = type("Handler", (_Handler,), {"front": front, "behind": behind})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    front.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()
