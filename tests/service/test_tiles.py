"""Tiles over HTTP: right bytes, right status at every edge, nothing sent twice that is held."""

from __future__ import annotations

import gzip
import json
from typing import Any

import brotli
import pytest
import zstandard
from fastapi.testclient import TestClient

from rdtr import SampleCity
from rdtr.tiles import raster_tile, vector_tile, zone_image
from rdtr.tiles.grid import grid, plan_bounds, plan_grid

PLAN = "/plans/kota-contoh"


@pytest.fixture(scope="module")
def zxy(city: SampleCity) -> tuple[int, int, int]:
    """Return a tile in the middle of the city."""
    x0, y0, x1, y1 = grid().tiles_over(plan_bounds(city.plan, grid()), 15)
    return 15, (x0 + x1) // 2, (y0 + y1) // 2


def path(zxy: tuple[int, int, int], suffix: str = "mvt", tms: str = "WebMercatorQuad", of: str = "") -> str:
    z, x, y = zxy
    return f"{PLAN}{of}/tiles/{tms}/{z}/{x}/{y}.{suffix}"


def plain(answer: Any) -> dict[str, str]:
    return {k: v for k, v in answer.headers.items() if k in ("content-type", "etag", "cache-control", "vary")}


def test_a_vector_tile_has_the_bytes_of_the_library(
    client: TestClient, city: SampleCity, zxy: tuple[int, int, int]
) -> None:
    answer = client.get(path(zxy), headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.content == vector_tile(city.plan, *zxy)
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"


@pytest.mark.parametrize(
    ("coding", "unpack"),
    [
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda b: zstandard.ZstdDecompressor().decompress(b)),
    ],
)
def test_every_coding_unpacks_to_the_same_bytes(
    client: TestClient, city: SampleCity, zxy: tuple[int, int, int], coding: str, unpack: Any
) -> None:
    with client.stream("GET", path(zxy), headers={"accept-encoding": coding}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-length"] == str(len(raw))
    assert answer.headers["vary"] == "accept-encoding"
    assert unpack(raw) == vector_tile(city.plan, *zxy)


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_zones_as_a_picture_have_the_bytes_of_the_library(
    client: TestClient, city: SampleCity, zxy: tuple[int, int, int], suffix: Any
) -> None:
    answer = client.get(path(zxy, suffix))
    assert answer.content == zone_image(city.plan, *zxy, format=suffix)
    assert answer.headers["content-type"] == f"image/{suffix}"
    assert "content-encoding" not in answer.headers


def test_a_raster_tile_has_the_colours_that_its_name_tells(
    client: TestClient, city: SampleCity, zxy: tuple[int, int, int]
) -> None:
    answer = client.get(path(zxy, "png", of="/rasters/flood"))
    assert answer.status_code in (200, 204)
    served = client.app.state.service.catalog.plans["kota-contoh"].layers["flood"]  # type: ignore[attr-defined]
    expected = raster_tile(served, *zxy, colormap="flood")
    assert answer.content == (b"" if expected.empty else expected.bytes)


def test_the_grid_of_the_plan_itself_is_served_too(client: TestClient, city: SampleCity) -> None:
    own = plan_grid(city.plan)
    answer = client.get(path((0, 0, 0), tms=own.name), headers={"accept-encoding": "identity"})
    assert answer.content == vector_tile(city.plan, 0, 0, 0, tms=own)


def test_an_address_with_the_hash_is_kept_for_ever_and_one_without_for_moments(
    client: TestClient, city: SampleCity, zxy: tuple[int, int, int]
) -> None:
    held = client.get("/plans/kota-contoh").json()["hash"]
    forever, now = client.get(path(zxy, of=f"/v/{held}")), client.get(path(zxy))
    assert forever.content == now.content
    assert forever.headers["etag"] == now.headers["etag"]
    assert forever.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert now.headers["cache-control"] == "public, max-age=10, must-revalidate"


def test_who_holds_a_tile_is_not_sent_it_again(client: TestClient, zxy: tuple[int, int, int]) -> None:
    first = client.get(path(zxy), headers={"accept-encoding": "br"})
    for tags in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = client.get(path(zxy), headers={"accept-encoding": "br", "if-none-match": tags})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert client.get(path(zxy), headers={"if-none-match": '"other"'}).status_code == 200


def test_a_head_has_the_headers_of_the_get_and_no_body(client: TestClient, zxy: tuple[int, int, int]) -> None:
    got, head = client.get(path(zxy)), client.head(path(zxy))
    assert (head.status_code, head.content) == (200, b"")
    assert plain(head) == plain(got)


@pytest.mark.parametrize(
    ("where", "status", "words"),
    [
        ("/tiles/WebMercatorQuad/15/0/0.mvt", 204, ""),
        ("/tiles/WebMercatorQuad/15/0/0.png", 204, ""),
        ("/rasters/dem/tiles/WebMercatorQuad/15/0/0.png", 204, ""),
        ("/tiles/WebMercatorQuad/3/8/0.mvt", 404, "tile 3/8/0 is outside; at zoom 3 x goes from 0 to 7"),
        ("/tiles/WebMercatorQuad/29/0/0.mvt", 404, "29"),
        ("/tiles/Nowhere/3/0/0.mvt", 404, "Nowhere"),
        ("/tiles/WebMercatorQuad/3/0/0.gif", 406, "there are mvt, png, webp"),
        ("/rasters/dem/tiles/WebMercatorQuad/3/0/0.mvt", 406, "there are png, webp, jpg"),
        ("/rasters/secret/tiles/WebMercatorQuad/3/0/0.png", 404, "no raster 'secret'"),
        ("/v/0badc0de/tiles/WebMercatorQuad/3/0/0.mvt", 404, "read its tilejson.json again"),
        ("/tiles/WebMercatorQuad/3/0/0.mvt?layers=nothing", 422, "no layer 'nothing'"),
        ("/tiles/WebMercatorQuad/3/0/0.mvt?filter=this is none", 422, "filter"),
        ("/tiles/WebMercatorQuad/3/8/0.mvt?layers=zones", 404, "tile 3/8/0 is outside; at zoom 3 x goes from 0 to 7"),
        ("/tiles/WebMercatorQuad/3/0/0.png?size=300", 422, "size 300"),
    ],
)
def test_edges_are_answered_with_what_was_wrong(client: TestClient, where: str, status: int, words: str) -> None:
    answer = client.get(PLAN + where)
    assert answer.status_code == status, answer.text
    if status != 204:
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.text)["status"] == status
        assert words in answer.json()["detail"]


