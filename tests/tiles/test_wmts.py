"""WMTS capabilities: GDAL opens them, and reads the tile that the grid says."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile

from rdtr.errors import TileError
from rdtr.tiles.grid import Grid, grid, plan_bounds, plan_grid
from rdtr.tiles.wmts import FORMATS, wmts
from tests.town import make_plan

W = "{http://www.opengis.net/wmts/1.0}"
O = "{http://www.opengis.net/ows/1.1}"  # noqa: E741 # the prefix of the standard
TEMPLATE = "https://example.org/tiles/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}"
URLS = {kind: f"{TEMPLATE}.{end}" for kind, end in zip(FORMATS, ("png", "webp", "mvt"), strict=True)}


def test_the_document_lists_grids_formats_and_addresses() -> None:
    plan = make_plan(title="Kota & <desa>")
    root = ET.fromstring(wmts(plan, URLS, grids=[grid(), plan_grid(plan)], url="https://example.org/c.xml").encode())
    layer = root.find(f"{W}Contents/{W}Layer")
    assert layer is not None
    assert [f.text for f in layer.findall(f"{W}Format")] == list(FORMATS)
    assert {r.get("format"): r.get("template") for r in layer.findall(f"{W}ResourceURL")} == URLS
    sets = root.findall(f"{W}Contents/{W}TileMatrixSet")
    assert [s.findtext(f"{O}Identifier") for s in sets] == ["WebMercatorQuad", "UTM50N-kota"]
    assert [s.findtext(f"{O}SupportedCRS") for s in sets] == [
        "urn:ogc:def:crs:EPSG::3857",
        "urn:ogc:def:crs:EPSG::9480",
    ]
    assert sets[0].findtext(f"{W}WellKnownScaleSet") == "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
    assert root.findtext(f"{O}ServiceIdentification/{O}Title") == "Kota & <desa>"


def test_limits_are_the_tiles_that_the_plan_reaches_into() -> None:
    plan = make_plan()
    root = ET.fromstring(wmts(plan, URLS).encode())
    for limit in root.iter(f"{W}TileMatrixLimits"):
        zoom = int(limit.findtext(f"{W}TileMatrix") or -1)
        edges = [int(limit.findtext(f"{W}{k}") or -1) for k in ("MinTileCol", "MinTileRow", "MaxTileCol", "MaxTileRow")]
        assert tuple(edges) == grid().tiles_over(plan_bounds(plan, grid()), zoom)


def test_a_grid_that_names_latitude_first_has_its_corner_so() -> None:
    root = ET.fromstring(wmts(make_plan(), URLS, grids=[grid("WGS1984Quad"), grid("WorldCRS84Quad")]).encode())
    corners = [s.findtext(f"{W}TileMatrix/{W}TopLeftCorner") for s in root.iter(f"{W}TileMatrixSet") if len(s)]
    assert corners == ["90.0 -180.0", "-180.0 90.0"]
    assert root.findtext(f".//{W}TileMatrixSet[2]/{O}SupportedCRS") == "urn:ogc:def:crs:OGC:1.3:CRS84"


@pytest.mark.parametrize(
    ("urls", "name", "words"),
    [
        ({}, "WebMercatorQuad", "there is no template"),
        ({"image/gif": TEMPLATE}, "WebMercatorQuad", "format 'image/gif' is not known; it is one of image/png"),
        ({"image/png": "/{TileMatrix}"}, "WebMercatorQuad", r"lacks \{TileMatrixSet\}, \{TileRow\}, \{TileCol\}"),
        (URLS, "GNOSISGlobalGrid", "grid GNOSISGlobalGrid has rows of wider tiles"),
    ],
)
def test_what_cannot_be_is_refused(urls: dict[str, str], name: str, words: str) -> None:
    with pytest.raises(TileError, match=words):
        wmts(make_plan(), urls, grids=[grid(name)])


def picture(z: int, x: int, y: int) -> bytes:
    """A tile that says which one it is."""
    pixels = np.empty((4, 256, 256), np.uint8)
    pixels[0], pixels[1], pixels[2], pixels[3] = z, x % 256, y % 256, 255
    with MemoryFile() as memory:
        with memory.open(driver="PNG", width=256, height=256, count=4, dtype="uint8") as target:
            target.write(pixels)
        return memory.read()


@contextmanager
def served() -> Iterator[str]:
    """Pictures on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            z, x, y = map(int, re.findall(r"/(\d+)/(\d+)/(\d+)\.png", self.path)[0])
            body = picture(z, x, y)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # of the pictures, which say no place
@pytest.mark.parametrize("which", ["WebMercatorQuad", "WorldCRS84Quad", "WGS1984Quad", "own"])
def test_gdal_opens_the_document_and_reads_the_tile_that_the_grid_says(tmp_path: Path, which: str) -> None:
    plan = make_plan()
    one: Grid = plan_grid(plan) if which == "own" else grid(which)
    with served() as home:
        urls = {"image/png": f"{home}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileCol}}/{{TileRow}}.png"}
        document = tmp_path / "wmts.xml"
        document.write_text(wmts(plan, urls, grids=[one], maxzoom=18), encoding="utf-8")
        name = f"WMTS:{document},layer=zones,tilematrixset={one.name}"
        with rasterio.Env(GDAL_ENABLE_WMS_CACHE="NO"), rasterio.open(name) as opened:
            assert opened.driver == "WMTS"
            zoom = min(18, one.maxzoom)
            assert opened.res[0] == pytest.approx(one.resolution(zoom))
            bounds = plan_bounds(plan, one)
            x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
            column, row, *_ = one.tiles_over((x, y, x, y), zoom)
            red, green, blue = (int(v) for v in next(opened.sample([(x, y)]))[:3])
            assert (red, green, blue) == (zoom, column % 256, row % 256)
