"""Files of the web build: compressed ones to who takes them, under the name and kind of the file itself."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from rdtr.service.routes.site import Built

SCRIPT = b"export const zona = 1;\n" * 400


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "index-1a.js.br").write_bytes(brotli.compress(SCRIPT))
    (tmp_path / "assets" / "index-1a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "plain.txt").write_bytes(b"plain")
    with TestClient(Starlette(routes=[Mount("/static", Built(tmp_path))])) as client:
        yield client


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("zstd", None), ("identity", None)],
)
def test_a_script_comes_in_the_best_coding_that_the_client_takes(
    client: TestClient, accepted: str, coding: str | None
) -> None:
    answer = client.get("/static/assets/index-1a.js", headers={"accept-encoding": accepted})
    assert (answer.status_code, answer.content) == (200, SCRIPT)  # the client unpacks
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["cache-control"]
    if coding is not None:
        assert int(answer.headers["content-length"]) < len(SCRIPT) / 10


def test_each_coding_has_a_validator_of_its_own(client: TestClient) -> None:
    tags = {
        coding: client.get("/static/assets/index-1a.js", headers={"accept-encoding": coding}).headers["etag"]
        for coding in ("br", "gzip", "identity")
    }
    assert len(set(tags.values())) == 3
    held = {"accept-encoding": "br", "if-none-match": tags["br"]}
    assert client.get("/static/assets/index-1a.js", headers=held).status_code == 304


def test_a_file_without_compressed_ones_comes_as_it_is(client: TestClient) -> None:
    answer = client.get("/static/plain.txt", headers={"accept-encoding": "br"})
    assert (answer.content, "content-encoding" in answer.headers, "vary" in answer.headers) == (b"plain", False, False)
    assert answer.headers["cache-control"] == "no-cache"


def test_compressed_files_have_no_address_of_their_own(client: TestClient) -> None:
    with pytest.raises(Exception, match="under the name of the file"):
        client.get("/static/assets/index-1a.js.br")
