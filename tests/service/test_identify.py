"""What holds at a place and what can be built there: the library's answers, in the words of the wire."""

from __future__ import annotations

import pytest
import shapely
from fastapi.testclient import TestClient

from rdtr import Plan, SampleCity, allowed_at, check
from rdtr.tiles.palette import palette

HERE = "/plans/kota-contoh"
JSON = {"content-type": "application/geo+json"}


@pytest.fixture(scope="module")
def house(plan: Plan) -> tuple[int, float, float]:
    """Return a zone for houses and a place in it: row, lon, lat."""
    row = int(plan.zones.query("KODSZN == 'R-3'").index[0])
    place = plan.zones.geometry.iloc[[row]].representative_point().to_crs(4326).iloc[0]
    return row, place.x, place.y


def test_a_point_tells_its_zone_with_every_official_column(
    client: TestClient, plan: Plan, house: tuple[int, float, float]
) -> None:
    row, lon, lat = house
    told = client.get(f"{HERE}/at", params={"lon": lon, "lat": lat}).json()
    official = plan.zones.iloc[row]
    assert told["inside"] is True
    assert told["zone"]["KODSZN"] == "R-3"
    assert told["zone"]["color"] == palette(plan).color[row]
    assert set(told["zone"]["attributes"]) >= set(plan.zones.columns) - {"geometry"}
    assert told["blok"] == official["KODBLK"]
    assert told["kelurahan"] == official["WADMKD"]
    assert told["plan"]["hash"] == plan.hash
    feature = client.get(f"/ogc/collections/kota-contoh:zones/items/{told['zone']['id']}").json()
    assert feature["properties"]["KODSZN"] == "R-3"


def test_limits_have_label_text_unit_and_article_in_both_languages(
    client: TestClient, plan: Plan, house: tuple[int, float, float]
) -> None:
    _, lon, lat = house
    told = {
        lang: client.get(f"{HERE}/at", params={"lon": lon, "lat": lat, "lang": lang}).json() for lang in ("id", "en")
    }
    kdb = {lang: next(x for x in one["limits"] if x["key"] == "kdb_max_pct") for lang, one in told.items()}
    assert kdb["id"]["value"] == allowed_at(plan, (lon, lat)).limits["kdb_max_pct"].iloc[0]
    assert kdb["id"]["text"].startswith("≤ ")
    assert kdb["id"]["text"].endswith(",0 %")
    assert kdb["en"]["text"].endswith(".0 %")
    assert kdb["id"]["label"] != kdb["en"]["label"]
    assert kdb["id"]["reference"]


def test_rasters_are_told_with_value_unit_and_words(
    client: TestClient, plan: Plan, house: tuple[int, float, float]
) -> None:
    _, lon, lat = house
    told = client.get(f"{HERE}/at", params={"lon": lon, "lat": lat}).json()["rasters"]
    for name, one in told.items():
        alone = client.get(f"{HERE}/rasters/{name}/point", params={"lon": lon, "lat": lat}).json()
        assert {k: alone[k] for k in one} == one
    assert told["dem"]["unit"] == "m"
    assert told["flood"]["label"]


def test_outside_the_plan_nothing_is_said_and_nothing_allowed(client: TestClient) -> None:
    told = client.get(f"{HERE}/at?lon=117.3&lat=0.3").json()
    assert (told["inside"], told["zone"], told["limits"], told["blok"]) == (False, None, [], None)
    allowed = client.get(f"{HERE}/allowed?lon=117.3&lat=0.3").json()
    assert {a["outcome"] for a in allowed["activities"]} == {"undetermined"}


def test_allowed_at_a_point_is_the_librarys(client: TestClient, plan: Plan, house: tuple[int, float, float]) -> None:
    _, lon, lat = house
    told = client.get(f"{HERE}/allowed", params={"lon": lon, "lat": lat}).json()
    library = allowed_at(plan, (lon, lat)).activities
    assert [(a["activity_id"], a["permission"], a["outcome"]) for a in told["activities"]] == list(
        library[["activity_id", "permission", "outcome"]].itertuples(index=False, name=None)
    )
    asked = next(a for a in told["activities"] if a["conditions"])
    assert all(c["text"] for c in asked["conditions"])


@pytest.mark.parametrize("wrapped", ["geometry", "Feature", "FeatureCollection"])
def test_allowed_on_a_polygon_is_what_a_check_says(
    client: TestClient, plan: Plan, city: SampleCity, wrapped: str
) -> None:
    shape = city.permits.to_crs(4326).geometry.iloc[5]
    body = shapely.to_geojson(shape)
    if wrapped != "geometry":
        body = f'{{"type":"Feature","properties":{{}},"geometry":{body}}}'
    if wrapped == "FeatureCollection":
        body = f'{{"type":"FeatureCollection","features":[{body}]}}'
    told = client.post(f"{HERE}/allowed", content=body, headers=JSON).json()
    for one in told["activities"][::40]:
        verdict = check(plan, city.permits.geometry.iloc[5], activity=one["activity_id"]).permits["verdict"].iloc[0]
        assert one["outcome"] == verdict, one
    assert sum(z["share"] for z in told["zones"]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "query", ["", "?lon=117.5", "?lon=x&lat=0", "?lon=200&lat=0", "?lon=nan&lat=0", "?lon=117&lat=91"]
)
@pytest.mark.parametrize("what", ["at", "allowed"])
def test_no_place_or_a_wrong_one_is_refused(client: TestClient, what: str, query: str) -> None:
    answer = client.get(f"{HERE}/{what}{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "query.l" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[]", "not GeoJSON"),
        (b"{", "not GeoJSON"),
        (b'{"type":"Feature"}', "not GeoJSON"),
        (b"[" * 100_000, "not GeoJSON"),
        (b'{"type":"FeatureCollection","features":[]}', "0 geometries"),
        (b'{"type":"LineString","coordinates":[[117.5,0.13],[117.6,0.13]]}', "place is a LineString"),
        (b'{"type":"Polygon","coordinates":[[[117.5,0.13],[117.6,0.14],[117.6,0.13],[117.5,0.14],[117.5,0.13]]]}', "cross"),
    ],
)  # fmt: skip
def test_what_is_no_polygon_is_refused(client: TestClient, body: bytes, words: str) -> None:
    answer = client.post(f"{HERE}/allowed", content=body, headers=JSON)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