def test_an_unknown_plan_is_named_with_what_there_is(client: TestClient) -> None:
    answer = client.get("/plans/atlantis/tiles/WebMercatorQuad/3/0/0.mvt")
    assert answer.status_code == 404
    assert "'atlantis' is not served here; there are: kota-contoh" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_tile_is_only_read(client: TestClient, zxy: tuple[int, int, int], method: str) -> None:
    answer = client.request(method, path(zxy))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"accept": "image/png"}, 406),
        ({"accept": "application/vnd.mapbox-vector-tile"}, 200),
        ({"accept": "text/html, */*;q=0.1"}, 200),
        ({"accept-encoding": "identity;q=0, deflate"}, 406),
        ({"accept-encoding": "gzip;q=0"}, 200),
    ],
)
def test_what_a_client_cannot_take_is_refused(
    client: TestClient, zxy: tuple[int, int, int], headers: dict[str, str], status: int
) -> None:
    assert client.get(path(zxy), headers=headers).status_code == status


def test_other_sites_may_read_tiles(client: TestClient, zxy: tuple[int, int, int]) -> None:
    assert client.get(path(zxy)).headers["access-control-allow-origin"] == "*"
    preflight = client.options(
        path(zxy), headers={"origin": "https://peta.example", "access-control-request-method": "GET"}
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"


def test_chosen_layers_and_a_filter_are_those_of_the_library(
    client: TestClient, city: SampleCity, zxy: tuple[int, int, int]
) -> None:
    answer = client.get(path(zxy), params={"layers": "zones", "filter": "KODZON = 'R'"})
    assert answer.content == vector_tile(city.plan, *zxy, layers=["zones"], where="KODZON = 'R'")
    dark = client.get(path(zxy, "png"), params={"theme": "dark", "size": 512})
    assert dark.content == zone_image(city.plan, *zxy, theme="dark", size=512)
