"""Finding activities and places by a few letters."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

import rdtr
from rdtr import crs
from rdtr.zoning.search import find_activities, find_places
from tests.town import box, make_plan, make_rules, make_zones


@pytest.fixture(scope="module")
def plan() -> rdtr.Plan:
    return rdtr.sample_city(parcels=500).plan


def names(found: pd.DataFrame) -> list[str]:
    return found["name"].tolist()


def test_word_finds_every_activity_that_has_it_the_very_name_first() -> None:
    assert names(find_activities(make_plan(), "toko")) == ["Toko", "Toko bahan bakar"]


def test_words_may_come_in_any_order_and_unfinished() -> None:
    assert names(find_activities(make_plan(), "bakar to")) == ["Toko bahan bakar", "Toko"]


@pytest.mark.parametrize(
    ("slip", "name"),
    [
        ("rumha tungal", "Rumah tunggal"),
        ("sekloah", "Sekolah dasar"),
        ("minmarket", "Minimarket"),
        ("RUKO", "Rumah toko (ruko)"),
    ],
)
def test_slips_of_the_pen_are_forgiven(plan: rdtr.Plan, slip: str, name: str) -> None:
    assert names(find_activities(plan, slip))[0] == name


def test_accents_and_signs_do_not_matter() -> None:
    rules = make_rules(activities=pd.DataFrame({"activity_id": ["001"], "name": ["Kafé/Restoran"], "kbli": [""]}))
    assert names(find_activities(make_plan(rules=rules), "kafe restoran")) == ["Kafé/Restoran"]


def test_beginning_of_a_code_finds_those_that_begin_so() -> None:
    found = find_activities(make_plan(), "47")
    assert found[["activity_id", "score"]].to_numpy().tolist() == [["002", 90.0], ["003", 90.0]]


def test_longer_code_finds_what_a_permit_would_be_judged_by() -> None:
    plan = make_plan()
    found = find_activities(plan, "47191")
    assert found[["activity_id", "score"]].to_numpy().tolist() == [["002", 99.0]]
    assert plan.rules.find_kbli("47191") == (1,)
    assert find_activities(plan, "4711")["score"].tolist() == [100.0, 100.0]


def test_activity_is_found_by_its_id() -> None:
    assert names(find_activities(make_plan(), "004")) == ["Bengkel"]


def test_empty_text_lists_the_rule_book_and_nonsense_nothing() -> None:
    assert len(find_activities(make_plan(), " ")) == 5
    assert find_activities(make_plan(), "xyzzy").empty
    assert find_activities(make_plan(rules=rdtr.RuleBook.empty()), "toko").empty


def test_limit_is_kept_and_must_be_positive() -> None:
    assert len(find_activities(make_plan(), "", limit=2)) == 2
    for find in (find_activities, find_places):
        with pytest.raises(rdtr.RdtrError, match="limit is 0"):
            find(make_plan(), "toko", limit=0)


def test_place_has_the_bounds_of_its_zones_in_degrees() -> None:
    plan = make_plan(make_zones(WADMKD=["Satu", "Satu", "Dua", None], WADMKC=["Utara", "Utara", "Utara", None]))
    found = find_places(plan, "satu")
    assert found[["name", "kind", "within"]].to_numpy().tolist() == [["Satu", "kelurahan", "Utara"]]
    west, south, east, north = shapely.bounds(crs.to_geographic([box(0, 0, 100, 50)], plan.crs))[0]
    assert found[["west", "south", "east", "north"]].iloc[0].tolist() == pytest.approx(
        [west, south, east, north], abs=1e-9
    )
    assert found["lon"].iloc[0] == pytest.approx((west + east) / 2)


def test_two_villages_of_one_name_are_two_places() -> None:
    plan = make_plan(make_zones(WADMKD=["Satu", "Satu", "Satu", "Satu"], WADMKC=["Utara", "Selatan", "Utara", "Utara"]))
    assert find_places(plan, "satu")["within"].tolist() == ["Selatan", "Utara"]


def test_kind_may_stand_before_the_name(plan: rdtr.Plan) -> None:
    assert find_places(plan, "blok i.a.1").iloc[0][["name", "kind"]].tolist() == ["I.A.1", "blok"]
    assert find_places(plan, "swp i.a").iloc[0][["name", "kind"]].tolist() == ["I.A", "swp"]
    assert find_places(plan, "kecamatan muara selatn").iloc[0]["kind"] == "kecamatan"


def test_all_kinds_of_place_are_listed(plan: rdtr.Plan) -> None:
    assert set(find_places(plan, "", limit=1000)["kind"]) == {"kelurahan", "kecamatan", "wp", "swp", "blok"}
