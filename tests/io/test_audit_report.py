"""Files of an audit, read back by the libraries that others read them with."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

import rdtr
from rdtr.errors import FileError, ReportError
from rdtr.io.auditreport.layers import write_ledger
from rdtr.zoning.audit import AuditReport
from tests.town import box, make_plan, make_zones


@pytest.fixture(scope="module")
def report() -> AuditReport:
    """An overlap of 10 x 50 m, T-junctions, and what the town lacks."""
    zones = make_zones(NAMOBJ=["=1+1 <b>", "Perdagangan dan Jasa Skala Kota", "Taman Kota", "Badan Jalan"])
    zones["geometry"] = [box(0, 0, 60, 50), *zones.geometry.iloc[1:]]
    return rdtr.audit(make_plan(zones, title="Kota <Uji> & Coba"))


def test_a_geopackage_has_a_layer_for_every_type_of_shape_and_loses_no_finding(
    report: AuditReport, tmp_path: Path
) -> None:
    path = report.write(tmp_path / "t.gpkg")
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    assert set(names) == {"findings_area", "findings_point", "findings_nowhere"}
    assert sum(len(pyogrio.read_dataframe(path, layer=n)) for n in names) == len(report)
    area = gpd.read_file(path, layer="findings_area")
    assert area.crs == report.plan.crs
    assert area["code"].tolist() == ["OVERLAP"]
    assert area.area.tolist() == [pytest.approx(500.0)]


def test_a_sound_plan_gives_a_geopackage_without_rows(tmp_path: Path) -> None:
    sound = rdtr.audit(rdtr.repair(make_plan(make_zones()))[0], profile="topology")
    assert len(sound) == 0
    assert len(gpd.read_file(sound.write(tmp_path / "t.gpkg"))) == 0


def test_geojson_holds_every_finding_in_degrees_and_says_what_was_skipped(report: AuditReport, tmp_path: Path) -> None:
    content = json.loads(report.write(tmp_path / "t.geojson", lang="en").read_text(encoding="utf-8"))
    assert len(content["features"]) == len(report)
    overlap = content["features"][0]
    assert overlap["properties"]["code"] == "OVERLAP"
    assert "overlap by" in overlap["properties"]["message"]
    there = gpd.GeoSeries([shapely.from_geojson(json.dumps(overlap["geometry"]))], crs=4326).to_crs(9470)
    assert there.total_bounds[0] == pytest.approx(117.49, abs=0.01)
    assert {s["check"] for s in content["skipped"]} >= {"outline", "wards"}
    assert content["receipt"]["plan_hash"] == report.plan.hash


def test_json_counts_and_lists(report: AuditReport, tmp_path: Path) -> None:
    content = json.loads(report.write(tmp_path / "t.json").read_text(encoding="utf-8"))
    assert content["counts"] == report.counts()
    assert [f["code"] for f in content["findings"]] == report.findings["code"].tolist()
    assert sum(row["count"] for row in content["summary"]) == len(report)


def test_a_workbook_keeps_texts_as_texts(report: AuditReport, tmp_path: Path) -> None:
    path = report.write(tmp_path / "t.xlsx")
    table = pd.read_excel(path, sheet_name="Temuan", engine="openpyxl")
    assert table["Kode"].tolist() == report.findings["code"].tolist()
    assert set(table["Tingkat"]) <= {"kesalahan", "peringatan", "catatan"}
    cells = [c for row in openpyxl.load_workbook(path)["Temuan"].iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert openpyxl.load_workbook(path).sheetnames == ["Ringkasan", "Temuan", "Dilewati"]


def test_the_page_stands_alone_and_escapes_what_the_plan_says(report: AuditReport, tmp_path: Path) -> None:
    text = report.write(tmp_path / "t.html").read_text(encoding="utf-8")
    assert "Kota &lt;Uji&gt; &amp; Coba" in text
    assert "<b>&quot;" not in text
    assert "=1+1 &lt;b&gt;" in text
    plain = text.replace("http://www.w3.org/2000/svg", "")
    for outside in ("http:", "https:", "src=", "@import", "url("):
        assert outside not in plain
    assert plain.count("<svg") >= 2
    assert "OVERLAP" in text


def test_the_page_is_the_same_every_time_and_speaks_english_when_asked(report: AuditReport, tmp_path: Path) -> None:
    one = report.write(tmp_path / "a.html", lang="en").read_text(encoding="utf-8")
    assert one == report.write(tmp_path / "b.html", lang="en").read_text(encoding="utf-8")
    assert "Audit of a detailed spatial plan" in one
    assert '<html lang="en">' in one


def test_unknown_suffixes_and_missing_folders_are_refused(report: AuditReport, tmp_path: Path) -> None:
    with pytest.raises(
        ReportError, match=r"t.doc: an audit cannot be written as 'doc'; use one of geojson, gpkg, html"
    ):
        report.write(tmp_path / "t.doc")
    with pytest.raises(FileError, match="does not exist"):
        report.write(tmp_path / "nowhere" / "t.json")


def test_a_ledger_is_written_with_its_map_and_tables(tmp_path: Path) -> None:
    zones = make_zones()
    zones["geometry"] = [box(0, 0, 60, 50), *zones.geometry.iloc[1:]]
    ledger = rdtr.repair(make_plan(zones))[1]
    write_ledger(ledger, tmp_path / "l.gpkg")
    moved = gpd.read_file(tmp_path / "l.gpkg", layer="moved")
    assert moved.area.sum() == pytest.approx(500.0)
    assert len(gpd.read_file(tmp_path / "l.gpkg", layer="features")) == len(ledger.features)
    assert len(gpd.read_file(tmp_path / "l.gpkg", layer="zones")) == 4
