"""What the environment decides: certificates, proxies; and options that are wrong."""

import ssl

import pytest
import trustme

from faults import status
from offered import name, parquet
from servers import serving


@pytest.fixture
def authority(tmp_path):
    """A certificate authority of one's own, and its file."""
    made = trustme.CA()
    path = tmp_path / "authority.pem"
    made.cert_pem.write_to_path(path)
    return made, path


@pytest.fixture
def secure(authority):
    """A web server with https that holds green 2020-12."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("127.0.0.1").configure_cert(context)
    with serving(context) as served:
        served.put(name(), parquet())
        yield served


def test_a_certificate_that_nobody_vouches_for_is_refused(fetched, secure):
    assert fetched.green(secure, "--retries", "0") == 1
    host = secure.url.removeprefix("https://")
    assert f"the certificate of {host} is not trusted; name your" in fetched.err
    assert len(fetched.err.splitlines()) == 1
    assert secure.asked == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_of_ones_own_is_trusted(
    fetched, secure, authority, monkeypatch, variable
):
    monkeypatch.setenv(variable, str(authority[1]))
    assert fetched.green(secure) == 0
    assert fetched.row_count() == 5


def test_an_authority_whose_file_is_not_there(fetched, secure, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authority.pem")
    assert fetched.green(secure) == 1
    assert "/nowhere/authority.pem" in fetched.err
    assert len(fetched.err.splitlines()) == 1


def test_a_redirect_from_https_to_http_is_not_followed(
    fetched, secure, server, authority, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority[1]))
    secure.faults = [status(302, Location=f"{server.url}/{name()}")]
    assert fetched.green(secure) == 1
    assert "redirects from https to http; not followed" in fetched.err
    assert server.asked == []


def test_a_proxy_of_the_environment_is_asked(fetched, server, monkeypatch):
    address = f"http://trips.invalid/data/{name()}"
    server.files[address] = parquet()
    monkeypatch.setenv("http_proxy", server.url)
    options = ("--months", "2020-12", "--services", "green")
    assert fetched.ingest("http://trips.invalid/data/", *options) == 0
    assert {path for _, path, _ in server.asked} == {address}
    assert fetched.source_file()["origin"] == address


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ([], "name a place by --from, or by --months what to fetch from TLC"),
        (["--from", "https://host/x"], "--months: a web server lists nothing"),
        (["--from", "ftp://host/x"], "ftp:// cannot be read; name a folder"),
        (["--from", "https://me:pw@host/x", "--months", "2020-01"], "~/.netrc"),
        (["--from", "https://:80/x", "--months", "2020-01"], "no address of a web"),
        (["--from", "https://h:x/y", "--months", "2020-01"], "no address of a web"),
        (["--from", "https://h/y?z=1", "--months", "2020-01"], "has no ? and no #"),
        (["--from", f"https://h/{name()}", "--months", "2020-01"], "one file already"),
        (["--from", "gs://B/x"], "is no gs://bucket/folder"),
        (["--from", "gs://bucket/../x"], "is no gs://bucket/folder"),
        (["--from", "gs://"], "is no gs://bucket/folder"),
        (["--months", "newest"], "nor latest"),
        (["--months", "2020-01", "--jobs", "0"], "'0' is no number from 1 to 64"),
        (["--months", "2020-01", "--timeout", "0"], "is no number from 1 to 3600"),
        (["--months", "2020-01", "--max-bytes", "4X"], "'4X' is no size"),
        (["--months", "2020-01", "--endpoint", "x"], "--endpoint: that is no address"),
        (["--months", "2020-01", "--quiet", "--json"], "not allowed with"),
    ],
)
def test_wrong_options_are_named_in_one_line(fetched, options, text):
    with pytest.raises(SystemExit) as stop:
        fetched.ingest(None, *options)
    assert stop.value.code == 2
    error = fetched.capture.readouterr().err
    assert text in error
    assert "pw" not in error
    assert len(error.splitlines()) == 1
    assert not fetched.lake.root.exists()


def test_more_months_than_there_can_be(fetched, server):
    assert fetched.ingest(server.url, "--months", "0001-01:9999-12") == 1
    assert "--months asks for 119,988 months; ask for 600 at most" in fetched.err
