from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from rdtr.zoning.check import check
from rdtr.zoning.report import Report
from tests.io.checked_town import make_plan, make_report

VERDICTS = ["permitted", "conditional", "partial", "prohibited", "undetermined"]


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report()


@pytest.fixture(scope="module")
def gpkg(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.write(tmp_path_factory.mktemp("gpkg") / "hasil.gpkg")


@pytest.fixture(scope="module")
def geojson(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.write(tmp_path_factory.mktemp("geojson") / "hasil.geojson")


def test_geopackage_has_three_layers_and_two_tables(gpkg: Path) -> None:
    layers = gpd.list_layers(gpkg).set_index("name")["geometry_type"]
    assert sorted(layers.index) == ["approvable", "findings", "parts", "permits", "receipt"]
    assert layers[["findings", "receipt"]].isna().all()


def test_geopackage_keeps_parcels_verdicts_and_crs(report: Report, gpkg: Path) -> None:
    permits = gpd.read_file(gpkg, layer="permits")
    assert permits.crs.to_epsg() == 9480
    assert permits["verdict"].tolist() == VERDICTS
    assert np.allclose(permits.area, report.permits["area_m2"], rtol=1e-12)


def test_geopackage_parts_add_up_and_the_approvable_is_what_may_be_approved(report: Report, gpkg: Path) -> None:
    parts = gpd.read_file(gpkg, layer="parts")
    assert np.allclose(parts.area.sum(), report.permits["area_m2"].sum())
    approvable = gpd.read_file(gpkg, layer="approvable").set_index("permit_id")
    assert approvable.loc["P-3"].geometry.area == pytest.approx(20 * 40)
    assert "P-4" not in approvable.index


def test_geopackage_tables_read_as_tables(report: Report, gpkg: Path) -> None:
    findings = gpd.read_file(gpkg, layer="findings")
    assert findings["message"].tolist() == report.findings["message"].tolist()
    receipt = gpd.read_file(gpkg, layer="receipt").set_index("key")["value"]
    assert receipt["plan_hash"] == report.receipt["plan_hash"]


def test_geopackage_is_sound_for_sqlite(gpkg: Path) -> None:
    connection = sqlite3.connect(gpkg)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = dict(connection.execute("SELECT table_name, data_type FROM gpkg_contents"))
    connection.close()
    assert rows["findings"] == "attributes"
    assert rows["permits"] == "features"


def test_a_check_without_anything_approvable_still_makes_a_geopackage(tmp_path: Path) -> None:
    report = check(make_plan(), shapely.box(555_150, 14_010, 555_180, 14_040), activity="001")
    path = report.write(tmp_path / "hasil.gpkg")
    assert len(gpd.read_file(path, layer="approvable")) == 0


def test_geojson_is_longitude_latitude_with_counter_clockwise_rings_and_no_crs(geojson: Path) -> None:
    document = json.loads(geojson.read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    ring = document["features"][0]["geometry"]["coordinates"][0]
    assert 117.4 < ring[0][0] < 117.6
    assert 0.1 < ring[0][1] < 0.2
    assert shapely.LinearRing(ring).is_ccw


def test_geojson_carries_verdicts_words_and_receipt(report: Report, geojson: Path) -> None:
    document = json.loads(geojson.read_text(encoding="utf-8"))
    properties = [f["properties"] for f in document["features"]]
    assert [p["verdict"] for p in properties] == VERDICTS
    assert properties[3]["putusan"] == "tidak sesuai"
    assert document["receipt"] == report.receipt


def test_geojson_comes_back_to_the_millimetre(report: Report, geojson: Path) -> None:
    read = gpd.read_file(geojson)
    there = shapely.get_coordinates(read.to_crs(32650).geometry)
    here = shapely.get_coordinates(shapely.orient_polygons(report.case.permits.geometry.to_numpy()))
    assert np.abs(there - here).max() < 0.001


def test_geojson_of_a_permit_without_polygon_has_a_null_geometry(tmp_path: Path) -> None:
    shapes = [None, shapely.box(555_010, 14_010, 555_020, 14_020)]
    permits = gpd.GeoDataFrame({"permit_id": ["A", "B"], "activity": "001"}, geometry=shapes, crs=9480)
    path = check(make_plan(), permits).write(tmp_path / "hasil.geojson")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [f["geometry"] is None for f in features] == [True, False]
    assert features[0]["properties"]["verdict"] == "undetermined"
