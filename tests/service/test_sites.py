"""Sites over HTTP: a polygon from whatever is sent, on the plan, with confidence and reasons."""

from __future__ import annotations

import pytest
import shapely
from fastapi.testclient import TestClient

from rdtr import SampleCity
from rdtr.tiles.grid import plan_bounds

URL = "/plans/kota-contoh/sites"


@pytest.fixture(scope="module")
def corners(city: SampleCity) -> list[tuple[float, float]]:
    """Return a square of 40 metres in the middle of the plan, in its own metres."""
    x, y = (int(v) for v in city.plan.zones.union_all().centroid.coords[0])
    return [(x, y), (x + 40, y), (x + 40, y + 40), (x, y + 40)]


@pytest.fixture(scope="module")
def rows(corners: list[tuple[float, float]]) -> str:
    return "\n".join(f"{k}  {x}.00  {y}.00" for k, (x, y) in enumerate(corners, 1))


def test_typed_metres_land_on_the_plan(client: TestClient, city: SampleCity, rows: str) -> None:
    answer = client.post(URL, content=rows, headers={"content-type": "text/plain"})
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    west, south, east, north = shapely.geometry.shape(told["features"][0]["geometry"]).bounds
    bounds = plan_bounds(city.plan)
    assert bounds[0] < west < east < bounds[2]
    assert bounds[1] < south < north < bounds[3]
    assert 0.5 < told["confidence"] < 1.0
    assert any("menaruh lokasi pada rencana" in reason for reason in told["reasons"])
    english = client.post(f"{URL}?lang=en", content=rows, headers={"content-type": "text/plain"}).json()
    assert any("puts the site onto the plan" in reason for reason in english["reasons"])


def test_a_text_field_or_a_file_of_a_form_is_the_same(client: TestClient, rows: str) -> None:
    raw = client.post(URL, content=rows, headers={"content-type": "text/plain"}).json()
    for form in ({"files": {"text": (None, rows)}}, {"files": {"file": ("titik.txt", rows)}}):
        assert client.post(URL, **form).json()["features"] == raw["features"]


def test_what_comes_back_can_be_sent_to_be_checked(client: TestClient, rows: str) -> None:
    site = client.post(URL, content=rows, headers={"content-type": "text/plain"})
    headers = {"content-type": "application/geo+json"}
    checked = client.post("/plans/kota-contoh/checks?activity=4711", content=site.content, headers=headers).json()
    assert [p["permit_id"] for p in checked["permits"]] == ["1"]
    assert checked["permits"][0]["area_m2"] == pytest.approx(1600.0, abs=0.1)
    assert checked["permits"][0]["covered_share"] > 0.99


@pytest.mark.parametrize(
    ("name", "sent", "status", "words"),
    [
        ("a.txt", b"halo", 422, "no coordinates are found in the text"),
        ("a.pdf", b"%PDF-1.4 junk", 422, "the PDF cannot be read"),
        ("a.kml", b"<!DOCTYPE a [<!ENTITY x 'y'>]><kml/>", 422, "declares a document type"),
        ("a.xlsx", b"PK\x03\x04junk", 422, "is damaged"),
        ("a.exe", b"MZ", 415, "the format '.exe' is not taken"),
        ("a.txt", b"4.89 52.37\n" * 5, 422, "no coordinates"),
        ("a.txt", b"\x00" * 99, 422, "this is no text"),
    ],
)
def test_hostile_files_are_refused_with_the_reason(
    client: TestClient, name: str, sent: bytes, status: int, words: str
) -> None:
    answer = client.post(URL, files={"file": (name, sent)})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_no_answer_tells_a_path_of_the_server(client: TestClient) -> None:
    for name in ("a.pdf", "a.kml", "a.xlsx", "a.gpkg", "a.geojson", "a.zip", "a.fgb", "a.parquet"):
        answer = client.post(URL, files={"file": (name, b"junk")})
        assert answer.status_code in (415, 422)
        assert "/tmp" not in answer.text
        assert "rdtr-" not in answer.text
