"""The audit of a plan: every kind of finding once, by hand, beside a sound town in which nothing is found."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import rdtr
from rdtr.errors import PlanError, ReportError
from rdtr.zoning.audit import AuditReport
from rdtr.zoning.audit.catalogue import LEVELS, Profile, audit_kinds, checks, columns
from rdtr.zoning.audit.run import LOOKS
from rdtr.zoning.findings import kinds
from tests.town import CRS, X, Y, box, make_plan, make_rules, make_zones

DATES = {"regulation": "Perwali 1/2025", "regulation_date": date(2025, 1, 1), "valid_from": date(2025, 1, 2),
         "valid_until": date(2045, 1, 2)}  # fmt: skip


def sound_zones(**changes: Any) -> gpd.GeoDataFrame:
    """The town with every column filled in; its zones share all vertices."""
    zones = make_zones()
    zones["geometry"] = [box(0, 0, 50, 50), box(50, 0, 100, 50),
                         shapely.Polygon([(X, Y + 50), (X + 50, Y + 50), (X + 100, Y + 50), (X + 100, Y + 100),
                                          (X, Y + 100)]),
                         shapely.Polygon([(X, Y - 10), (X + 100, Y - 10), (X + 100, Y), (X + 50, Y), (X, Y)])]  # fmt: skip
    zones["JNSRPR"] = ["32000000", "32000000", "31000000", "32000000"]
    zones["KODBLK"] = ["A.1", "A.1", "A.2", "A.2"]
    zones["LUASHA"] = [0.25, 0.25, 0.5, 0.1]
    for column in columns():
        if column not in zones.columns or zones[column].isna().all():
            zones[column] = "Tidak Ada" if column in ("KKOP_1", "LP2B_2") else "Satimpo" if column == "WADMKD" else "I"
    for flag in ("KRB_03", "TOD_04", "TEB_05", "CAGBUD", "RESAIR", "KSMPDN"):
        zones[flag] = "Tidak Ada"
    return zones.assign(**changes)


def audited(zones: gpd.GeoDataFrame | None = None, **options: Any) -> AuditReport:
    identity = {**DATES, "region_code": "64.74", **options.pop("identity", {})}
    plan = make_plan(sound_zones() if zones is None else zones, options.pop("rules", sound_rules()), **identity)
    return rdtr.audit(plan, outlines=options.pop("outlines", box(0, -10, 100, 100)), **options)


def sound_rules() -> Any:
    rules = make_rules()
    matrix = rules.matrix.replace("", "X")
    return make_rules(matrix=matrix)


def codes(report: AuditReport) -> list[str]:
    return report.findings["code"].tolist()


def only(report: AuditReport, code: str) -> pd.Series:
    """The one finding of a code."""
    rows = report.findings[report.findings["code"] == code]
    assert len(rows) == 1, codes(report)
    return rows.iloc[0]


def with_geometry(row: int, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    zones = sound_zones()
    shapes = list(zones.geometry)
    shapes[row] = shape
    return zones.set_geometry(gpd.GeoSeries(shapes, crs=CRS))


def with_zone(shape: shapely.Geometry, **values: Any) -> gpd.GeoDataFrame:
    zones = sound_zones()
    extra = zones.iloc[[0]].assign(**values).set_geometry([shape], crs=CRS)
    return gpd.GeoDataFrame(pd.concat([zones, extra], ignore_index=True), crs=CRS)


def test_nothing_is_found_in_a_sound_town() -> None:
    report = audited(on=date(2026, 11, 24))
    assert codes(report) == []
    assert [s.check for s in report.skipped] == ["wards"]
    assert report.sound
    assert not report.fails("info")


def test_a_zone_across_its_neighbour_is_an_overlap_with_its_polygon() -> None:
    found = only(audited(with_geometry(0, box(0, 0, 60, 50))), "OVERLAP")
    assert (found["level"], found["row"], found["other_row"], found["unit"]) == ("error", 1, 2, "m2")
    assert found["size"] == pytest.approx(500.0)
    assert shapely.equals(found["geometry"], box(50, 0, 60, 50))
    assert found["message"] == "R-2 (baris 1) dan K-1 (baris 2) bertampalan seluas 500,00 m²"


def test_a_narrow_overlap_is_a_sliver_and_the_limit_can_be_changed() -> None:
    zones = with_geometry(0, box(0, 0, 50.2, 50))
    assert only(audited(zones), "OVERLAP_SLIVER")["level"] == "warning"
    assert only(audited(zones, limits={"sliver_width_m": 0.1}), "OVERLAP")["level"] == "error"


def test_a_polygon_drawn_twice_and_one_inside_another_are_told_apart() -> None:
    assert only(audited(with_zone(box(0, 0, 50, 50))), "ZONE_DOUBLED")["size"] == pytest.approx(2500.0)
    inside = only(audited(with_zone(box(10, 10, 20, 20))), "ZONE_COVERED")
    assert (inside["row"], inside["other_row"]) == (5, 1)


def test_a_gap_is_named_by_the_zones_around_it() -> None:
    found = only(audited(with_geometry(1, box(60, 0, 100, 50))), "GAP")
    assert found["size"] == pytest.approx(500.0)
    assert found["message"].endswith("di sekelilingnya R-2 (baris 1), K-1 (baris 2), RTH-2 (baris 3), BJ (baris 4)")
    assert only(audited(with_geometry(1, box(50.1, 0, 100, 50))), "GAP_SLIVER")["size"] == pytest.approx(5.0)


def test_what_the_outline_holds_and_no_zone_covers_is_a_gap_and_the_rest_lies_beyond() -> None:
    report = audited(outlines=box(0, -10, 110, 90))
    assert only(report, "GAP")["size"] == pytest.approx(1000.0)  # 10 x 100 in the east, less the strip north of 90
    beyond = only(report, "OUTLINE_BEYOND")
    assert (beyond["size"], beyond["row"]) == (pytest.approx(1000.0), 3)


def test_an_outline_in_another_crs_is_moved_and_one_without_is_refused() -> None:
    there = gpd.GeoSeries([box(0, -10, 100, 100)], crs=CRS).to_crs(9470)
    report = audited(outlines=there)
    assert not {"GAP", "OUTLINE_BEYOND"} & set(codes(report))
    with pytest.raises(PlanError, match="no CRS is stated"):
        audited(outlines=gpd.GeoSeries([box(0, 0, 1, 1)]))
    with pytest.raises(PlanError, match="wanted valid polygons"):
        audited(outlines=shapely.Point(0, 0))


def test_without_an_outline_that_check_is_skipped_with_its_reason() -> None:
    plan = make_plan(sound_zones(), sound_rules(), **DATES)
    skipped = {s.check: s.reason["id"] for s in rdtr.audit(plan).skipped}
    assert skipped["outline"] == "tidak ada batas wilayah perencanaan (lapisan wp atau outlines=)"
    assert set(skipped) == {"outline", "wards", "villages"}


def test_a_zone_outside_the_ward_it_is_marked_with_is_found() -> None:
    wards = gpd.GeoDataFrame({"KODSWP": ["I", "J"]}, geometry=[box(0, -10, 50, 100), box(50, -10, 100, 100)], crs=CRS)
    plan = make_plan(sound_zones(KODSWP=["I", "I", "?", "?"]), sound_rules(), **DATES).with_layers({"swp": wards})
    found = only(rdtr.audit(plan), "WARD_DISAGREES")
    assert (found["row"], found["size"], found["field"]) == (2, pytest.approx(2500.0), "KODSWP")


def test_a_vertex_without_a_mate_is_a_t_junction_of_its_pair() -> None:
    report = audited(make_zones().assign(**{c: sound_zones()[c] for c in columns()}))
    found = report.findings[report.findings["code"] == "T_JUNCTION"]
    pairs = set(zip(found["row"], found["other_row"], strict=True))
    assert pairs == {(3, 1), (3, 2), (4, 1), (4, 2)}  # park and road have no vertex at x = 50
    assert set(found["size"]) == {1.0}


def test_a_border_drawn_twice_is_not_shared() -> None:
    found = only(audited(with_geometry(0, box(0, 0, 49.9, 50)), limits={"min_area_m2": 100}), "BORDER_NOT_SHARED")
    assert found["size"] == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("shape", "code", "size"),
    [
        (box(200, 0, 300, 0.4), "ZONE_SLIVER", 0.3984),  # 2 x 40 / 200.8
        (box(200, 0, 202, 3), "ZONE_TINY", 6.0),
        (shapely.MultiPolygon([box(200, 0, 220, 20), box(240, 0, 260, 20)]), "ZONE_PARTS", 2.0),
        (shapely.Polygon([(X + 200, Y), (X + 220, Y), (X + 220, Y + 9), (X + 250, Y + 9.1), (X + 220, Y + 9.2),
                          (X + 220, Y + 20), (X + 200, Y + 20)]), "SPIKE", 30.000167),
        (shapely.Polygon([(X + 200, Y), (X + 220, Y), (X + 220, Y + 0.005), (X + 220, Y + 20), (X + 200, Y + 20)]),
         "VERTICES_CLOSE", 1.0),
    ],
)  # fmt: skip
def test_an_outline_that_is_odd_by_itself_is_found_with_its_size(shape: Any, code: str, size: float) -> None:
    assert only(audited(with_zone(shape)), code)["size"] == pytest.approx(size, abs=1e-3)


def test_the_closing_vertex_of_a_ring_is_neither_a_spike_nor_too_close() -> None:
    ring = shapely.Polygon([(X + 200, Y), (X + 220, Y), (X + 220, Y + 20), (X + 200, Y + 20), (X + 200, Y + 0.004)])
    assert only(audited(with_zone(ring)), "VERTICES_CLOSE")["size"] == 1.0


def test_a_zone_of_very_many_vertices_is_noted() -> None:
    ring = shapely.Point(X + 300, Y).buffer(50, quad_segs=100)
    found = only(audited(with_zone(ring), limits={"complex_vertices": 400}), "ZONE_COMPLEX")
    assert (found["size"], found["level"]) == (401.0, "info")


@pytest.mark.parametrize(
    ("column", "values", "code", "message"),
    [
        ("KODSZN", ["RHT-2", "K-1", "RTH-2", "BJ"], "ZONE_CODE_UNKNOWN",
         'kode "RHT-2" tidak dikenal dalam kosakata 2021; mungkin RTH-2 (1 zona)'),
        ("KODSZN", ["R2", "K-1", "RTH-2", "BJ"], "ZONE_CODE_SPELLING", 'kode "R2" seharusnya ditulis "R-2" (1 zona)'),
        ("KODSZN", [None, "K-1", "RTH-2", "BJ"], "ZONE_CODE_MISSING", "1 zona tidak mempunyai kode"),
        ("NAMOBJ", ["Taman Kota", "Perdagangan dan Jasa Skala Kota", "Taman Kota", "Badan Jalan"], "NAME_DISAGREES",
         'kode R-2 bernama "Taman Kota", padahal dalam kosakata 2021 nama itu milik RTH-2 (Taman Kota) (1 zona)'),
        ("NAMOBJ", ["Hunian Padat", "Perdagangan dan Jasa Skala Kota", "Taman Kota", "Badan Jalan"], "NAME_UNKNOWN",
         'nama "Hunian Padat" untuk kode R-2 tidak dikenal dalam kosakata 2021; '
         "di sana Perumahan Kepadatan Tinggi (1 zona)"),
        ("NAMOBJ", ["1,5", "Perdagangan dan Jasa Skala Kota", "Taman Kota", "Badan Jalan"], "NAME_IS_NUMBER",
         'kolom nama berisi "1,5", bukan nama (1 zona)'),
        ("KODZON", ["K", "K", "RTH", "BJ"], "PARENT_DISAGREES",
         "KODZON K tidak sesuai dengan KODSZN R-2, yang termasuk zona R (1 zona)"),
        ("JNSRPR", ["31000000", "32000000", "31000000", "32000000"], "CLASS_DISAGREES",
         "JNSRPR 31000000 (lindung) bertentangan dengan R-2, yang termasuk budi daya (1 zona)"),
        ("JNSRPR", ["Kawasan Lindung", "32000000", "31000000", "32000000"], "CLASS_DISAGREES",
         "JNSRPR Kawasan Lindung (lindung) bertentangan dengan R-2, yang termasuk budi daya (1 zona)"),
        ("JNSRPR", ["7", "32000000", "31000000", "32000000"], "CLASS_UNKNOWN",
         'JNSRPR "7" bukan kode lindung atau budi daya (1 zona)'),
        ("KODBLK", ["A.1", None, "A.2", "A.2"], "CELLS_BLANK", "kolom KODBLK kosong pada 1 zona: kode blok"),
        ("WADMKC", None, "COLUMN_EMPTY", "kolom WADMKC kosong di semua 4 zona: kecamatan"),
        ("LUASHA", [0.26, 0.25, 0.5, 0.1], "LUASHA_DIFFERS",
         "LUASHA R-2 (baris 1) menyebut 0,2600 ha, terukur 0,2500 ha planar dan 0,2502 ha geodetik; selisih 3,9 %"),
        ("WADMKD", ["Satimpu", "Satimpo", "Satimpo", "Satimpo"], "VILLAGE_UNKNOWN",
         'kelurahan/desa "Satimpu" tidak ada dalam daftar resmi; mungkin Satimpo (1 zona)'),
        ("WADMKD", ["Lok Tuan", "Satimpo", "Satimpo", "Satimpo"], "VILLAGE_SPELLING",
         'kelurahan/desa "Lok Tuan" ditulis "Loktuan" dalam daftar resmi (1 zona)'),
        ("WADMKC", ["BontÃ© Utara", "Bontang Utara", "Bontang Utara", "Bontang Utara"], "TEXT_BROKEN",
         'WADMKC = "BontÃ© Utara" memuat huruf yang rusak karena pengodean berkas (1 zona)'),
        ("WADMKC", ["Bont\ufffdng", "Bontang Utara", "Bontang Utara", "Bontang Utara"], "TEXT_BROKEN",
         'WADMKC = "Bont\ufffdng" memuat huruf yang rusak karena pengodean berkas (1 zona)'),
        ("WADMKC", ["a" * 254, "Bontang Utara", "Bontang Utara", "Bontang Utara"], "TEXT_CUT",
         f'WADMKC = "{"a" * 60}…" sepanjang batas kolom shapefile; isinya mungkin terpotong (1 zona)'),
        ("KRB_03", ["Rawan Banjir", "Tidak Ada", "Tidak Ada", "Tidak Ada"], "RULE_FLAG_WITHOUT_ROW",
         'KRB_03 = "Rawan Banjir" tidak mempunyai ketentuan dalam tabel overlays (1 zona)'),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_found_and_said_in_plain_words(column: str, values: Any, code: str, message: str) -> None:
    found = only(audited(sound_zones(**{column: values})), code)
    assert found["message"] == message


def test_one_code_with_two_names_and_one_name_with_two_codes_are_found() -> None:
    zones = with_zone(box(200, 0, 220, 20), NAMOBJ="Perumahan Tinggi")
    assert only(audited(zones), "CODE_TWO_NAMES")["size"] == 2.0
    zones = with_zone(box(200, 0, 220, 20), KODSZN="R-3")
    found = only(audited(zones), "NAME_TWO_CODES")
    assert found["message"] == 'nama "Perumahan Kepadatan Tinggi" mempunyai 2 kode: R-2, R-3'


def test_a_missing_column_is_named_and_its_checks_are_skipped() -> None:
    report = audited(sound_zones().drop(columns=["LUASHA"]))
    assert only(report, "COLUMN_ABSENT")["field"] == "LUASHA"
    assert {s.check: s.reason["en"] for s in report.skipped}["areas"] == "column LUASHA is missing or blank"


def test_rule_gaps_are_found() -> None:
    rules = make_rules(matrix=make_rules().matrix.drop(columns=["K-1"]).rename(columns={"BJ": "R-9"}))
    report = audited(rules=rules)
    found = report.findings
    assert found[found["code"] == "RULE_NO_COLUMN"]["message"].tolist() == [
        "sub-zona K-1 tidak mempunyai kolom dalam matriks ITBX (1 zona)",
        "sub-zona BJ tidak mempunyai kolom dalam matriks ITBX (1 zona)",
    ]
    assert only(report, "RULE_NO_ZONE")["message"] == "aturan untuk sub-zona R-9 tidak dipakai zona mana pun"
    assert only(report, "RULE_CELLS_BLANK")["size"] == 1.0


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ({"regulation": ""}, "REGULATION_MISSING"),
        ({"valid_until": None}, "DATE_MISSING"),
        ({"regulation_date": date(2025, 6, 1)}, "DATE_ORDER"),
        ({"valid_until": date(2035, 1, 2)}, "DATE_TERM"),
        (
            {"valid_from": date(2005, 1, 2), "valid_until": date(2025, 1, 2), "regulation_date": date(2005, 1, 1)},
            "DATE_OVER",
        ),
    ],
)
def test_dates_that_are_missing_or_odd_are_found(identity: dict[str, Any], code: str) -> None:
    only(audited(identity=identity, on=date(2026, 11, 24)), code)


def test_shapes_set_aside_on_reading_are_errors_at_their_place(tmp_path: Path) -> None:
    zones = sound_zones()
    bow_tie = shapely.Polygon([(X + 300, Y), (X + 320, Y + 20), (X + 320, Y), (X + 300, Y + 20)])
    layer = pd.concat([zones, zones.iloc[[0]].set_geometry([bow_tie], crs=CRS)], ignore_index=True)
    layer.to_file(tmp_path / "zones.gpkg", engine="pyogrio")
    found = only(rdtr.audit(rdtr.read_plan(tmp_path / "zones.gpkg")), "GEOMETRY_INVALID")
    assert (found["level"], found["row"], found["check"]) == ("error", 5, "intake")
    assert shapely.equals_exact(found["geometry"], bow_tie, tolerance=1e-6)
    assert "garis batas memotong dirinya sendiri" in found["message"]


def test_a_delivery_counts_warnings_as_errors() -> None:
    zones = with_geometry(0, box(0, 0, 50.2, 50))
    assert audited(zones).counts()["error"] == 0
    assert audited(zones, profile="delivery").counts()["error"] > 0


def test_profiles_choose_what_is_looked_at() -> None:
    zones = with_geometry(0, box(0, 0, 60, 50)).assign(KODZON=["K", "K", "RTH", "BJ"])
    assert "PARENT_DISAGREES" not in codes(audited(zones, profile="topology"))
    assert "OVERLAP" not in codes(audited(zones, profile="attributes"))
    with pytest.raises(PlanError, match="audit profile 'strict' is not known; it is one of full, topology"):
        audited(profile="strict")


def test_a_limit_that_is_not_known_or_no_number_is_refused() -> None:
    with pytest.raises(PlanError, match="audit limit 'width' is not known"):
        audited(limits={"width": 1})
    with pytest.raises(PlanError, match="audit limit touch_m is -1; wanted a number of 0 or more"):
        audited(limits={"touch_m": -1})


def test_findings_come_gravest_first_and_the_summary_counts_them() -> None:
    report = audited(with_geometry(0, box(0, 0, 60, 50)).assign(KODBLK=["A", None, "A", "A"]))
    levels = [LEVELS.index(level) for level in report.findings["level"]]
    assert levels == sorted(levels)
    summary = report.summary().set_index("code")
    assert (summary.loc["OVERLAP", "count"], summary.loc["OVERLAP", "size"]) == (1, pytest.approx(500.0))
    assert sum(report.counts().values()) == len(report) == summary["count"].sum()
    assert report.fails("error")
    with pytest.raises(ReportError, match="level 'fatal' is not known; it is one of error, warning, info"):
        report.fails("fatal")  # type: ignore[arg-type]


def test_the_same_plan_gives_the_same_findings_in_both_languages() -> None:
    zones = with_geometry(0, box(0, 0, 60, 50)).assign(KODBLK=["A", None, "A", "A"])
    one, other = audited(zones), audited(zones, workers=1)
    assert one.findings_in("en").to_json() == other.findings_in("en").to_json()
    assert not set(one.findings_in("en")["message"]) & set(one.findings_in("id")["message"])


def test_a_notebook_shows_counts_and_a_map() -> None:
    html = audited(with_geometry(0, box(0, 0, 60, 50)))._repr_html_()
    assert "OVERLAP" in html
    assert "<svg" in html
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_every_kind_has_both_sentences_a_known_level_and_a_check_that_exists() -> None:
    known = {c.name for p in get_args(Profile) for c in checks(p)}
    assert known == set(LOOKS)
    for code, kind in audit_kinds().items():
        assert kind.kind.level in LEVELS
        assert kind.delivery in LEVELS
        assert kind.check in known
        if code in kinds():
            assert kind.kind.template == {"id": "", "en": ""}  # its sentence is that of reading
        else:
            assert kind.kind.template["id"]
            assert kind.kind.template["en"]
            fields = [
                {part.split("}")[0].split(":")[0] for part in t.split("{")[1:]} for t in kind.kind.template.values()
            ]
            assert fields[0] == fields[1]


@pytest.mark.parametrize("name", ["audit_limits", "audit_columns", "villages"])
def test_every_row_of_the_audits_data_has_a_reference_and_a_confidence(name: str) -> None:
    text = files("rdtr.zoning").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["reference"]
        assert row["confidence"] in ("V2", "V", "C", "G", "U")


def test_the_audit_of_the_sample_city_finds_no_error() -> None:
    report = rdtr.audit(rdtr.sample_city(parcels=1_000).plan)
    assert report.sound
    assert not {"OVERLAP", "GAP", "T_JUNCTION", "GAP_SLIVER"} & set(codes(report))


def test_places_are_in_the_plans_crs_and_inside_it() -> None:
    report = audited(with_geometry(0, box(0, 0, 60, 50)))
    found = report.findings
    assert found.crs == report.plan.crs
    placed = found.geometry[~found.geometry.isna()].to_numpy()
    assert shapely.intersects(placed, box(-1, -11, 101, 101)).all()
    assert np.isfinite(shapely.bounds(placed)).all()


def test_a_finding_of_several_zones_names_a_sub_zone_only_where_they_have_it_in_common() -> None:
    # the flag lies over the houses and the shops (K-1), both in block A.1
    flag = ["Rawan Banjir", "Rawan Banjir", "Tidak Ada", "Tidak Ada"]
    found = only(audited(sound_zones(KRB_03=flag)), "RULE_FLAG_WITHOUT_ROW")
    assert (found["row"], found["KODSZN"], found["KODBLK"]) == (1, None, "A.1")
    alone = only(audited(sound_zones(KRB_03=["Rawan Banjir", *["Tidak Ada"] * 3])), "RULE_FLAG_WITHOUT_ROW")
    assert (alone["KODSZN"], alone["KODBLK"]) == ("R-2", "A.1")


def test_the_page_about_audits_names_every_check_and_every_finding() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    for check in LOOKS:
        assert f"| `{check}` |" in page, check
    for code in audit_kinds():
        assert f"`{code}`" in page, code
