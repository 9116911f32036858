"""An index of packages as it may be one day: newer versions of everything are there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NEWER = "9999.0"

_LOCKED = re.compile(r"^([A-Za-z0-9][^\\\n]*)((?: *\\\n +--hash=\S+)+)", re.M)


def locked(lock: Path) -> list[tuple[Requirement, str]]:
    """The packages that a lock lists, and the first hash of each."""
    return [
        (Requirement(line), hashes.split("sha256:")[1].split()[0])
        for line, hashes in _LOCKED.findall(lock.read_text())
    ]


@contextmanager
def later_index(lock: Path) -> Iterator[str]:
    """Serve the locked packages and a newer version of each; yield the address.

    The files themselves are not there: who installs without a trial run finds none.
    """
    pages: dict[str, list[str]] = {}
    for requirement, sha256 in locked(lock):
        name = canonicalize_name(requirement.name)
        (pin,) = requirement.specifier
        page = pages.setdefault(name, [_link(name, NEWER, "0" * 64)])
        page.append(_link(name, pin.version, sha256))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = self.path.strip("/").split("/")
            if parts[0] == "files":
                name, version = parts[1].split("-")[:2]
                body = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            else:
                body = "\n".join(pages.get(parts[-1], []))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    # uv asks for fifty at once; who finds no room in the queue tries seconds later.
    request_queue_size = 256


def _link(name: str, version: str, sha256: str) -> str:
    file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    return (
        f'<a href="/files/{file}#sha256={sha256}" data-core-metadata="true">{file}</a>'
    )
