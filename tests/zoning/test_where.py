"""Where an activity can go: by hand in the little town, and against the check."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import rdtr
from rdtr import crs
from rdtr.zoning.where import where_allowed
from tests.town import CRS, X, Y, box, make_plan, make_rules, make_zones


def rows(found: gpd.GeoDataFrame) -> list[tuple[str, str, str]]:
    return list(found[["KODSZN", "permission", "outcome"]].itertuples(index=False, name=None))


def test_places_are_the_zones_that_allow_it_the_best_first() -> None:
    assert rows(where_allowed(make_plan(), "Toko")) == [("K-1", "I", "permitted"), ("R-2", "T,B", "conditional")]
    assert where_allowed(make_plan(), "002")["conditions"].tolist() == ["", "T1 B2"]


def test_code_that_means_two_activities_needs_both_allowed() -> None:
    assert rows(where_allowed(make_plan(), "4711")) == [("K-1", "B", "conditional")]


def test_area_is_geodesic_and_small_places_are_left_out() -> None:
    found = where_allowed(make_plan(), "005")
    half, whole = (crs.geodesic_area([box(0, 0, w, 50)], crs.parse(CRS))[0] for w in (50, 100))
    assert found["KODSZN"].tolist() == ["RTH-2", "R-2", "K-1"]
    assert found["area_m2"].tolist() == pytest.approx([whole, half, half], rel=1e-6)
    assert where_allowed(make_plan(), "005", min_area_m2=half + 1)["KODSZN"].tolist() == ["RTH-2"]


def test_place_smaller_than_the_smallest_lot_is_none() -> None:
    zones = make_zones()
    zones.loc[0, "geometry"] = box(0, 0, 9, 10)  # 90 m², where lots of 100 are asked
    assert where_allowed(make_plan(zones), "001")["KODSZN"].tolist() == ["K-1"]


def test_parts_of_a_multipart_zone_are_places_by_themselves() -> None:
    zones = make_zones()
    zones.loc[0, "geometry"] = shapely.union_all([box(0, 0, 20, 20), box(30, 0, 40, 8)])
    found = where_allowed(make_plan(zones), "001").query("KODSZN == 'R-2'")
    assert [round(a) for a in found.area] == [400]  # the other part is no lot


def test_flags_prohibit_ask_or_are_left_out_on_demand() -> None:
    overlays = pd.DataFrame(
        {"field": ["LP2B_2", "RESAIR"], "pattern": ["*", "*"], "effect": ["prohibit", "note"], "text": ["", ""]}
    )
    zones = make_zones(LP2B_2=["ya", None, None, None], RESAIR=[None, "ya", None, None])
    plan = make_plan(zones, make_rules(overlays=overlays))
    found = where_allowed(plan, "005")
    assert found[["KODSZN", "overlays"]].to_numpy().tolist() == [["RTH-2", ""], ["K-1", "RESAIR = ya"]]
    assert where_allowed(plan, "005", exclude=["RESAIR"])["KODSZN"].tolist() == ["RTH-2"]


def test_silence_is_never_permission_but_can_be_kept() -> None:
    assert rows(where_allowed(make_plan(), "004")) == [("K-1", "I", "permitted")]
    assert rows(where_allowed(make_plan(), "004", undetermined="keep")) == [
        ("K-1", "I", "permitted"), ("R-2", "-", "undetermined")
    ]  # fmt: skip


def test_land_that_layers_and_buffers_keep_free_is_cut_out() -> None:
    river = gpd.GeoDataFrame(geometry=[shapely.LineString([(X, Y + 25), (X + 50, Y + 25)])], crs=CRS)
    rules = make_rules(buffers=pd.DataFrame({"layer": ["rivers"], "distance_m": [10.0], "text": ["Sempadan"]}))
    found = where_allowed(make_plan(rules=rules).with_layers({"rivers": river}), "001")
    residential = found.query("KODSZN == 'R-2'")
    assert [round(a) for a in residential.area] == [750, 750]  # 15 metres on either side of the strip
    assert set(residential["outcome"]) == {"permitted"}


def test_missing_layer_leaves_no_place_certain() -> None:
    rules = make_rules(buffers=pd.DataFrame({"layer": ["rivers"], "distance_m": [10.0], "text": ["Sempadan"]}))
    assert where_allowed(make_plan(rules=rules), "001").empty
    kept = where_allowed(make_plan(rules=rules), "001", undetermined="keep")
    assert set(kept["outcome"]) == {"undetermined"}


def test_every_place_found_is_allowed_by_the_check_and_no_other_zone_is() -> None:
    plan = rdtr.sample_city(parcels=500).plan
    plan = plan.with_rules(
        rdtr.RuleBook.from_tables({n: plan.rules.table(n) for n in ("activities", "matrix", "overlays")})
    )
    activity = plan.rules.activities["activity_id"].iloc[19]
    found = where_allowed(plan, activity)
    zones = plan.zones
    lots = gpd.GeoDataFrame(
        {"permit_id": [str(k) for k in range(len(zones))], "activity": activity},
        geometry=zones.representative_point().buffer(0.05), crs=plan.crs,
    )  # fmt: skip
    verdict = rdtr.check(plan, lots, tolerance_m=0.0).permits["verdict"].astype(str)
    allowed = set(verdict.index[verdict.isin(["permitted", "conditional"])])
    assert set(found["zone"]) == allowed
    assert 0 < len(allowed) < len(zones)
    for row in found.itertuples():
        assert verdict[row.zone] == row.outcome


@pytest.mark.parametrize(
    ("activity", "options", "words"),
    [
        ("tokoo", {}, "did you mean Toko"),
        ("xyzzy", {}, "see plan.rules.activities"),
        ("Toko", {"min_area_m2": -1.0}, "min_area_m2 is -1"),
        ("Toko", {"exclude": ["LP2B_2"]}, "'LP2B_2' is no flag of this plan"),
        ("Toko", {"undetermined": "perhaps"}, "wanted 'leave' or 'keep'"),
    ],
)
def test_question_that_cannot_be_answered_is_refused_in_words(activity: str, options: dict, words: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(rdtr.RdtrError, match=words):
        where_allowed(make_plan(), activity, **options)
