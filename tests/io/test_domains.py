"""Coded values of geodatabases and GeoPackages: numbers become words, texts stay codes, broken tables stay harmless."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from rdtr.io.domains import gdb_domains
from rdtr.io.vector import read_layer
from tests.absent import absent

MAKE = """
import sys
from osgeo import gdal, ogr, osr
gdal.UseExceptions()
made = gdal.GetDriverByName("OpenFileGDB").Create(sys.argv[1], 0, 0, 0, gdal.GDT_Unknown)
made.AddFieldDomain(ogr.CreateCodedFieldDomain("zona", "", ogr.OFTInteger, ogr.OFSTNone, {1: "Perumahan", 2: "Perdagangan"}))
made.AddFieldDomain(ogr.CreateCodedFieldDomain("kode", "", ogr.OFTString, ogr.OFSTNone, {"R-2": "Tinggi", "K-1": "Kota"}))
place = osr.SpatialReference()
place.ImportFromEPSG(32650)
for name in ("zonasi", "lain"):
    layer = made.CreateLayer(name, place, ogr.wkbMultiPolygon)
    for column, kind, domain in (("NAMOBJ", ogr.OFTInteger, "zona"), ("KODSZN", ogr.OFTString, "kode")):
        field = ogr.FieldDefn(column, kind)
        if name == "zonasi":
            field.SetDomainName(domain)
        layer.CreateField(field)
    for number, code in ((1, "R-2"), (9, "K-1"), (None, "R-2")):
        row = ogr.Feature(layer.GetLayerDefn())
        row["KODSZN"] = code
        if number:
            row["NAMOBJ"] = number
        row.SetGeometry(ogr.CreateGeometryFromWkt("MULTIPOLYGON(((5e5 1e4, 500100 1e4, 500100 10100, 5e5 1e4)))"))
        layer.CreateFeature(row)
"""


@pytest.fixture
def geopackage(tmp_path: Path) -> Path:
    path = tmp_path / "kota.gpkg"
    shape = shapely.box(5e5, 1e4, 500_100, 10_100)
    frame = gpd.GeoDataFrame(
        {"NAMOBJ": [1, 2, None, 7], "KODSZN": ["R-2", "K-1", "1", "2"], "LUAS": [1.0] * 4},
        geometry=[shape] * 4,
        crs=32650,
    )
    pyogrio.write_dataframe(frame, path, layer="Zonasi")
    with sqlite3.connect(path) as connection:
        run = connection.execute
        run(
            "CREATE TABLE gpkg_data_columns (table_name, column_name, name, title, description, mime_type, constraint_name)"
        )
        run("CREATE TABLE gpkg_data_column_constraints (constraint_name, constraint_type, value, min, min_is_inclusive,"
            " max, max_is_inclusive, description)")  # fmt: skip
        for column, domain in (("NAMOBJ", "zona"), ("KODSZN", "zona"), ("LUAS", "rentang")):
            run("INSERT INTO gpkg_data_columns (table_name, column_name, constraint_name) VALUES ('zonasi', ?, ?)",
                (column, domain))  # fmt: skip
        for kind, domain, value, words in (
            ("enum", "zona", "1", "Perumahan"), ("enum", "zona", "2", "Perdagangan"), ("range", "rentang", None, None)
        ):  # fmt: skip
            run("INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description) "
                "VALUES (?, ?, ?, ?)", (domain, kind, value, words))  # fmt: skip
    connection.close()
    return path


def test_numbers_of_a_geopackage_become_words_and_texts_stay(geopackage: Path) -> None:
    frame, found = read_layer(geopackage)
    assert frame["NAMOBJ"].tolist() == ["Perumahan", "Perdagangan", None, "7"]
    assert frame["KODSZN"].tolist() == ["R-2", "K-1", "1", "2"]
    assert frame["LUAS"].tolist() == [1.0] * 4
    assert [(f.code, f.field) for f in found if f.code == "DOMAIN_DECODED"] == [("DOMAIN_DECODED", "NAMOBJ")]


def test_a_file_geodatabase_is_decoded_layer_by_layer(tmp_path: Path) -> None:
    path = tmp_path / "kota.gdb"
    python = os.environ.get("GDAL_PYTHON", "/usr/bin/python3")  # the only GDAL here that writes domains
    done = subprocess.run([python, "-c", MAKE, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        absent("GDAL's own Python is not there (python3-gdal)")
    frame, found = read_layer(path, layer="zonasi")
    assert frame["NAMOBJ"].tolist() == ["Perumahan", "9", None]
    assert frame["KODSZN"].tolist() == ["R-2", "K-1", "R-2"]
    assert "DOMAIN_DECODED" in found.counts()
    other, found = read_layer(path, layer="lain")
    assert other["NAMOBJ"].dropna().tolist() == [1, 9]
    assert "DOMAIN_DECODED" not in found.counts()


@pytest.mark.parametrize(
    "definition",
    [None, float("nan"), "", "<", "<a/>", "<GPCodedValueDomain2/>", '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
     "<GPCodedValueDomain2><CodedValues><CodedValue/></CodedValues></GPCodedValueDomain2>"],
)  # fmt: skip
def test_definitions_that_are_none_are_passed_over(definition: object) -> None:
    assert gdb_domains([definition], "zonasi") == {}


def test_a_geopackage_with_broken_domain_tables_is_read(geopackage: Path) -> None:
    with sqlite3.connect(geopackage) as connection:
        connection.execute("ALTER TABLE gpkg_data_columns DROP COLUMN constraint_name")
    connection.close()
    assert read_layer(geopackage)[0]["NAMOBJ"].dropna().tolist() == [1, 2, 7]
