"""Search over HTTP: a few letters, slips forgiven."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from rdtr import Plan

HERE = "/plans/kota-contoh"


def test_activities_are_found_by_name_slip_and_kbli(client: TestClient, plan: Plan) -> None:
    slip = client.get(f"{HERE}/activities", params={"q": "rumha tungal"}).json()["activities"]
    assert slip[0]["name"] == "Rumah tunggal"
    table = plan.rules.activities
    code = table.loc[table["kbli"] != "", "kbli"].iloc[0].split()[0]
    by_code = client.get(f"{HERE}/activities", params={"q": code}).json()["activities"]
    assert code in by_code[0]["kbli"]


def test_a_limit_cuts_the_list_and_nothing_asked_lists_everything(client: TestClient, plan: Plan) -> None:
    assert len(client.get(f"{HERE}/activities?limit=3").json()["activities"]) == 3
    everything = client.get(f"{HERE}/activities?limit=1000").json()["activities"]
    assert [a["activity_id"] for a in everything] == plan.rules.activities["activity_id"].tolist()


def test_places_have_bounds_around_their_centre(client: TestClient, plan: Plan) -> None:
    name = plan.zones["WADMKD"].dropna().iloc[0]
    place = client.get(f"{HERE}/places", params={"q": name}).json()["places"][0]
    assert (place["name"], place["kind"]) == (name, "kelurahan")
    west, south, east, north = place["bounds"]
    assert west < place["center"][0] < east
    assert south < place["center"][1] < north
    zones = plan.zones[plan.zones["WADMKD"] == name].to_crs(4326).total_bounds
    assert (west, south, east, north) == pytest.approx(tuple(zones), abs=1e-5)


@pytest.mark.parametrize("what", ["activities", "places"])
def test_bad_limits_and_long_texts_are_refused_and_odd_texts_find_nothing(client: TestClient, what: str) -> None:
    for query in ("limit=0", "limit=x", "limit=100000", f"q={'a' * 201}"):
        assert client.get(f"{HERE}/{what}?{query}").status_code == 422
    for text in ("%00", "🏠", "'; drop table--", "(((", "\\"):
        assert client.get(f"{HERE}/{what}", params={"q": text}).status_code == 200
