"""A proxy in front of BigQuery that records requests, and can answer in its place."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

# Given method, path and body, what to answer instead: status and body. None passes on.
Answer = Callable[[str, str, dict], tuple[int, dict] | None]


@dataclass
class Asked:
    """A request.

    Attributes:
        body: what was sent as JSON; empty if nothing was.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict


@dataclass
class Proxy:
    """What passed, and what is answered here.

    Attributes:
        behind: address of the server behind it; None if all is answered here.
    """

    url: str = ""
    behind: str | None = None
    answer: Answer = lambda method, path, body: None
    asked: list[Asked] = field(default_factory=list)

    def jobs(self, kind: str) -> list[dict]:
        """The configuration of the jobs of a kind, with where they were to run."""
        found = []
        for one in self.asked:
            configuration = one.body.get("configuration", {})
            if one.method == "POST" and kind in configuration:
                place = one.body["jobReference"].get("location")
                found.append(configuration[kind] | {"location": place})
        return found


@contextmanager
def running(behind: str | None = None) -> Iterator[Proxy]:
    """Run a proxy on an address of its own."""
    proxy = Proxy(behind=behind)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(data) if data.startswith(b"{") else {}
            asked = Asked(self.command, self.path, dict(self.headers), body)
            proxy.asked.append(asked)
            status, reply = self.reply(asked, data)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def reply(self, asked: Asked, data: bytes) -> tuple[int, bytes]:
            answered = proxy.answer(asked.method, asked.path, asked.body)
            if answered:
                return answered[0], json.dumps(answered[1]).encode()
            headers = {
                name: value
                for name, value in asked.headers.items()
                if name.lower() not in ("host", "content-length", "accept-encoding")
            }
            passed = requests.request(
                asked.method, proxy.behind + asked.path, data=data, headers=headers
            )
            return passed.status_code, passed.content

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def refusal(status: int, reason: str, message: str) -> tuple[int, dict]:
    """An error as Google's servers word it."""
    errors = [{"reason": reason, "message": message, "domain": "global"}]
    return status, {"error": {"code": status, "message": message, "errors": errors}}
