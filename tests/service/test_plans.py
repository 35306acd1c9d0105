"""The list of plans and one plan."""

from __future__ import annotations

from fastapi.testclient import TestClient

from rdtr import SampleCity


def test_every_package_of_the_folder_is_a_plan(client: TestClient, city: SampleCity) -> None:
    listed = client.get("/plans").json()["plans"]
    assert [(p["id"], p["title"]) for p in listed] == [(city.plan.identity.id, city.plan.identity.title)]


def test_a_plan_tells_its_regulation_zones_and_rasters(client: TestClient, city: SampleCity) -> None:
    told = client.get(f"/plans/{city.plan.identity.id}").json()
    assert told["zones"] == len(city.plan.zones)
    assert told["regulation"] == city.plan.identity.regulation
    assert {r["name"] for r in told["rasters"]} == set(city.rasters)


def test_an_unknown_plan_is_named_with_what_there_is(client: TestClient, city: SampleCity) -> None:
    answer = client.get("/plans/atlantis")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "'atlantis' is not served here; there are: " + city.plan.identity.id in answer.json()["detail"]
