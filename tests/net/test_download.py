from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from core.errors import FetchError, StorageError
from net.client import HttpClient
from net.download import RemoteFile, download
from tests.fakes import FakeClock

BODY = bytes(range(256)) * 30_000  # more than a page may have


@pytest.fixture
def http() -> HttpClient:
    return HttpClient(clock=FakeClock())


def remote(server: HTTPServer, body: bytes = BODY) -> RemoteFile:
    sha256 = hashlib.sha256(body).hexdigest()
    return RemoteFile(name="model.onnx", url=server.url_for("/v1/model.onnx"), sha256=sha256)


def test_a_file_is_fetched_once(httpserver: HTTPServer, http: HttpClient, tmp_path: Path) -> None:
    httpserver.expect_request("/v1/model.onnx").respond_with_data(BODY)
    folder = tmp_path / "new" / "folder"
    for _ in range(2):
        path = download(remote(httpserver), folder, http, source="model")
        assert path.read_bytes() == BODY
    assert len(httpserver.log) == 1
    assert [found.name for found in folder.iterdir()] == ["model.onnx"]


def test_a_redirect_is_followed(httpserver: HTTPServer, http: HttpClient, tmp_path: Path) -> None:
    there = Response(status=302, headers={"Location": "/elsewhere"})
    httpserver.expect_request("/v1/model.onnx").respond_with_response(there)
    httpserver.expect_request("/elsewhere").respond_with_data(BODY)
    assert download(remote(httpserver), tmp_path, http, source="model").read_bytes() == BODY


def test_what_is_not_the_expected_file_is_refused(
    httpserver: HTTPServer, http: HttpClient, tmp_path: Path
) -> None:
    httpserver.expect_request("/v1/model.onnx").respond_with_data(b"a page of a hotel's network")
    with pytest.raises(FetchError, match="is not the expected one"):
        download(remote(httpserver), tmp_path, http, source="model")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_in_part_is_fetched_anew(
    httpserver: HTTPServer, http: HttpClient, tmp_path: Path
) -> None:
    half = BODY[: len(BODY) // 2]
    httpserver.expect_ordered_request("/v1/model.onnx").respond_with_data(half)
    httpserver.expect_ordered_request("/v1/model.onnx").respond_with_data(BODY)
    with pytest.raises(FetchError):
        download(remote(httpserver), tmp_path, http, source="model")
    assert list(tmp_path.iterdir()) == []
    assert download(remote(httpserver), tmp_path, http, source="model").read_bytes() == BODY


def test_a_folder_that_cannot_be_made_is_told_in_one_line(
    httpserver: HTTPServer, http: HttpClient, tmp_path: Path
) -> None:
    httpserver.expect_request("/v1/model.onnx").respond_with_data(BODY)
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        download(remote(httpserver), tmp_path / "file" / "folder", http, source="model")
