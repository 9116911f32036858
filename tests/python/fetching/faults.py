"""Ways in which a web server breaks the rules."""

import re
import time

from servers import Fault, Request


def status(code: int, **headers: str) -> Fault:
    """Answer with a status and no file."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.refuse(code, named) is None


def cut(after: int) -> Fault:
    """Send only so many bytes of what was announced, and hang up."""

    def answer(request: Request) -> bool:
        start = request._first_byte()
        size = len(request.data)
        if start:
            about = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
            request.begin(206, size - start, about)
        else:
            request.begin(200, size)
        request.wfile.write(request.data[start : start + after])
        request.hang_up()
        return True

    return answer


def stall(after: int, seconds: float = 5.0) -> Fault:
    """Send some bytes and then none, with the connection open."""

    def answer(request: Request) -> bool:
        request.begin(200, len(request.data))
        request.wfile.write(request.data[:after])
        request.wfile.flush()
        time.sleep(seconds)
        request.hang_up()
        return True

    return answer


def trickle(seconds: float, rate: int = 10) -> Fault:
    """Send a few bytes a second, a tenth at a time, so that no single wait is long."""
    step = rate // 10

    def answer(request: Request) -> bool:
        request.begin(200, len(request.data))
        for number in range(int(seconds / 0.1)):
            request.wfile.write(request.data[number * step : (number + 1) * step])
            request.wfile.flush()
            time.sleep(0.1)
        request.hang_up()
        return True

    return answer


def trickle_head(seconds: float) -> Fault:
    """Send the head of an answer byte by byte, and never all of it."""

    def answer(request: Request) -> bool:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(int(seconds / 0.1)):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.1)
        request.hang_up()
        return True

    return answer


def say_nothing(seconds: float = 5.0) -> Fault:
    """Take the request and never answer."""

    def answer(request: Request) -> bool:
        time.sleep(seconds)
        request.hang_up()
        return True

    return answer


def hang_up(request: Request) -> bool:
    """Break the connection before an answer."""
    request.hang_up()
    return True


def send(data: bytes, length: int | None = -1, status: int = 200, **headers) -> Fault:
    """Send other bytes.

    Args:
        length: what the answer says of them; the truth by default, None for nothing.
    """
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}

    def answer(request: Request) -> bool:
        told = len(data) if length == -1 else length
        request.begin(status, told, named)
        if request.command == "GET":
            request.wfile.write(data)
        request.hang_up()
        return True

    return answer


def chunked(data: bytes, is_whole: bool = True) -> Fault:
    """Send bytes in chunks, without their length; the last one may be lost."""

    def answer(request: Request) -> bool:
        request.begin(200, None, {"Transfer-Encoding": "chunked"})
        for start in range(0, len(data), 1000):
            piece = data[start : start + 1000]
            request.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if is_whole:
            request.wfile.write(b"0\r\n\r\n")
        request.hang_up()
        return True

    return answer


def part(data: bytes, **headers: str) -> Fault:
    """Answer a range with the end of other bytes, and with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(request: Request) -> bool:
        start = int(re.search(r"\d+", request.headers["Range"])[0])
        size = len(data)
        about = {"Content-Range": f"bytes {start}-{size - 1}/{size}"} | named
        request.begin(206, size - start, about)
        request.wfile.write(data[start:])
        return True

    return answer


def change(data: bytes) -> Fault:
    """Put another file in the place of the one asked for, then serve it."""

    def answer(request: Request) -> bool:
        request.served.files[request.path] = data
        return False

    return answer


def garbage(request: Request) -> bool:
    """Answer what is no HTTP."""
    request.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n" * 3)
    request.hang_up()
    return True
