"""What can be built at a place: by hand in the little town, and against the check itself."""

from __future__ import annotations

import json
import time
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import rdtr
from rdtr import crs
from rdtr.zoning.allowed import allowed_at
from rdtr.zoning.limits import LIMITS
from rdtr.zoning.overlap import overlap_areas
from rdtr.zoning.plan import Plan
from tests.town import CRS, X, Y, box, make_plan, make_rules, make_zones


@pytest.fixture(scope="module")
def city() -> rdtr.SampleCity:
    return rdtr.sample_city(parcels=500)


def permissions(allowed: rdtr.Allowed) -> list[str]:
    return allowed.activities["permission"].tolist()


def verdicts_of_check(plan: Plan, geometry: shapely.Geometry, **more: object) -> list[str]:
    activities = plan.rules.activities["activity_id"]
    permits = gpd.GeoDataFrame(
        {"permit_id": activities, "activity": activities}, geometry=[geometry] * len(activities), crs=plan.crs
    )
    return rdtr.check(plan, permits, **more).permits["verdict"].astype(str).tolist()


def test_parcel_in_one_zone_has_that_column_of_the_matrix() -> None:
    allowed = allowed_at(make_plan(), box(10, 10, 30, 30))
    assert permissions(allowed) == ["I", "T,B", "X", "-", "I"]
    assert allowed.activities["outcome"].tolist() == [
        "permitted", "conditional", "prohibited", "undetermined", "permitted"
    ]  # fmt: skip
    assert allowed.activities["conditions"].tolist() == [(), ("T1", "B2"), (), (), ()]
    assert allowed.activities.loc[1, "reference"] == "Lampiran II no. 2"


def test_parcel_in_two_zones_says_both_permissions_largest_first() -> None:
    allowed = allowed_at(make_plan(), box(40, 10, 80, 30))  # 200 m² in R-2, 600 m² in K-1
    assert permissions(allowed)[:3] == ["T / I", "I / T,B", "B / X"]
    assert allowed.activities["outcome"].tolist()[:3] == ["conditional", "conditional", "partial"]
    assert allowed.zones[["KODSZN", "area_m2", "share"]].to_numpy().tolist() == [
        ["R-2", 200.0, 0.25],
        ["K-1", 600.0, 0.75],
    ]


def test_boundary_sliver_has_no_say_but_stays_in_the_table() -> None:
    allowed = allowed_at(make_plan(), box(10, 10, 52, 30))
    assert permissions(allowed)[2] == "X"
    assert allowed.zones["sliver"].tolist() == [False, True]
    assert permissions(allowed_at(make_plan(), box(10, 10, 52, 30), tolerance_m=0.0))[2] == "X / B"


def test_point_on_a_border_lies_in_both_zones() -> None:
    allowed = allowed_at(make_plan(), shapely.Point(X + 50, Y + 20))
    assert allowed.zones["KODSZN"].tolist() == ["R-2", "K-1"]
    assert allowed.zones["zone"].tolist() == [0, 1]
    assert set(permissions(allowed)[2].split(" / ")) == {"X", "B"}


def test_point_in_degrees_in_metres_and_as_a_series_is_one_place() -> None:
    plan, point = make_plan(), shapely.Point(X + 20, Y + 20)
    lon, lat = shapely.get_coordinates(crs.to_geographic([point], plan.crs))[0]
    answers = [
        allowed_at(plan, place)
        for place in ((lon, lat), point, gpd.GeoSeries([point], crs=CRS), gpd.GeoSeries([point], crs=CRS).to_crs(32650))
    ]
    for answer in answers:
        pd.testing.assert_frame_equal(answer.activities, answers[0].activities)
        assert answer.zones.loc[0, "KODSZN"] == "R-2"


def test_zone_at_a_point_has_its_attributes_and_its_geodesic_area() -> None:
    zone = allowed_at(make_plan(), shapely.Point(X + 20, Y + 20)).zones.iloc[0]
    assert zone[["KODSZN", "name", "KODBLK"]].tolist() == ["R-2", "Perumahan Kepadatan Tinggi", "A.1"]
    geodesic = crs.geodesic_area([box(0, 0, 50, 50)], crs.parse(CRS))[0]
    assert zone["area_m2"] == pytest.approx(geodesic, rel=1e-6)


def test_limits_are_all_variants_of_the_zones_here() -> None:
    limits = allowed_at(make_plan(), box(40, 10, 80, 30)).limits
    assert limits[["KODSZN", "kdb_max_pct", "klb_max", "reference"]].to_numpy().tolist() == [
        ["K-1", 80.0, 4.0, "Tabel 2"], ["R-2", 60.0, 1.8, "Tabel 1"]
    ]  # fmt: skip
    assert list(limits.columns[5:-1]) == list(LIMITS)


def test_road_has_no_limits_and_nothing_to_build() -> None:
    allowed = allowed_at(make_plan(), shapely.Point(X + 50, Y - 5))
    assert allowed.limits.empty
    assert set(permissions(allowed)) == {"X"}


def test_place_outside_the_plan_is_not_forbidden() -> None:
    for place in (box(200, 200, 210, 210), shapely.Point(X + 300, Y + 300)):
        allowed = allowed_at(make_plan(), place)
        assert not allowed.inside
        assert set(permissions(allowed)) == {"-"}
        assert set(allowed.activities["outcome"]) == {"undetermined"}
        assert allowed.to_dict()["inside"] is False


