"""OGC API Features and Tiles, and WMTS: judged by GDAL and OWSLib against a service that really listens."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import rasterio
import shapely
from fastapi.testclient import TestClient
from owslib.ogcapi.features import Features
from rasterio.transform import rowcol

from rdtr import Plan, read_plan
from rdtr.tiles.grid import grid, plan_grid
from rdtr.tiles.palette import palette
from tests.service.running import running

ZONES = "kota-contoh:zones"
ITEMS = f"/ogc/collections/{ZONES}/items"


@pytest.fixture(scope="module")
def plan(served: Path) -> Plan:
    return read_plan(served / "kota.rdtr")


@pytest.fixture(scope="module")
def address(served: Path) -> Iterator[str]:
    with running(served) as url:
        yield url


@pytest.fixture(scope="module")
def quiet(address: str) -> Iterator[str]:
    """Return the address for GDAL, which is told not to look for a proxy on the way to this very host."""
    before = os.environ.get("NO_PROXY")
    os.environ["NO_PROXY"] = "127.0.0.1"
    yield address
    os.environ.pop("NO_PROXY")
    if before is not None:
        os.environ["NO_PROXY"] = before


def page(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get(ITEMS, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


def link(document: dict[str, Any], rel: str) -> str | None:
    return next((one["href"] for one in document["links"] if one["rel"] == rel), None)


def test_gdal_reads_every_feature_over_all_pages(quiet: str, plan: Plan) -> None:
    source = f"OAPIF:{quiet}/ogc"
    assert {name for name, _ in pyogrio.list_layers(source)} >= {ZONES, "kota-contoh:roads"}
    read = pyogrio.read_dataframe(source, layer=ZONES, PAGE_SIZE=37)
    zones = plan.zones
    assert read["KODSZN"].tolist() == zones["KODSZN"].tolist()
    assert read.to_crs(plan.crs).area.to_numpy() == pytest.approx(zones.area.to_numpy(), rel=1e-5, abs=0.05)


def test_gdal_lets_the_service_filter_by_place_and_by_value(quiet: str, plan: Plan) -> None:
    source, zones = f"OAPIF:{quiet}/ogc", plan.zones
    some = zones.iloc[[0]].to_crs(4326)
    west, south, east, north = some.total_bounds
    near = pyogrio.read_dataframe(source, layer=ZONES, bbox=(west, south, east, north))
    assert len(near) == zones.to_crs(4326).intersects(shapely.box(west, south, east, north)).sum()
    code = zones["KODSZN"].iloc[0]
    of_code = pyogrio.read_dataframe(source, layer=ZONES, where=f"KODSZN = '{code}'")
    assert len(of_code) == (zones["KODSZN"] == code).sum()


def test_owslib_walks_from_the_landing_page_to_the_items(address: str, plan: Plan) -> None:
    service = Features(f"{address}/ogc")
    assert ZONES in service.feature_collections()
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    assert service.api()["openapi"].startswith("3.0")
    found = service.collection_items(ZONES, limit=3)
    assert (found["numberMatched"], found["numberReturned"]) == (len(plan.zones), 3)
    assert service.collection_item(ZONES, "2")["properties"]["NAMOBJ"] == plan.zones["NAMOBJ"].iloc[1]


def test_gdal_reads_the_zones_out_of_the_tiles_of_ogc_api_tiles(quiet: str, plan: Plan) -> None:
    source = f"OGCAPI:{quiet}/ogc/collections/{ZONES}"
    assert [f"Zoom level {z}" for z in range(8, 18)] == [name for name, _ in pyogrio.list_layers(source)]
    read = pyogrio.read_dataframe(source, layer="Zoom level 15", API="TILES")
    read["geometry"] = read.geometry.make_valid()
    drawn = read.dissolve("KODSZN").to_crs(plan.crs).area
    areas = plan.zones.dissolve("KODSZN").area
    assert set(drawn.index) == set(areas.index)
    big = areas[areas > 10_000].index
    assert len(big) > 5
    assert drawn[big].to_numpy() == pytest.approx(areas[big].to_numpy(), rel=0.03)  # borders are drawn, not measured


def test_gdal_draws_the_zones_by_wmts_in_their_official_colours(quiet: str, plan: Plan) -> None:
    colours, zones = palette(plan), plan.zones
    big = int(zones.area.to_numpy().argmax())
    with rasterio.open(f"WMTS:{quiet}/plans/kota-contoh/WMTSCapabilities.xml", overview_level=1) as picture:
        place = zones.geometry.iloc[[big]].representative_point().to_crs(picture.crs).iloc[0]
        row, column = rowcol(picture.transform, place.x, place.y)
        pixel = picture.read(window=((row, row + 1), (column, column + 1)))[:, 0, 0]
    assert bytes(pixel[:3].tolist()).hex() == str(colours.color[big]).removeprefix("#").casefold()


def test_pages_join_without_a_gap_or_a_double(client: TestClient, plan: Plan) -> None:
    seen, url = [], f"{ITEMS}?limit=50"
    while url:
        told = client.get(url).json()
        seen += [f["id"] for f in told["features"]]
        assert told["numberReturned"] == len(told["features"])
        assert told["numberMatched"] == len(plan.zones)
        url = link(told, "next")
    assert seen == list(range(1, len(plan.zones) + 1))
    assert link(page(client, limit=50, offset=50), "prev") is not None
    assert link(page(client, limit=50), "prev") is None


def test_a_filter_stays_in_the_link_to_the_next_page(client: TestClient, plan: Plan) -> None:
    code = plan.zones["KODSZN"].value_counts().index[0]
    first = page(client, KODSZN=code, limit=1)
    second = client.get(link(first, "next")).json()
    assert second["features"][0]["properties"]["KODSZN"] == code
    assert second["numberMatched"] == (plan.zones["KODSZN"] == code).sum()


def test_a_box_with_heights_or_over_the_date_line_is_understood(client: TestClient, plan: Plan) -> None:
    assert page(client, bbox="117,0,-50,118,1,500")["numberMatched"] == len(plan.zones)
    assert page(client, bbox="170,-10,120,10")["numberMatched"] == len(plan.zones)  # over 180 and on to 120 E
    assert page(client, bbox="170,-10,-170,10")["numberMatched"] == 0


@pytest.mark.parametrize("when", ["2024-01-01", "2024-01-01T00:00:00Z/..", "../2024-05-06", "2020-01-01/2021-01-01"])
def test_features_without_time_fit_every_time(client: TestClient, plan: Plan, when: str) -> None:
    assert page(client, datetime=when)["numberMatched"] == len(plan.zones)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("bbox=1,2,3", "bbox is '1,2,3'; wanted west,south,east,north"),
        ("bbox=1,2,3,nan", "bbox is"),
        ("bbox=117,1,118,0", "bbox is"),
        ("bbox=1e9,0,2e9,1", "bbox is"),
        ("limit=0", "limit is '0'; wanted a whole number, 1 or more"),
        ("limit=-5", "limit is"),
        ("limit=٣", "limit is"),
        ("offset=x", "offset is"),
        ("datetime=kemarin", "datetime is 'kemarin'"),
        ("datetime=/", "datetime is"),
        ("kodszn=R-2", "parameter 'kodszn' is not known here"),
        ("limit=1&limit=2", "parameter 'limit' is given twice"),
        ("f=html", "f='html' is not made here"),
    ],
)
def test_what_the_standard_wants_refused_is_refused(client: TestClient, query: str, words: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert words in answer.json()["detail"]


def test_values_of_the_wrong_kind_find_nothing_and_a_limit_beyond_the_most_is_cut(
    client: TestClient, plan: Plan
) -> None:
    assert page(client, LUASHA="banyak")["numberMatched"] == 0
    area = plan.zones["LUASHA"].iloc[4]
    assert 5 in [f["id"] for f in page(client, LUASHA=repr(float(area)))["features"]]
    assert page(client, limit=10**9)["numberReturned"] == len(plan.zones)
    assert page(client, offset=10**9)["features"] == []


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "1.0", "٣"])
def test_an_item_that_is_not_there(client: TestClient, number: str) -> None:
    answer = client.get(f"{ITEMS}/{number}")
    assert answer.status_code == 404
    assert "they are numbered 1 to" in answer.json()["detail"]


def test_collections_that_are_not_there_are_answered_with_those_that_are(client: TestClient) -> None:
    for name in ("kota-contoh", "kota-contoh:dem", "atlantis:zones", "zones", "kota-contoh:"):
        answer = client.get(f"/ogc/collections/{name}/items")
        assert answer.status_code == 404
        assert ZONES in answer.json()["detail"]


def test_the_api_document_names_the_filters_of_each_collection(client: TestClient, plan: Plan) -> None:
    answer = client.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    get = answer.json()["paths"][f"/collections/{ZONES}/items"]["get"]
    names = {p["name"] for p in get["parameters"]}
    assert names == {"limit", "offset", "bbox", "datetime", "f", *plan.zones.columns} - {"geometry"}


def test_tilesets_lead_to_tiles(client: TestClient, plan: Plan) -> None:
    about = client.get(f"/ogc/collections/{ZONES}").json()
    listed = client.get(link(about, "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector")).json()["tilesets"]
    for short in listed:
        one = client.get(short["links"][0]["href"]).json()
        limit = one["tileMatrixSetLimits"][0]
        template = next(x for x in one["links"] if x["rel"] == "item")
        places = {"tileMatrix": "tileMatrix", "tileRow": "minTileRow", "tileCol": "minTileCol"}
        url = template["href"].format(**{name: limit[key] for name, key in places.items()})
        tile = client.get(url)
        assert (tile.status_code, tile.headers["content-type"]) == (200, "application/vnd.mapbox-vector-tile"), url
        assert one["layers"][0]["id"] == "zones"
        assert one["layers"][0]["propertiesSchema"]["properties"]["KODSZN"] == {"type": "string"}
    picture = client.get(f"/ogc/collections/{ZONES}/map/tiles/WebMercatorQuad").json()
    assert {x["type"] for x in picture["links"] if x["rel"] == "item"} == {"image/png", "image/webp"}
    assert client.get("/ogc/collections/kota-contoh:roads/map/tiles").status_code == 404
    assert client.get(f"/ogc/collections/{ZONES}/tiles/MarsQuad").status_code == 404


def test_grids_are_those_of_the_standard_and_the_plans_own(client: TestClient, plan: Plan) -> None:
    own = plan_grid(plan).name
    ids = [one["id"] for one in client.get("/ogc/tileMatrixSets").json()["tileMatrixSets"]]
    assert ids == ["WebMercatorQuad", "WorldCRS84Quad", own]
    for name in ids:
        assert client.get(f"/ogc/tileMatrixSets/{name}").json()["id"] == name
    assert json.loads(grid().document) == client.get("/ogc/tileMatrixSets/WebMercatorQuad").json()
    assert client.get("/ogc/tileMatrixSets/MarsQuad").status_code == 404


def test_every_link_of_the_landing_page_answers(client: TestClient) -> None:
    for one in client.get("/ogc").json()["links"]:
        assert client.get(one["href"]).status_code == 200, one
