"""Verdicts whose every number is done by hand in the little town."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from rdtr.errors import CrsError, PermitError, ReportError
from rdtr.zoning.check import check
from tests.town import box, make_permits, make_plan, make_rules, make_zones

HOUSE = box(10, 10, 30, 30)  # 400 m2 within R-2
SHOP = box(60, 10, 80, 30)  # 400 m2 within K-1
SPLIT = box(40, 10, 60, 30)  # 200 m2 in R-2, 200 m2 in K-1
PARK = box(10, 60, 30, 80)
FAR = box(500, 500, 520, 520)


def verdict_of(geometry: shapely.Polygon, **columns: Any) -> pd.Series:
    return check(make_plan(), make_permits([geometry], **columns)).permits.iloc[0]


@pytest.mark.parametrize(
    ("geometry", "activity", "use"),
    [
        (HOUSE, "001", "permitted"),
        (HOUSE, "rumah tunggal", "permitted"),
        (SHOP, "001", "conditional"),
        (PARK, "001", "prohibited"),
        (SPLIT, "001", "conditional"),
        (box(40, 40, 50, 60), "001", "partial"),
        (HOUSE, "004", "undetermined"),
        (HOUSE, "Karaoke", "undetermined"),
        (FAR, "001", "undetermined"),
        (box(-10, 10, 10, 30), "001", "undetermined"),
        (box(-10, 60, 10, 80), "001", "partial"),
        (box(40, -5, 60, 20), "001", "partial"),
    ],
    ids=["I", "by name", "T1", "X", "I and T1", "I and X", "blank cell", "not listed", "outside", "half outside",
         "half outside, half X", "road and zones"],
)  # fmt: skip
def test_use_is_the_outcome_of_the_parts_that_count(geometry: shapely.Polygon, activity: str, use: str) -> None:
    row = verdict_of(geometry, activity=activity)
    assert (row["use"], row["verdict"]) == (use, use)


def test_four_unknowns_are_told_apart() -> None:
    permits = make_permits([FAR, HOUSE, HOUSE, None], activity=["001", "Karaoke", "004", "001"])
    findings = check(make_plan(), permits).findings
    codes = findings.groupby("permit_id")["code"].first()
    assert codes.to_dict() == {
        "P-1": "USE_OUTSIDE",
        "P-2": "USE_NOT_LISTED",
        "P-3": "USE_NO_RULE",
        "P-4": "NO_GEOMETRY",
    }


def test_a_subzone_without_a_column_is_a_missing_rule_not_an_x() -> None:
    plan = make_plan(
        make_zones(KODSZN=["R-2", "K-1", "C-2", "BJ"], KODZON=["R", "K", "C", "BJ"], NAMOBJ=["a", "b", "c", "d"])
    )
    report = check(plan, make_permits([PARK], activity="001"))
    assert report.permits.loc[0, "use"] == "undetermined"
    assert report.findings["code"].tolist() == ["USE_NO_SUBZONE"]


def test_a_kbli_with_several_activities_shows_all_and_takes_the_strictest_as_screening() -> None:
    report = check(make_plan(), make_permits([HOUSE, SHOP], kbli="47111"))
    assert report.permits["use"].tolist() == ["prohibited", "conditional"]
    screening = report.findings.query("code == 'USE_SCREENING'")["message"].iloc[0]
    assert "Toko; Toko bahan bakar" in screening
    assert "4711" in screening
    assert "penapisan" in screening
    assert report.parts["permission"].tolist() == ["X", "B2"]


def test_a_kbli_is_matched_by_its_longest_prefix() -> None:
    report = check(make_plan(), make_permits([SHOP, SHOP, SHOP], kbli=["47190", "45201", "99000"]))
    assert report.permits["use"].tolist() == ["permitted", "permitted", "undetermined"]


def test_parts_add_up_to_the_parcel() -> None:
    report = check(make_plan(), make_permits([box(-10, -5, 60, 60)], activity="001"))
    parts = report.parts
    assert parts["area_m2"].sum() == pytest.approx(70 * 65)
    areas = parts.groupby(parts["KODSZN"].fillna("luar"))["area_m2"].sum().to_dict()
    assert areas == pytest.approx({"R-2": 2500, "K-1": 500, "RTH-2": 600, "BJ": 300, "luar": 650})
    assert parts["share"].sum() == pytest.approx(1.0)


def test_zones_of_one_code_and_blok_are_one_part() -> None:
    zones = make_zones(KODSZN=["R-2", "R-2", "RTH-2", "BJ"], KODZON="R", NAMOBJ="Perumahan", KODBLK="A.1")
    report = check(make_plan(zones), make_permits([SPLIT], activity="001"))
    assert report.parts[["KODSZN", "area_m2"]].to_numpy().tolist() == [["R-2", pytest.approx(400.0)]]


class TestSlivers:
    def test_a_part_within_the_tolerance_does_not_count_but_stays(self) -> None:
        report = check(make_plan(), make_permits([box(10, -1, 30, 30)], activity="001"))
        assert report.permits.loc[0, "use"] == "permitted"
        sliver = report.parts.query("sliver")
        assert sliver["KODSZN"].tolist() == ["BJ"]
        assert sliver["area_m2"].tolist() == [pytest.approx(20.0)]
        assert report.permits.loc[0, ["counted_parts", "slivers"]].tolist() == [1, 1]
        assert "dalam toleransi batas 2,50 m" in report.findings.query("code == 'PART_SLIVER'")["message"].iloc[0]

    def test_the_same_part_counts_under_a_tighter_tolerance(self) -> None:
        report = check(make_plan(), make_permits([box(10, -1, 30, 30)], activity="001"), tolerance_m=0.5)
        assert report.permits.loc[0, "use"] == "partial"

    def test_with_no_tolerance_every_part_counts(self) -> None:
        report = check(make_plan(), make_permits([box(10, -0.01, 30, 30)], activity="001"), tolerance_m=0.0)
        assert not report.parts["sliver"].any()
        assert np.isnan(report.permits.loc[0, "stable_to_m"])

    def test_an_outside_strip_within_the_tolerance_does_not_count(self) -> None:
        report = check(make_plan(), make_permits([box(-1, 10, 30, 30)], activity="001"))
        assert report.permits.loc[0, "use"] == "permitted"
        assert report.permits.loc[0, "covered_share"] == pytest.approx(30 / 31)
        assert report.parts["sliver"].tolist() == [False, True]

    def test_a_parcel_narrower_than_twice_the_tolerance_counts_in_every_part(self) -> None:
        report = check(make_plan(), make_permits([box(40, 10, 60, 14)], activity="003"))
        assert report.permits.loc[0, "use"] == "partial"
        assert "PARCEL_NARROW" in set(report.findings["code"])

    def test_an_l_shaped_parcel_is_told_by_the_same_rule(self) -> None:
        ell = box(10, -1, 30, 40).difference(box(20, 20, 30, 40))
        report = check(make_plan(), make_permits([ell], activity="001"))
        assert report.permits.loc[0, "use"] == "permitted"
        assert report.parts["sliver"].tolist() == [False, True]


class TestStability:
    def test_a_sliver_of_one_metre_turns_the_verdict_after_a_metre_and_a_half(self) -> None:
        report = check(make_plan(), make_permits([box(10, -1, 30, 30)], activity="001"))
        assert report.permits.loc[0, "stable_to_m"] == pytest.approx(1.5)

    def test_a_part_of_three_metres_turns_it_after_half_a_metre(self) -> None:
        report = check(make_plan(), make_permits([box(10, -3, 30, 30)], activity="001"))
        assert report.permits.loc[0, ["use", "stable_to_m"]].tolist() == ["partial", pytest.approx(0.5)]

    def test_a_zone_a_metre_away_turns_it_after_three_and_a_half(self) -> None:
        report = check(make_plan(), make_permits([box(10, 1, 30, 30)], activity="001"))
        assert report.permits.loc[0, ["use", "stable_to_m"]].tolist() == ["permitted", pytest.approx(3.5)]

    def test_a_parcel_far_from_every_line_is_stable_as_far_as_was_tried(self) -> None:
        report = check(make_plan(), make_permits([box(15, 15, 30, 30)], activity="001"))
        assert report.permits.loc[0, "stable_to_m"] == 5.0

    def test_parts_that_agree_do_not_make_a_verdict_unstable(self) -> None:
        report = check(make_plan(), make_permits([box(49, 10, 70, 30)], activity="005"))
        assert report.permits.loc[0, "stable_to_m"] == 5.0


class TestIntensity:
    # 400 m2 planar in R-2; a certificate of 400 makes every ratio plain
    def permit(self, geometry: shapely.Polygon = HOUSE, **figures: Any) -> pd.Series:
        return verdict_of(geometry, certificate_area_m2=400.0, **figures)

    @pytest.mark.parametrize(
        ("figures", "outcome"),
        [
            ({"footprint_m2": 240.0}, "permitted"),  # 60 %
            ({"footprint_m2": 240.1}, "prohibited"),
            ({"floor_area_m2": 720.0}, "permitted"),  # 1.8
            ({"floor_area_m2": 721.0}, "prohibited"),
            ({"green_m2": 80.0}, "permitted"),  # 20 %
            ({"green_m2": 79.9}, "prohibited"),
            ({"height_m": 10.0}, "permitted"),
            ({"height_m": 10.5}, "prohibited"),
        ],
    )
    def test_a_figure_at_its_limit_keeps_it_and_beyond_breaks_it(self, figures: dict[str, float], outcome: str) -> None:
        assert self.permit(**figures)["intensity"] == outcome

    def test_a_figure_that_is_not_stated_is_not_judged(self) -> None:
        assert pd.isna(self.permit()["intensity"])

    def test_a_limit_that_no_row_states_is_absent(self) -> None:
        assert self.permit(basement_m2=390.0)["intensity"] == "permitted"  # only the lot is judged: 400 >= 100

    def test_a_klb_below_its_minimum_is_prohibited(self) -> None:
        assert self.permit(SHOP, floor_area_m2=399.0)["intensity"] == "prohibited"
        assert self.permit(SHOP, floor_area_m2=400.0)["intensity"] == "permitted"

    def test_a_lot_below_its_minimum_is_prohibited(self) -> None:
        row = verdict_of(box(60, 10, 70, 20), certificate_area_m2=100.0, footprint_m2=10.0)
        assert row["intensity"] == "prohibited"

    def test_between_the_limits_of_two_parts_it_depends_on_where_the_building_stands(self) -> None:
        # R-2 60 %, K-1 80 %, half each: 60 % is within both, 70 % is the sum of the budgets
        for footprint, outcome in (
            (240.0, "permitted"),
            (260.0, "undetermined"),
            (280.0, "undetermined"),
            (280.1, "prohibited"),
        ):
            assert self.permit(SPLIT, footprint_m2=footprint)["intensity"] == outcome, footprint

    def test_between_the_heights_of_two_parts_it_depends_too(self) -> None:
        for height, outcome in ((10.0, "permitted"), (15.0, "undetermined"), (20.5, "prohibited")):
            assert self.permit(SPLIT, height_m=height)["intensity"] == outcome, height

    def test_road_that_counts_is_cut_out_of_the_buildable_area(self) -> None:
        # 20 x 25 m, a fifth of it road: 60 % of the remaining 400 m2
        parcel = box(10, -5, 30, 20)
        rows = [verdict_of(parcel, certificate_area_m2=500.0, footprint_m2=f)["intensity"] for f in (240.0, 241.0)]
        assert rows == ["permitted", "prohibited"]

    def test_a_parcel_that_is_all_road_cannot_be_built_on(self) -> None:
        report = check(make_plan(), make_permits([box(10, -9, 30, -1)], footprint_m2=50.0))
        assert report.permits.loc[0, "intensity"] == "prohibited"
        assert "NOTHING_BUILDABLE" in set(report.findings["code"])

    def test_where_the_rules_say_nothing_of_a_part_it_is_undetermined(self) -> None:
        rules = make_rules(intensity=pd.DataFrame({"subzone": ["K-1"], "kdb_max_pct": [80.0]}))
        report = check(make_plan(rules=rules), make_permits([HOUSE], footprint_m2=10.0))
        assert report.permits.loc[0, "intensity"] == "undetermined"
        assert report.findings["code"].tolist() == ["LIMIT_NO_RULE"]

    def test_the_area_that_was_used_is_stated(self) -> None:
        permits = make_permits([HOUSE, HOUSE], certificate_area_m2=[380.0, None])
        table = check(make_plan(), permits).permits
        assert table["area_basis"].tolist() == ["certificate", "geodesic"]
        assert table["area_used_m2"].tolist() == [380.0, table.loc[1, "area_geodesic_m2"]]
        # the plan's zone is 50N: UTM reads areas about 0.07 % short there
        assert table.loc[1, "area_geodesic_m2"] / 400.0 == pytest.approx(1.00072, abs=2e-5)

    def test_limits_come_from_the_layer_where_no_rules_are_given(self) -> None:
        zones = make_zones(KDB=[60.0, "maksimum tergantung kelas", None, 0.0])
        plan = make_plan(zones, make_rules(intensity=pd.DataFrame({"subzone": []})))
        permits = make_permits(
            [HOUSE, HOUSE, SHOP, PARK], certificate_area_m2=400.0, footprint_m2=[240.0, 250.0, 10.0, 10.0]
        )
        report = check(plan, permits)
        assert report.permits["intensity"].tolist() == ["permitted", "prohibited", "undetermined", "undetermined"]
        assert "kolom KDB" in report.findings.query("code == 'LIMIT_MAX_BROKEN'")["reference"].iloc[0]


class TestSelectors:
    ROWS = pd.DataFrame(
        [("R-2", "", 0, 100, "", 80.0), ("R-2", "", 100, 1000, "1", 60.0), ("R-2", "", 100, 1000, "2", 40.0),
         ("K-1", "arteri", None, None, "", 80.0), ("K-1", "lokal", None, None, "", 60.0)],
        columns=["subzone", "road_class", "lot_min_m2", "lot_max_m2", "alternative", "kdb_max_pct"],
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("geometry", "columns", "outcome"),
        [
            (HOUSE, {"alternative": "1", "footprint_m2": 240.0}, "permitted"),
            (HOUSE, {"alternative": "2", "footprint_m2": 240.0}, "prohibited"),
            (HOUSE, {"footprint_m2": 160.0}, "permitted"),
            (HOUSE, {"footprint_m2": 200.0}, "undetermined"),
            (HOUSE, {"footprint_m2": 241.0}, "prohibited"),
            (SHOP, {"road_class": "Arteri", "footprint_m2": 320.0}, "permitted"),
            (SHOP, {"road_class": "lokal", "footprint_m2": 320.0}, "prohibited"),
            (SHOP, {"footprint_m2": 320.0}, "undetermined"),
            (SHOP, {"road_class": "lingkungan", "footprint_m2": 10.0}, "undetermined"),
        ],
    )
    def test_rows_are_narrowed_by_what_is_known(
        self, geometry: shapely.Polygon, columns: dict[str, Any], outcome: str
    ) -> None:
        plan = make_plan(rules=make_rules(intensity=self.ROWS))
        row = check(plan, make_permits([geometry], certificate_area_m2=400.0, **columns)).permits.iloc[0]
        assert row["intensity"] == outcome

    @pytest.mark.parametrize(
        ("lot", "kdb", "outcome"),
        [(99.0, 80.0, "permitted"), (100.0, 70.0, "undetermined"), (1000.5, 10.0, "undetermined")],
    )
    def test_lot_size_classes_are_inclusive_and_a_hole_is_not_filled(
        self, lot: float, kdb: float, outcome: str
    ) -> None:
        plan = make_plan(rules=make_rules(intensity=self.ROWS))
        permits = make_permits([HOUSE], certificate_area_m2=lot, footprint_m2=lot * kdb / 100.0)
        assert check(plan, permits).permits.loc[0, "intensity"] == outcome

    def test_a_row_for_the_road_class_goes_before_a_row_for_any(self) -> None:
        rows = pd.DataFrame({"subzone": ["R-2", "R-2"], "road_class": ["", "arteri"], "kdb_max_pct": [40.0, 60.0]})
        plan = make_plan(rules=make_rules(intensity=rows))
        permits = make_permits([HOUSE], certificate_area_m2=400.0, footprint_m2=240.0, road_class="arteri")
        assert check(plan, permits).permits.loc[0, "intensity"] == "permitted"


class TestSiting:
    RULES = pd.DataFrame({"subzone": ["R-2"], "gsb_min_m": [5.0], "side_min_m": [2.0], "reference": ["Tabel 4"]})

    @pytest.mark.parametrize(
        ("front", "side", "outcome"),
        [(5.0, 2.0, "permitted"), (4.9, 2.0, "prohibited"), (None, 1.0, "prohibited"), (None, None, None)],
    )
    def test_setbacks_are_kept_from_their_limit_on(self, front: float, side: float, outcome: str) -> None:
        plan = make_plan(rules=make_rules(intensity=self.RULES))
        permits = make_permits([HOUSE], setback_front_m=front, setback_side_m=side)
        siting = check(plan, permits).permits.loc[0, "siting"]
        assert (None if pd.isna(siting) else siting) == outcome


class TestOverlay:
    POLICY = pd.DataFrame(
        [("LP2B_2", "*", "prohibit", "Lahan pangan tidak boleh dialihkan", "", None, "Pasal 40"),
         ("KRB_03", "*banjir*tinggi*", "condition", "Kajian banjir", "", None, "Pasal 41"),
         ("KRB_03", "*banjir*rendah*", "note", "Waspada", "", None, "Pasal 41"),
         ("KKOP_1", "K01*", "height", "Ketinggian KKOP", "", 15.0, "Pasal 42"),
         ("TOD_04", "*", "condition", "Hanya di blok A.2", "BLOK=A.2", None, "Pasal 43")],
        columns=["field", "pattern", "effect", "text", "scope", "height_max_m", "reference"],
    )  # fmt: skip

    def outcome(self, geometry: shapely.Polygon, flags: dict[str, list[Any]], **columns: Any) -> Any:
        plan = make_plan(make_zones(**flags), make_rules(overlays=self.POLICY))
        report = check(plan, make_permits([geometry], activity="005", **columns))
        value = report.permits.loc[0, "overlay"]
        return None if pd.isna(value) else value, set(report.findings["code"])

    @pytest.mark.parametrize(
        ("geometry", "flags", "columns", "outcome", "code"),
        [
            (HOUSE, {"LP2B_2": ["LP2B", "-", "-", "-"]}, {}, "prohibited", "OVERLAY_PROHIBITS"),
            (SPLIT, {"LP2B_2": ["LP2B", "-", "-", "-"]}, {}, "partial", "OVERLAY_PROHIBITS"),
            (HOUSE, {"KRB_03": ["Rawan Banjir - Sangat Tinggi", "", "", ""]}, {}, "conditional", "OVERLAY_ASKS"),
            (HOUSE, {"KRB_03": ["Rawan banjir rendah", "", "", ""]}, {}, "permitted", "OVERLAY_NOTES"),
            (HOUSE, {"KRB_03": ["Rawan Tsunami", "", "", ""]}, {}, "undetermined", "OVERLAY_NO_RULE"),
            (HOUSE, {"HANKAM": ["H", None, None, None]}, {}, "undetermined", "OVERLAY_NO_RULE"),
            (HOUSE, {"KKOP_1": ["K01G", "", "", ""]}, {}, "conditional", "OVERLAY_HEIGHT_ASKED"),
            (HOUSE, {"KKOP_1": ["K01G", "", "", ""]}, {"height_m": 16.0}, "prohibited", "OVERLAY_TOO_HIGH"),
            (PARK, {"TOD_04": ["TOD"] * 4}, {}, "conditional", "OVERLAY_ASKS"),
            (HOUSE, {"TOD_04": ["TOD"] * 4}, {}, "undetermined", "OVERLAY_NO_RULE"),
        ],
    )  # fmt: skip
    def test_a_flag_does_what_the_policy_of_the_plan_says(
        self, geometry: shapely.Polygon, flags: dict[str, Any], columns: dict[str, Any], outcome: str, code: str
    ) -> None:
        found, codes = self.outcome(geometry, flags, **columns)
        assert found == outcome
        assert code in codes

    def test_a_kept_height_is_permitted_and_silent(self) -> None:
        assert self.outcome(HOUSE, {"KKOP_1": ["K01G", "", "", ""]}, height_m=15.0)[0] == "permitted"

    @pytest.mark.parametrize("blank", ["Tidak Ada", "-", " ", "0", None])
    def test_without_a_flag_there_is_no_overlay_dimension(self, blank: str | None) -> None:
        assert self.outcome(HOUSE, {"KRB_03": [blank] * 4}) == (None, set())


class TestVerdict:
    def test_it_is_the_gravest_dimension(self) -> None:
        row = verdict_of(HOUSE, activity="001", certificate_area_m2=400.0, footprint_m2=300.0)
        assert (row["use"], row["intensity"], row["verdict"]) == ("permitted", "prohibited", "prohibited")

    def test_with_nothing_to_judge_it_is_undetermined(self) -> None:
        report = check(make_plan(), make_permits([HOUSE]))
        assert report.permits.loc[0, "verdict"] == "undetermined"
        assert report.findings["code"].tolist() == ["NOTHING_TO_JUDGE"]

    @pytest.mark.parametrize(
        ("on", "verdict"), [(date(2026, 11, 24), "permitted"), (date(2019, 1, 1), "undetermined"), (None, "permitted")]
    )
    def test_a_plan_that_is_not_in_force_permits_nothing(self, on: date | None, verdict: str) -> None:
        plan = make_plan(valid_from=date(2020, 1, 1), valid_until=date(2039, 12, 31))
        report = check(plan, make_permits([HOUSE], activity="001"), on=on)
        assert report.permits.loc[0, "verdict"] == verdict
        if verdict == "undetermined":
            assert (
                "rencana berlaku 1 Januari 2020 sampai 31 Desember 2039, bukan pada 1 Januari 2019"
                in report.findings["message"].tolist()
            )

    def test_approvable_is_the_buildable_allowed_part(self) -> None:
        report = check(make_plan(), make_permits([box(10, -5, 30, 60)], activity="001"))
        shape = report.geometries("approvable")
        assert shape.geometry.iloc[0].equals(box(10, 0, 30, 50))
        assert report.permits.loc[0, "approvable_m2"] == pytest.approx(1000.0)
        assert shape["area_m2"].tolist() == [pytest.approx(1000.0)]


class TestReport:
    def test_one_by_one_and_in_bulk_give_the_same_answer(self) -> None:
        shapes = [HOUSE, SHOP, SPLIT, PARK, FAR, box(10, -1, 30, 30), box(40, -5, 60, 20)]
        permits = make_permits(shapes, activity="001", footprint_m2=100.0)
        bulk = check(make_plan(), permits).permits
        single = pd.concat(
            [check(make_plan(), permits.iloc[[k]]).permits for k in range(len(shapes))], ignore_index=True
        )
        pd.testing.assert_frame_equal(bulk, single)

    def test_shapes_of_parts_have_the_areas_of_the_table(self) -> None:
        report = check(make_plan(), make_permits([box(-10, -5, 60, 60), SPLIT, FAR], activity="001"))
        shapes = report.geometries("parts")
        np.testing.assert_allclose(shapes.area, report.parts["area_m2"], atol=1e-6)

    def test_permits_in_another_crs_are_brought_to_the_plans(self) -> None:
        permits = make_permits([SPLIT], activity="001")
        degrees = permits.to_crs(9470).set_crs(4326, allow_override=True)  # practice takes the two as one frame
        parts = check(make_plan(), degrees).parts
        assert parts["area_m2"].tolist() == pytest.approx([200.0, 200.0], abs=1e-5)

    def test_a_single_polygon_is_a_batch_of_one(self) -> None:
        report = check(make_plan(), SPLIT, activity="4719")
        assert report.permits["use"].tolist() == ["conditional"]

    def test_tables_are_copies(self) -> None:
        report = check(make_plan(), make_permits([HOUSE], activity="001"))
        table = report.permits
        table.loc[0, "area_m2"] = -1.0
        assert report.permits.loc[0, "area_m2"] == pytest.approx(400.0)

    def test_explain_names_zone_area_reason_and_article(self) -> None:
        text = check(make_plan(), make_permits([box(40, 40, 50, 60)], activity="001")).explain("P-1")
        assert "Putusan: SESUAI SEBAGIAN" in text
        assert "R-2 Perumahan Kepadatan Tinggi, blok A.1: 100,00 m² (50,0 %): I, sesuai" in text
        assert "Rumah tunggal tidak diizinkan (X) di RTH-2 seluas 100,00 m² [Lampiran II no. 1]" in text
        assert "dapat disetujui: 100,00 m²" in text
        assert "penapisan" in text

    def test_explain_speaks_english_too(self) -> None:
        text = check(make_plan(), make_permits([SHOP], activity="001", height_m=25.0)).explain("P-1", lang="en")
        assert "Verdict: PROHIBITED" in text
        assert "T1 in K-1: Jam operasi 07.00-21.00 [Pasal 12]" in text
        assert "building height 25.00 m exceeds the limit of 20.00 m in K-1 [Tabel 2]" in text

    def test_explain_of_a_permit_that_is_not_there_says_so(self) -> None:
        with pytest.raises(ReportError, match=r"permit 'P-9' is not in this report of 1 permits"):
            check(make_plan(), make_permits([HOUSE])).explain("P-9")

    def test_the_receipt_names_plan_hash_tolerance_and_day(self) -> None:
        plan = make_plan(regulation="Perwali 1/2026")
        receipt = check(plan, make_permits([HOUSE]), on=date(2026, 11, 24)).receipt
        assert receipt["plan_hash"] == plan.hash
        assert (receipt["regulation"], receipt["tolerance_m"], receipt["on"]) == ("Perwali 1/2026", 2.5, "2026-11-24")

    def test_an_unknown_file_kind_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(ReportError, match=r"cannot be written as 'doc'; use one of csv, .*xlsx"):
            check(make_plan(), make_permits([HOUSE])).write("hasil.doc")


@pytest.mark.parametrize("tolerance", [-1.0, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_length_is_refused(tolerance: float) -> None:
    with pytest.raises(PermitError, match="a length in metres, 0 or more"):
        check(make_plan(), make_permits([HOUSE]), tolerance_m=tolerance)


def test_permits_without_a_crs_are_refused() -> None:
    with pytest.raises(CrsError, match="no CRS"):
        check(make_plan(), make_permits([HOUSE]).set_crs(None, allow_override=True))


def test_something_that_is_no_table_is_refused() -> None:
    with pytest.raises(PermitError, match="permits is a list"):
        check(make_plan(), [HOUSE])