def test_flag_tightens_every_activity_and_says_why() -> None:
    overlays = pd.DataFrame(
        {
            "field": ["LP2B_2"],
            "pattern": ["*"],
            "effect": ["prohibit"],
            "text": ["Tetap sawah"],
            "reference": ["Pasal 9"],
        }
    )
    plan = make_plan(make_zones(LP2B_2=["ya", None, None, None]), make_rules(overlays=overlays))
    allowed = allowed_at(plan, box(10, 10, 30, 30))
    assert set(allowed.activities["outcome"]) == {"prohibited"}
    assert allowed.activities["use"].tolist()[0] == "permitted"
    row = allowed.overlays.iloc[0]
    assert row[["field", "effect", "outcome", "area_m2", "text", "reference"]].tolist() == [
        "LP2B_2", "prohibit", "prohibited", 400.0, "Tetap sawah", "Pasal 9"
    ]  # fmt: skip
    assert "400,00 m²" in row["message"]
    assert "400.00 m²" in allowed.overlays_in("en").loc[0, "message"]
    at_point = allowed_at(plan, shapely.Point(X + 20, Y + 20)).overlays.iloc[0]
    assert at_point["message"] == "LP2B_2 = ya: Tetap sawah"
    assert pd.isna(at_point["area_m2"])


def test_plan_not_in_force_permits_nothing() -> None:
    plan = make_plan(valid_from=date(2030, 1, 1))
    assert "permitted" not in set(allowed_at(plan, box(1, 1, 9, 9), on=date(2026, 1, 1)).activities["outcome"])
    assert "permitted" in set(allowed_at(plan, box(1, 1, 9, 9), on=date(2031, 1, 1)).activities["outcome"])


@pytest.mark.parametrize("tolerance_m", [None, 0.0, 8.0])
def test_every_activity_gets_the_verdict_of_the_check(city: rdtr.SampleCity, tolerance_m: float | None) -> None:
    plan = city.plan
    roads = plan.zones.query("KODSZN == 'BJ'").geometry.iloc[0]
    places = [*city.parcels.geometry[:12], *city.parcels.geometry[:6].buffer(25.0), roads.envelope.buffer(50.0)]
    for geometry in places:
        allowed = allowed_at(plan, geometry, tolerance_m=tolerance_m)
        assert allowed.activities["outcome"].tolist() == verdicts_of_check(plan, geometry, tolerance_m=tolerance_m)


def test_point_agrees_with_the_parcel_that_lies_in_one_zone(city: rdtr.SampleCity) -> None:
    parcels = city.parcels.geometry.to_numpy()[:200]
    left, _, area = overlap_areas(parcels, city.plan.zones.geometry)
    whole = [k for k in range(200) if (left == k).sum() == 1 and area[left == k][0] > 0.999999 * parcels[k].area]
    assert len(whole) > 30
    for k in whole:
        point = allowed_at(city.plan, parcels[k].representative_point())
        parcel = allowed_at(city.plan, parcels[k])
        assert point.activities["outcome"].tolist() == parcel.activities["outcome"].tolist()


def test_plain_values_are_json_with_names_in_both_languages() -> None:
    plan = make_plan(make_zones(KKOP_1=["K01B", None, None, None]))
    allowed = allowed_at(plan, shapely.Point(X + 20, Y + 20))
    said, spoken = (json.loads(json.dumps(allowed.to_dict(lang), allow_nan=False)) for lang in ("id", "en"))
    assert said["activities"][1] == {
        "activity_id": "002", "name": "Toko", "kbli": ["4711", "4719"], "permission": "T,B", "use": "conditional",
        "outcome": "undetermined", "label": "tidak dapat dinilai", "reference": "Lampiran II no. 2",
        "conditions": [{"code": "T1", "text": "Jam operasi 07.00-21.00"}, {"code": "B2", "text": "Menyediakan parkir"}],
    }  # fmt: skip
    assert spoken["activities"][1]["label"] == "undetermined"
    assert said["limits"][0] == {
        "key": "kdb_max_pct", "label": "Koefisien dasar bangunan (KDB) paling tinggi", "value": 60.0, "unit": "pct",
        "text": "≤ 60,0 %", "KODSZN": "R-2", "when": {}, "reference": "Tabel 1",
    }  # fmt: skip
    assert (said["overlays"][0]["name"], spoken["overlays"][0]["name"]) == (
        "Keselamatan operasi penerbangan", "Air safety"
    )  # fmt: skip
    assert said["zones"][0]["color"] is None or said["zones"][0]["color"].startswith("#")
    assert said["plan"]["hash"] == plan.hash


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((555_000.0, 14_000.0), "metres go as shapely.Point"),
        ("R-2", r"give \(longitude, latitude\)"),
        (shapely.LineString([(0, 0), (1, 1)]), "place is a LineString"),
        (shapely.Polygon(), "place is empty"),
        (gpd.GeoSeries([shapely.Point(1, 1)]), "no CRS"),
        (gpd.GeoSeries([shapely.Point(1, 1)] * 2, crs=CRS), "place has 2 geometries"),
        (shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), "place"),
    ],
)
def test_place_that_cannot_be_asked_about_is_refused_in_words(place: object, words: str) -> None:
    with pytest.raises(rdtr.RdtrError, match=words):
        allowed_at(make_plan(), place)  # type: ignore[arg-type]


def test_tolerance_below_zero_is_refused() -> None:
    with pytest.raises(rdtr.RdtrError, match="tolerance_m is -1"):
        allowed_at(make_plan(), box(0, 0, 5, 5), tolerance_m=-1.0)


def test_asking_at_a_point_takes_less_than_five_milliseconds(city: rdtr.SampleCity) -> None:
    points = [g.representative_point() for g in city.parcels.geometry[:60]]
    allowed_at(city.plan, points[0]).to_dict()
    start = time.process_time()
    for point in points[1:]:
        allowed_at(city.plan, point)
    assert (time.process_time() - start) / 59 < 0.005
