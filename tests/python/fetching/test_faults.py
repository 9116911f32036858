"""A server that fails: the right rows land, or nothing and a clear line."""

from dataclasses import dataclass, field

import pytest

import faults
from faults import cut, send, stall, status
from offered import name, parquet

FILE = parquet()
OTHER = parquet(count=3)
HALF = len(FILE) // 2


@dataclass(frozen=True)
class Case:
    """A fault that is outlived, or one that is said.

    Attributes:
        faults, head_faults: what the server does first.
        rows: rows that land at the end.
        says: what stderr says of it.
    """

    faults: list = field(default_factory=list)
    head_faults: list = field(default_factory=list)
    rows: int = 5
    says: str = ""


BORNE = {
    "the body is cut": Case([cut(HALF)]),
    "the body is cut again and again": Case([cut(20_000), cut(20_000), cut(20_000)]),
    "the body is cut at the last byte": Case([cut(len(FILE) - 1)]),
    "the body is cut before the first byte": Case([cut(0)]),
    "the body stalls": Case([stall(HALF)], says="no answer for 1 s"),
    "the body trickles": Case([faults.trickle(3)], says="stalled: "),
    "the head of the answer trickles": Case(
        [faults.trickle_head(6)], says="no whole answer in time"
    ),
    "no answer comes": Case([faults.say_nothing()], says="no answer for 1 s"),
    "no answer comes to HEAD": Case(head_faults=[faults.say_nothing()]),
    "the connection breaks at once": Case([faults.hang_up, faults.hang_up]),
    "the answer is no HTTP": Case([faults.garbage]),
    "500 then 200": Case([status(500)], [status(500)]),
    "503 and 429 then 200": Case([status(503), status(429)]),
    "429 with Retry-After": Case([status(429, Retry_After="1")], says="again in 1 s"),
    "Retry-After as a date gone by": Case(
        [status(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")]
    ),
    "Retry-After that is none": Case([status(503, Retry_After="soon")]),
    "the length is too large": Case([send(FILE, len(FILE) + 10)]),
    "the length is too small": Case([send(FILE, len(FILE) - 10)]),
    "no length, and the body is cut": Case([send(FILE[:HALF], None)]),
    "chunks, the last one lost": Case([faults.chunked(FILE[:HALF], is_whole=False)]),
    "chunks": Case([faults.chunked(FILE)]),
    "an error page as 200": Case([send(b"<html>Service down</html>")]),
    "the body is empty": Case([send(b"")]),
    "HEAD is not known": Case(head_faults=[status(405)]),
    "HEAD lies about the length": Case(head_faults=[send(b"x" * 3)]),
    "the file changes between two ranges": Case(
        [cut(HALF), faults.change(OTHER)], rows=3
    ),
    "the file changes, and If-Range is not known": Case(
        [cut(HALF), faults.part(OTHER, ETag='"other"'), faults.change(OTHER)], rows=3
    ),
    "the file changes under one ETag": Case(
        [cut(HALF), faults.part(b"z" * len(FILE))], says="changed between two parts"
    ),
    "a range begins elsewhere": Case(
        [cut(HALF), faults.part(FILE, Content_Range=f"bytes 0-9/{len(FILE)}")]
    ),
    "a range of another length": Case(
        [cut(HALF), faults.part(FILE, Content_Range=f"bytes {HALF - 4096}-9/77")]
    ),
    "a range that is refused": Case([cut(HALF), status(416)]),
    "a part, though not asked": Case([send(FILE[:HALF], status=206)]),
}

SAID = {
    "500 for ever": Case([status(500)] * 9, says="answered 500 Internal Server Error"),
    "a cut for ever": Case(
        [cut(500)] * 9, says="the connection broke (3 attempts); run again later"
    ),
    "an error page for ever": Case(
        [send(b"<html>Down</html>")] * 9,
        says="what arrived (17 bytes) is no whole parquet",
    ),
    "half a file for ever, by its length": Case(
        [send(FILE[:HALF])] * 9, says=f"({HALF:,} bytes) is no whole parquet"
    ),
    "a wait of a day": Case(
        [status(429, Retry_After="86400")], says="asks to wait 86,400 s; run again"
    ),
    "no permission": Case([status(401)], says="answered 401 Unauthorized"),
    "a redirect to a file": Case(
        [status(302, Location="file:///etc/passwd")],
        says="redirects to 'file:///etc/passwd'; not followed",
    ),
    "a redirect to ftp": Case(
        [], [status(301, Location="ftp://127.0.0.1/x")], says="not followed"
    ),
    "a redirect to itself": Case(
        [status(307, Location=f"/{name()}")] * 9, says="redirects without end"
    ),
    "another coding": Case(
        [send(FILE, Content_Encoding="gzip")],
        says="sends it as 'gzip', though not asked",
    ),
    "more bytes than are allowed, though HEAD says fewer": Case(
        [send(b"z" * 200_000)], says="--max-bytes allows 150,000"
    ),
}


@pytest.mark.parametrize("case", BORNE.values(), ids=BORNE)
def test_a_fault_is_borne(fetched, server, case):
    server.faults, server.head_faults = list(case.faults), list(case.head_faults)
    assert fetched.green(server) == 0, fetched.err
    assert fetched.row_count() == case.rows
    assert case.says in fetched.err
    data = server.files[f"/{name()}"]
    row = fetched.source_file()
    assert row["byte_count"] == len(data)
    assert row["etag"] == server.etag(data)
    assert row["origin"] == f"{server.url}/{name()}"
    assert server.faults == server.head_faults == []


@pytest.mark.parametrize("case", SAID.values(), ids=SAID)
def test_a_fault_is_said_and_nothing_lands(fetched, server, case):
    server.faults, server.head_faults = list(case.faults), list(case.head_faults)
    assert fetched.green(server, "--retries", "2", "--max-bytes", "150K") == 1
    last = fetched.err.splitlines()[-1]
    assert case.says in last
    assert "Traceback" not in fetched.err
    assert not fetched.cached("*.parquet")
    # Once the server is well again, so is the month.
    server.faults, server.head_faults = [], []
    assert fetched.green(server) == 0
    assert fetched.row_count() == 5
