"""Overlay layers, buffers and rasters in a check: a pond, a power line, a river and flood cells beside the little town."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import rdtr
from rdtr.errors import RulesError
from rdtr.io.raster import raster_layer, write_cog
from rdtr.zoning.checks.regions import classes_of, keeps
from rdtr.zoning.plan import Plan
from rdtr.zoning.rasters import ColorClass, RasterAbout
from tests.town import CRS, X, Y, box, make_permits, make_plan, make_rules


def features(*geometry: shapely.Geometry, **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=CRS)


def line(x0: float, y0: float, x1: float, y1: float) -> shapely.LineString:
    return shapely.LineString([(X + x0, Y + y0), (X + x1, Y + y1)])


def plan_with(layers: dict[str, object], **tables: list[dict[str, object]]) -> Plan:
    rules = make_rules(**{name: pd.DataFrame(rows) for name, rows in tables.items()})
    return make_plan(rules=rules).with_layers(layers)  # type: ignore[arg-type]


def overlay_rule(effect: str, **more: object) -> dict[str, object]:
    return {
        "layer": "rawan",
        "pattern": "*",
        "effect": effect,
        "text": "Rawan longsor",
        "reference": "Pasal 20",
        **more,
    }


def judged(plan: Plan, *parcels: shapely.Geometry, **columns: object) -> rdtr.Report:
    return rdtr.check(plan, make_permits(list(parcels), activity="001", **columns))


def outcomes(report: rdtr.Report) -> list[str | None]:
    return [None if pd.isna(o) else str(o) for o in report.permits["overlay"]]


PARCELS = (box(10, 10, 30, 20), box(30, 10, 45, 20), box(10, 30, 40, 40))
POND = box(0, 0, 20, 25)  # half of the first parcel, nothing of the second


def test_layer_that_prohibits_a_part_leaves_a_part() -> None:
    report = judged(plan_with({"rawan": features(POND)}, overlays=[overlay_rule("prohibit")]), *PARCELS)
    assert outcomes(report) == ["partial", None, None]
    assert report.permits["verdict"].tolist() == ["partial", "permitted", "permitted"]
    finding = report.findings.query("code == 'OVERLAY_PROHIBITS'").iloc[0]
    assert (finding["measured"], finding["reference"]) == (100.0, "Pasal 20")
    assert "100,00 m²" in finding["message"]
    assert "R-2" in finding["message"]


def test_layer_that_prohibits_the_whole_prohibits_and_leaves_nothing_to_approve() -> None:
    report = judged(plan_with({"rawan": features(box(0, 0, 50, 50))}, overlays=[overlay_rule("prohibit")]), *PARCELS)
    assert outcomes(report) == ["prohibited"] * 3
    assert report.permits["approvable_m2"].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("effect", "outcome"), [("condition", "conditional"), ("note", "permitted")])
def test_layer_that_asks_or_notes(effect: str, outcome: str) -> None:
    report = judged(plan_with({"rawan": features(POND)}, overlays=[overlay_rule(effect)]), *PARCELS)
    assert outcomes(report) == [outcome, None, None]


def test_height_in_a_layer_is_compared() -> None:
    plan = plan_with({"rawan": features(POND)}, overlays=[overlay_rule("height", height_max_m=8.0)])
    assert outcomes(judged(plan, PARCELS[0], PARCELS[0], PARCELS[0], height_m=[7.0, 9.0, None])) == [
        "permitted", "prohibited", "conditional",
    ]  # fmt: skip


def test_hit_within_the_tolerance_counts_no_more_than_a_sliver() -> None:
    plan = plan_with({"rawan": features(box(0, 0, 12, 50))}, overlays=[overlay_rule("prohibit")])
    permits = make_permits([box(10, 10, 30, 20)], activity="001")
    assert outcomes(rdtr.check(plan, permits)) == [None]
    assert outcomes(rdtr.check(plan, permits, tolerance_m=1.9)) == ["partial"]
    assert outcomes(rdtr.check(plan, permits, tolerance_m=0.0)) == ["partial"]


def test_free_rim_within_the_tolerance_is_no_land_to_build_on() -> None:
    plan = plan_with({"rawan": features(box(12, 0, 50, 50))}, overlays=[overlay_rule("prohibit")])
    assert outcomes(judged(plan, box(10, 10, 30, 20))) == ["prohibited"]


def test_overlapping_features_are_counted_once() -> None:
    plan = plan_with({"rawan": features(POND, POND)}, overlays=[overlay_rule("condition")])
    assert judged(plan, PARCELS[0]).findings.query("code == 'OVERLAY_ASKS'")["measured"].tolist() == [100.0]


def test_line_and_point_hit_the_parcel_they_cross() -> None:
    marks = features(line(20, 0, 20, 25), shapely.Point(X + 35, Y + 35))
    plan = plan_with({"rawan": marks}, overlays=[overlay_rule("condition")])
    assert outcomes(judged(plan, *PARCELS)) == ["conditional", None, "conditional"]
    grazed = plan_with({"rawan": features(line(11, 0, 11, 25))}, overlays=[overlay_rule("condition")])
    assert outcomes(judged(grazed, PARCELS[0])) == [None]


def test_pattern_picks_features_by_a_field_or_by_any_text() -> None:
    layer = features(POND, box(30, 0, 50, 25), jenis=["Longsor tinggi", "Banjir"])
    for rule in (
        overlay_rule("condition", pattern="longsor*"),
        overlay_rule("condition", field="jenis", pattern="longsor*"),
    ):
        assert outcomes(judged(plan_with({"rawan": layer}, overlays=[rule]), *PARCELS)) == ["conditional", None, None]
    with pytest.raises(RulesError, match="no column 'kelas'"):
        judged(plan_with({"rawan": layer}, overlays=[overlay_rule("note", field="kelas")]), *PARCELS)


def test_scope_limits_a_layer_to_its_blok() -> None:
    everywhere = features(box(-100, -100, 300, 300))
    plan = plan_with({"rawan": everywhere}, overlays=[overlay_rule("condition", scope="BLOK=A.2")])
    assert outcomes(judged(plan, box(10, 10, 30, 20), box(10, 60, 30, 80))) == [None, "conditional"]


def test_layer_in_degrees_is_brought_to_the_plan() -> None:
    plan = plan_with({"rawan": features(POND).to_crs(9470)}, overlays=[overlay_rule("condition")])
    found = judged(plan, PARCELS[0]).findings.query("code == 'OVERLAY_ASKS'")["measured"]
    assert found.tolist() == [pytest.approx(100.0, abs=1e-3)]


def test_missing_layer_leaves_undetermined_and_says_which() -> None:
    for tables in (
        {"overlays": [overlay_rule("note")]},
        {"buffers": [{"layer": "rawan", "distance_m": 5, "text": "Sempadan"}]},
    ):
        report = judged(plan_with({}, **tables), *PARCELS)
        assert outcomes(report) == ["undetermined"] * 3
        assert "lapisan rawan tidak ada" in report.findings.query("code == 'LAYER_MISSING'")["message"].iloc[0]


def river_plan(distance_m: float, **more: object) -> Plan:
    river = features(line(0, 25, 100, 25), kelas=["besar"])
    rule = {"layer": "rivers", "distance_m": distance_m, "text": "Sempadan sungai", "reference": "Pasal 30", **more}
    return plan_with({"rivers": river}, buffers=[rule])


def test_parcel_partly_within_a_buffer_must_keep_that_part_free() -> None:
    report = judged(river_plan(10.0), *PARCELS)  # the strip reaches from 15 to 35
    assert outcomes(report) == ["conditional"] * 3
    found = report.findings.query("code == 'BUFFER_PART'")
    assert found["measured"].tolist() == [100.0, 75.0, 150.0]
    assert "10 m dari rivers" in found["message"].iloc[0]


def test_parcel_wholly_within_a_buffer_is_prohibited() -> None:
    report = judged(river_plan(20.0), *PARCELS)
    assert outcomes(report) == ["prohibited"] * 3
    assert set(report.findings["code"]) >= {"BUFFER_WHOLE"}


def test_distance_is_measured_to_the_line_with_the_tolerance_on_the_parcels_side() -> None:
    # the first parcel ends five metres from the river
    assert outcomes(judged(river_plan(5.0), PARCELS[0])) == [None]
    assert outcomes(judged(river_plan(7.4), PARCELS[0])) == [None]
    assert outcomes(judged(river_plan(7.6), PARCELS[0])) == ["conditional"]


def test_where_keeps_only_some_features() -> None:
    assert outcomes(judged(river_plan(10.0, where="kelas == 'kecil'"), PARCELS[0])) == [None]
    assert outcomes(judged(river_plan(10.0, where="kelas = BESAR"), PARCELS[0])) == ["conditional"]


def test_allowed_at_and_check_agree_about_layers() -> None:
    plan = river_plan(10.0)
    assert rdtr.allowed_at(plan, PARCELS[0]).activities["outcome"].iloc[0] == "conditional"
    near, far = shapely.Point(X + 20, Y + 24), shapely.Point(X + 20, Y + 2)
    assert rdtr.allowed_at(plan, near).activities["outcome"].iloc[0] == "prohibited"
    assert rdtr.allowed_at(plan, far).activities["outcome"].iloc[0] == "permitted"
    assert rdtr.allowed_at(plan, PARCELS[0]).overlays["field"].tolist() == ["rivers"]


def test_stability_does_not_move_with_a_layer() -> None:
    report = judged(plan_with({"rawan": features(POND)}, overlays=[overlay_rule("prohibit")]), PARCELS[0])
    assert report.permits["stable_to_m"].tolist() == [5.0]


@pytest.fixture
def flood(tmp_path: Path) -> rdtr.Plan:
    values = np.zeros((10, 10), np.uint8)
    values[:, :2] = 3  # the western twenty metres
    values[:, 2] = 1
    path = write_cog(tmp_path / "flood.tif", values, (X, Y, X + 100, Y + 100), CRS, nodata=255)
    about = RasterAbout("classes", classes=(ColorClass(3, 3, "#000000", "Tinggi", "High"),))
    return make_plan().with_layers({"flood": raster_layer("flood", path, about)})


@pytest.mark.parametrize(
    ("pattern", "outcome", "area"),
    [("3", "conditional", 100.0), ("1|3", "conditional", 200.0), ("tinggi", "conditional", 100.0),
     (">=1", "conditional", 200.0), ("2..3", None, None), ("2", None, None)],
)  # fmt: skip
def test_raster_class_is_a_condition_by_the_land_under_it(
    flood: Plan, pattern: str, outcome: str | None, area: float | None
) -> None:
    rule = {"layer": "flood", "pattern": pattern, "effect": "condition", "text": "Naikkan lantai"}
    report = judged(flood.with_rules(make_rules(overlays=pd.DataFrame([rule]))), PARCELS[0])
    assert outcomes(report) == [outcome]
    measured = report.findings.query("code == 'OVERLAY_ASKS'")["measured"].tolist()
    assert measured == ([] if area is None else [pytest.approx(area)])


def test_slope_comes_from_the_elevations_of_the_plan(tmp_path: Path) -> None:
    x = np.mgrid[0:12, 0:12][1].astype(np.float32)
    heights = np.where(x < 6, 0, (x - 6) * 4)  # flat in the west, 40 % in the east
    path = write_cog(tmp_path / "dem.tif", heights.astype(np.float32), (X - 10, Y - 10, X + 110, Y + 110), CRS)
    rule = {"layer": "slope", "pattern": ">=25", "effect": "prohibit", "text": "Lereng curam"}
    rules = make_rules(overlays=pd.DataFrame([rule]))
    plan = make_plan(rules=rules).with_layers({"dem": raster_layer("dem", path)})
    assert outcomes(judged(plan, box(10, 10, 30, 20), box(70, 10, 90, 20))) == [None, "prohibited"]


def test_where_is_a_few_comparisons_and_no_program() -> None:
    layer = pd.DataFrame({"kelas": ["arteri", "Lokal", None], "lebar": [20, 6, 8]})
    assert keeps(layer, "kelas != 'arteri'", "b").tolist() == [False, True, False]
    assert keeps(layer, "kelas == lokal and lebar <= 6", "b").tolist() == [False, True, False]
    assert keeps(layer, "", "b").tolist() == [True, True, True]
    for text in ("__import__('os')", "kelas == 'a' or 1", "kelas", "lebar.max() > 1"):
        with pytest.raises(RulesError, match="is not understood"):
            keeps(layer, text, "buffers row 1")
    with pytest.raises(RulesError, match="buffers row 1: the layer has no column 'jenis'"):
        keeps(layer, "jenis == 1", "buffers row 1")


def test_pattern_of_a_raster_that_means_no_value_is_refused() -> None:
    assert classes_of(None, "<8", "") == ((-np.inf, 8.0),)
    with pytest.raises(RulesError, match="means no value"):
        classes_of(None, "curam", "overlays row 1")


def test_what_could_be_approved_is_the_parcel_less_the_land_that_stays_free() -> None:
    report = judged(river_plan(10.0), *PARCELS)
    assert report.permits["approvable_m2"].tolist() == pytest.approx([100.0, 75.0, 150.0])
    shapes = report.geometries("approvable")
    assert shapes["area_m2"].tolist() == pytest.approx([100.0, 75.0, 150.0])
    assert shapes.geometry.iloc[0].equals(box(10, 10, 30, 15))
    pond = judged(
        plan_with({"rawan": features(POND)}, overlays=[overlay_rule("prohibit")]), PARCELS[0], box(10, 10, 60, 20)
    )
    # of the second the town's matrix takes nothing: it is a house in K-1, which is conditional there
    assert pond.permits["approvable_m2"].tolist() == pytest.approx([100.0, 400.0])


def test_what_could_be_approved_is_the_parcel_less_the_raster_cells_that_forbid(flood: Plan) -> None:
    # of 10..30 x 10..20 the cells west of 20 forbid: 100 of 200 m2; the second parcel lies east of them
    rule = {"layer": "flood", "pattern": "3", "effect": "prohibit", "text": "Tidak dibangun"}
    plan = flood.with_rules(make_rules(overlays=pd.DataFrame([rule])))
    report = judged(plan, PARCELS[0], PARCELS[1], box(2, 12, 18, 18))
    assert outcomes(report) == ["partial", None, "prohibited"]
    assert report.permits["approvable_m2"].tolist() == pytest.approx([100.0, 150.0, 0.0])
    free = report.geometries("approvable")
    assert free["area_m2"].tolist() == pytest.approx([100.0, 150.0])
    assert free.geometry.iloc[0].normalize().equals(box(20, 10, 30, 20))
