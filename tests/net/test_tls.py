"""TLS on loopback, with a certificate made for the run by ``openssl``."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import FetchError
from net.client import HttpClient
from tests.fakes import FakeClock
from tests.net.fakes import FakeTimer
from tests.stand_ins.sources.server import SourceServer

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not here to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(  # noqa: S603  our own arguments
        [
            str(OPENSSL),
            "req",
            "-x509",
            "-days",
            "2",
            *curve,
            *subject,
            "-keyout",
            str(key),
            "-out",
            str(cert),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return cert, key


@pytest.fixture
def safe(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[SourceServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with SourceServer(tls=context) as server:
        yield server


def trust(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))


def test_an_answer_comes_over_tls_and_its_connection_is_kept(
    safe: SourceServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(certificate, monkeypatch)
    safe.answer("/page", "hello")
    with HttpClient(clock=FakeClock()).session("arxiv") as session:
        assert session.get(safe.url + "/page").body == b"hello"
        assert session.get(safe.url + "/page").body == b"hello"
    assert len({request.client for request in safe.requests}) == 1


@pytest.mark.parametrize("fault", ["hang", "drip_headers", "drip_body"])
def test_the_deadline_cuts_a_connection_with_tls_too(
    safe: SourceServer,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    trust(certificate, monkeypatch)
    getattr(safe, fault)("/page")
    began = time.monotonic()
    http = HttpClient(clock=FakeClock(), timer=FakeTimer(), request_seconds=0.5)
    with http.session("arxiv") as session, pytest.raises(FetchError, match="in time"):
        session.get(safe.url + "/page")
    assert time.monotonic() - began < 3


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(safe: SourceServer) -> None:
    safe.answer("/page", "hello")
    timer = FakeTimer()
    with (
        HttpClient(clock=FakeClock(), timer=timer).session("arxiv") as session,
        pytest.raises(FetchError, match="no secure connection"),
    ):
        session.get(safe.url + "/page")
    assert (safe.requests, timer.naps) == ([], [])
