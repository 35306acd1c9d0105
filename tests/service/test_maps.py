"""What a map reads beside tiles: every address in it leads somewhere, and to the version in force."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rdtr import Plan, SampleCity
from rdtr.tiles.legend import legend
from rdtr.tiles.sprite import sprite
from rdtr.tiles.style import style

PLAN = "/plans/kota-contoh"


def test_tilejson_points_to_tiles_of_this_very_version(client: TestClient) -> None:
    told = client.get(f"{PLAN}/tilejson.json").json()
    held = client.get(PLAN).json()["hash"]
    assert f"/v/{held}/tiles/WebMercatorQuad/{{z}}/{{x}}/{{y}}.mvt" in told["tiles"][0]
    z, x, y = 8, 211, 127
    assert client.get(told["tiles"][0].format(z=z, x=x, y=y)).status_code in (200, 204)


@pytest.mark.parametrize("theme", ["light", "dark", "colorblind"])
def test_the_style_is_that_of_the_library_and_its_sprite_is_there(
    client: TestClient, city: SampleCity, theme: Any
) -> None:
    told = client.get(f"{PLAN}/style.json", params={"theme": theme, "lang": "en"}).json()
    tiles = client.get(f"{PLAN}/tilejson.json").json()["tiles"][0]
    expected = style(
        city.plan, tiles_url=tiles, theme=theme, lang="en", glyphs_url=told["glyphs"], sprite_url=told["sprite"]
    )
    assert told["layers"] == json.loads(json.dumps(expected))["layers"]
    for ratio, suffix in ((1, ""), (2, "@2x")):
        assert client.get(f"{told['sprite']}{suffix}.png").content == sprite(theme, ratio=ratio).png
        assert client.get(f"{told['sprite']}{suffix}.json").json() == sprite(theme, ratio=ratio).index


def test_addresses_begin_as_the_client_sees_the_service(client: TestClient) -> None:
    told = client.get(f"{PLAN}/style.json", headers={"host": "peta.kota.go.id"}).json()
    assert told["glyphs"].startswith("http://peta.kota.go.id/static/glyphs/")
    assert told["sprite"].startswith("http://peta.kota.go.id/plans/")


def test_the_legend_is_that_of_the_library(client: TestClient, plan: Plan) -> None:
    assert client.get(f"{PLAN}/legend.json?theme=dark&lang=en").json() == json.loads(
        json.dumps(legend(plan, theme="dark", lang="en"))
    )
    picture = client.get(f"{PLAN}/legend.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(picture.text).tag.endswith("svg")


def test_the_capabilities_offer_pictures_that_are_there(client: TestClient) -> None:
    answer = client.get(f"{PLAN}/WMTSCapabilities.xml")
    root = ET.fromstring(answer.text)
    templates = [e.get("template") for e in root.iter("{http://www.opengis.net/wmts/1.0}ResourceURL")]
    url = next(t for t in templates if t and t.endswith(".png"))
    for part, value in {
        "TileMatrixSet": "WebMercatorQuad",
        "TileMatrix": "8",
        "TileCol": "211",
        "TileRow": "127",
    }.items():
        url = url.replace(f"{{{part}}}", value)
    assert client.get(url).status_code in (200, 204)


@pytest.mark.parametrize("name", ["style.qml", "style.sld", "style.sld?version=1.0.0"])
def test_styles_for_other_programs_are_xml(client: TestClient, name: str) -> None:
    told = client.get(f"{PLAN}/{name}").text
    assert ET.fromstring(told[told.index("<qgis") if name == "style.qml" else 0 :].encode()) is not None


@pytest.mark.parametrize(
    "name", ["tilejson.json", "style.json", "legend.json", "legend.svg", "WMTSCapabilities.xml", "rasters"]
)
def test_who_holds_a_document_is_not_sent_it_again(client: TestClient, name: str) -> None:
    first = client.get(f"{PLAN}/{name}")
    assert first.headers["x-plan-hash"] == client.get(PLAN).json()["hash"]
    again = client.get(f"{PLAN}/{name}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["style.json?theme=pink", "legend.svg?columns=9", "style.json?lang=fr", "style.sld?version=2"]
)
def test_an_unknown_choice_is_refused(client: TestClient, name: str) -> None:
    answer = client.get(f"{PLAN}/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_an_unknown_sprite_is_refused_with_those_that_there_are(client: TestClient) -> None:
    answer = client.get(f"{PLAN}/sprite/pink@3x.png")
    assert answer.status_code == 404
    assert "light[@2x].json|png" in answer.json()["detail"]


def test_rasters_are_listed_with_addresses_that_lead_somewhere(client: TestClient, city: SampleCity) -> None:
    listed = client.get(f"{PLAN}/rasters").json()["rasters"]
    assert {one["name"] for one in listed} == set(city.rasters)
    for one in listed:
        told = client.get(one["tilejson"]).json()
        z = told["minzoom"]
        assert client.get(told["tiles"][0].format(z=z, x=(211 << z) >> 8, y=(127 << z) >> 8)).status_code in (200, 204)
        assert client.get(one["legend"]).json()["entries"]


def test_a_raster_tells_its_value_at_a_place(client: TestClient, city: SampleCity) -> None:
    west, south, east, north = client.get(PLAN).json()["bounds"]
    told = client.get(f"{PLAN}/rasters/dem/point?lon={(west + east) / 2}&lat={(south + north) / 2}").json()
    assert told["unit"] == "m"
    assert 0.0 <= told["value"] < 500.0
    outside = client.get(f"{PLAN}/rasters/dem/point?lon=0&lat=0").json()
    assert outside["value"] is None
    assert client.get(f"{PLAN}/rasters/dem/point?lon=nan&lat=0").status_code == 422


def test_pages_ask_no_other_host(client: TestClient) -> None:
    for page in ("/", "/docs"):
        answer = client.get(page)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
    assert "http" not in client.get("/docs").text
    for part in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert client.get(f"/docs/{part}").status_code == 200
    assert client.get("/docs/../../etc/passwd").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404
