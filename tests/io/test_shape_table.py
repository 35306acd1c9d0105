"""Permits of a register kept as a table, with a column of shapes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import shapely

import rdtr
from rdtr.errors import CrsError, SchemaError
from tests.io.files import LAT, LON, STEP, ring

SQUARE = shapely.Polygon(ring())
CORNERS = "; ".join(f"{x:.6f} {y:.6f}" for x, y in ring()[:-1])


def workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["keterangan"])  # type: ignore[union-attr]
    sheet = book.create_sheet("Daftar")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_wkt_geojson_and_corners_are_the_same_shape(tmp_path: Path) -> None:
    texts = [SQUARE.wkt, shapely.to_geojson(SQUARE), CORNERS]
    rows = [[f"P-{k}", "Toko", "1.234,5", text] for k, text in enumerate(texts, 1)]
    path = workbook(tmp_path / "p.xlsx", ["No Permohonan", "Kegiatan", "luas_dasar", "Koordinat"], *rows)
    permits = rdtr.read_permits(path)
    assert permits["permit_id"].tolist() == ["P-1", "P-2", "P-3"]
    assert permits["footprint_m2"].tolist() == [1234.5] * 3
    assert all(shapely.equals_exact(g, SQUARE, 1e-9) or g.equals(SQUARE) for g in permits.geometry)
    assert permits.crs.to_epsg() == 4326


def test_a_csv_as_qgis_exports_it(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(f'WKT,no_permohonan,kbli\n"{SQUARE.wkt}",P-1,47111\n"",P-2,\n', encoding="utf-8")
    permits = rdtr.read_permits(tmp_path / "p.csv")
    assert permits["kbli"].tolist() == ["47111", None]
    assert permits.geometry.isna().tolist() == [False, True]


def test_a_cell_that_is_no_shape_is_told_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(f"id;wkt\nA;{SQUARE.wkt}\nB;POLYGON((1 1\nC;di belakang pasar\n", encoding="utf-8")
    permits = rdtr.read_permits(tmp_path / "p.csv")
    told = [f.message("en") for f in permits.attrs["findings"].of("PERMIT_GEOMETRY")]
    assert told == [
        f"p.csv row {row}: the geometry of permit {name} cannot be used: it cannot be read (outline not closed) (-)"
        for row, name in ((2, "B"), (3, "C"))
    ]


def test_metres_need_a_crs(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id;wkt\nA;POLYGON((555000 14000, 555050 14000, 555050 14050, 555000 14000))\n")
    with pytest.raises(CrsError, match=r"p\.csv: the coordinates are metres, and no CRS is stated"):
        rdtr.read_permits(tmp_path / "p.csv")
    assert rdtr.read_permits(tmp_path / "p.csv", source_crs=9480).area.tolist() == [1250.0]


def test_a_table_without_shapes_names_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(f"id;bujur;lintang\nA;{LON};{LAT + STEP}\n")
    with pytest.raises(SchemaError, match=r"p\.csv: no column holds shapes, only id, bujur, lintang; name it one of"):
        rdtr.read_permits(tmp_path / "p.csv")
