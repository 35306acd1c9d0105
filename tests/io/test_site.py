"""A polygon from anything: every way in which people write coordinates, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import rdtr
from rdtr.errors import CrsError, FileError, GeometryError, RdtrError
from rdtr.io.site import read_site
from rdtr.io.sitenumbers import angles, numbers
from rdtr.io.sitetext import corners
from tests.io.files import zones

METRES = [(555_600.0, 14_300.0), (555_650.0, 14_300.0), (555_650.0, 14_340.0), (555_600.0, 14_340.0)]  # 50 x 40 m
NEAR = (117.4, 0.1, 117.6, 0.2)
TO_DEGREES = pyproj.Transformer.from_crs(32650, 4326, always_xy=True)
DEGREES = [TO_DEGREES.transform(x, y) for x, y in METRES]
TRUTH = shapely.Polygon(METRES)


def dms(value: float, mark: str = "") -> str:
    seconds = round(abs(value) * 3600.0, 4)
    return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60)}'{seconds % 60:.4f}\"{mark}"


def indonesian(value: float, decimals: int = 2) -> str:
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def lines(form: str, rows: list[tuple[float, float]], first: str = "", number: Any = str) -> str:
    """Write rows after a form with ``{k}``, ``{a}`` and ``{b}``."""
    return "\n".join([first, *(form.format(k=k, a=number(a), b=number(b)) for k, (a, b) in enumerate(rows, 1))])


def in_metres(site: rdtr.Site) -> shapely.Polygon:
    return site.polygons.to_crs(32650).geometry.iloc[0]


def error_m(site: rdtr.Site) -> float:
    return float(shapely.hausdorff_distance(in_metres(site), TRUTH))


WAYS = {
    "decimal degrees": "\n".join(f"{lon:.8f}, {lat:.8f}" for lon, lat in DEGREES),
    "latitude first": "\n".join(f"{lat:.8f}  {lon:.8f}" for lon, lat in DEGREES),
    "decimal commas": "\n".join(f"{k}; {lon:.8f}; {lat:.8f}".replace(".", ",") for k, (lon, lat) in enumerate(DEGREES, 1)),
    "numbered with commas": "\n".join(f"{k},{lon:.8f},{lat:.8f}" for k, (lon, lat) in enumerate(DEGREES, 1)),
    "one line": " ".join(f"{lon:.8f},{lat:.8f}" for lon, lat in DEGREES),
    "letters behind": "\n".join(f"{k}. {dms(lat, ' LU')} {dms(lon, ' BT')}" for k, (lon, lat) in enumerate(DEGREES, 1)),
    "letters before": "\n".join(f"Titik {k}: LU {dms(lat)} BT {dms(lon)}" for k, (lon, lat) in enumerate(DEGREES, 1)),
    "English letters": "\n".join(f"{dms(lon, 'E')} / {dms(lat, 'N')}" for lon, lat in DEGREES),
    "bare degrees": "\n".join(f"{dms(lon)} {dms(lat)}" for lon, lat in DEGREES),
    "UTM": lines("{k} {a} {b}", METRES, "UTM Zona 50 N"),
    "UTM, northing first": lines("P{k}\t{b}\t{a}", METRES, "Sistem koordinat UTM zona 50 utara"),
    "UTM in Indonesian numbers": lines("{k} {a} {b} 50,0", METRES, "UTM 50N\nNo X Y Jarak", indonesian),
    "UTM in English numbers": lines("{a} {b}", METRES, "WGS 84 / UTM zone 50N", lambda v: f"{v:,.2f}"),
    "WKT": shapely.Polygon(DEGREES).wkt,
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_gives_the_same_place(way: str) -> None:
    site = read_site(WAYS[way] + "\n", near=NEAR)
    assert error_m(site) < 0.01
    assert 0.5 < site.confidence <= 1.0
    assert all(site.said("id"))
    assert all(site.said("en"))


def test_tm3_is_recognised_by_its_name() -> None:
    to_tm3 = pyproj.Transformer.from_crs(32650, 23838, always_xy=True)
    rows = [to_tm3.transform(x, y) for x, y in METRES]
    site = read_site("TM-3° zona 50.2\n" + "\n".join(f"{x:.3f} {y:.3f}" for x, y in rows))
    assert site.crs.to_epsg() == 23838
    assert error_m(site) < 0.05  # DGN95 and WGS 84 are one frame by the policy, not by PROJ


def test_degrees_minutes_and_seconds_may_have_columns_of_their_own() -> None:
    def split(value: float) -> str:
        return f"{int(value)} {int(value * 60 % 60)} {value * 3600 % 60:.5f}"

    rows = [f"{k} {split(lon)} {split(lat)}" for k, (lon, lat) in enumerate(DEGREES, 1)]
    site = read_site("No | Bujur: derajat menit detik | Lintang: derajat menit detik\n" + "\n".join(rows), near=NEAR)
    assert error_m(site) < 0.01


def test_metres_without_a_zone_lie_where_the_plan_is_and_are_refused_without_a_plan() -> None:
    text = "\n".join(f"{x} {y}" for x, y in METRES)
    site = read_site(text, near=NEAR)
    assert site.crs.to_epsg() == 32650
    assert "sistem koordinat tidak tertulis; WGS 84 / UTM zone 50N menaruh lokasi pada rencana" in site.said()
    with pytest.raises(CrsError, match=r"teks: .* are metres, but no zone is stated; write it beside them"):
        read_site(text)
    south = "\n".join(f"{x} {9_900_000 + y}" for x, y in METRES)
    assert read_site(south, near=(117.4, -0.9, 117.6, -0.7)).crs.to_epsg() == 32750


def test_south_without_a_letter_is_taken_from_the_plan_and_costs_confidence() -> None:
    text = WAYS["bare degrees"]
    north, south = read_site(text, near=NEAR), read_site(text, near=(117.4, -0.2, 117.6, -0.1))
    assert (north.polygons.total_bounds[1] > 0, south.polygons.total_bounds[1] < 0) == (True, True)
    assert south.confidence < north.confidence
    assert "tidak tertulis; dibaca sebagai LS" in " ".join(south.said())
    assert "NORTH_ASSUMED" in [r.code for r in read_site(text).reasons]


def test_the_area_that_is_written_is_held_against_the_polygon() -> None:
    agrees, differs = (read_site(f"Luas tanah: {a} m2\n{WAYS['UTM']}") for a in ("2.001", "3.500"))
    assert ("AREA_AGREES" in [r.code for r in agrees.reasons], agrees.confidence > differs.confidence) == (True, True)
    assert "berbeda dari luas yang tertulis (3.500,00 m²)" in " ".join(differs.said())


def test_two_plots_are_two_polygons() -> None:
    again = WAYS["UTM"] + "\n" + "\n".join(f"{k} {x + 100} {y}" for k, (x, y) in enumerate(METRES, 1))
    closed = "UTM 50N\n" + "\n".join(f"{x + s} {y}" for s in (0, 100) for x, y in [*METRES, METRES[0]])
    stray = read_site(closed + "\n555700 14300\n")
    assert "1 titik di belakang poligon terakhir tidak dipakai" in stray.said()
    for text in (again, closed):
        site = read_site(text)
        assert site.polygons.area.tolist() == pytest.approx([2000.0, 2000.0])
        assert site.polygons["permit_id"].tolist() == ["1", "2"]


def test_corners_out_of_order_are_put_in_order_and_told() -> None:
    x = [METRES[k] for k in (0, 2, 1, 3)]
    site = read_site("UTM 50N\n" + "\n".join(f"{a} {b}" for a, b in x))
    assert in_metres(site).area == pytest.approx(2000.0)
    assert site.confidence < 0.5
    assert "menyilang diri" in " ".join(site.said())


def test_a_mistyped_corner_is_named() -> None:
    rows = [(555_600 + 40 * np.cos(t), 14_300 + 40 * np.sin(t)) for t in np.linspace(0, 6, 9)]
    rows[4] = (rows[4][0] + 90_000, rows[4][1])
    site = read_site("UTM 50N\n" + "\n".join(f"{a:.2f} {b:.2f}" for a, b in rows))
    assert any("titik 5 jauh dari yang lain" in said for said in site.said())
    assert site.confidence < 0.5


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".fgb"])
def test_layers_are_believed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"lokasi{suffix}"
    zones(2).to_file(path, engine="pyogrio")
    site = read_site(path, near=NEAR)
    assert len(site.polygons) == 2
    assert site.confidence == 0.95  # only because they are two
    assert site.polygons.crs.to_epsg() == 4326


def test_kml_and_kmz(tmp_path: Path) -> None:
    ring = " ".join(f"{lon:.9f},{lat:.9f},0" for lon, lat in [*DEGREES, DEGREES[0]])
    body = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Gudang</name>'
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
        "</Polygon></Placemark></Document></kml>"
    )
    (tmp_path / "a.kml").write_text(body)
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", body)
    for name in ("a.kml", "a.kmz"):
        site = read_site(tmp_path / name)
        assert error_m(site) < 0.01
        assert site.polygons["permit_id"].tolist() == ["Gudang"]


def test_points_of_a_kml_are_joined_and_told(tmp_path: Path) -> None:
    form = "<Placemark><Point><coordinates>{:.9f},{:.9f}</coordinates></Point></Placemark>"
    marks = "".join(form.format(*place) for place in DEGREES)
    (tmp_path / "a.kml").write_text(f"<kml>{marks}</kml>")
    site = read_site(tmp_path / "a.kml")
    assert error_m(site) < 0.01
    assert "titik dihubungkan" in " ".join(site.said())


def test_a_kml_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><kml><Placemark><name>&b;</name></Placemark></kml>'
    (tmp_path / "a.kml").write_text(bomb)
    with pytest.raises(FileError, match=r"a\.kml: it declares a document type"):
        read_site(tmp_path / "a.kml")


def test_a_workbook_with_a_title_over_its_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Lampiran I: koordinat batas, UTM zona 50 N"])
    book.active.append(["No", "X (m)", "Y (m)", "Keterangan"])
    for k, (x, y) in enumerate(METRES, 1):
        book.active.append([k, x, y, "patok"])
    book.save(tmp_path / "k.xlsx")
    site = read_site(tmp_path / "k.xlsx")
    assert error_m(site) < 1e-6
    assert site.crs.to_epsg() == 32650


def test_a_csv_of_degrees_with_few_decimals(tmp_path: Path) -> None:
    rows = [(117.5, 0.13), (117.501, 0.13), (117.501, 0.131), (117.5, 0.131)]
    (tmp_path / "k.csv").write_text(lines("{k};{b};{a}", rows, "no;lintang;bujur", "{:.3f}".format))
    assert read_site(tmp_path / "k.csv").polygons.total_bounds.tolist() == [117.5, 0.13, 117.501, 0.131]


def pdf(path: Path, lines: list[str]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for k, line in enumerate(lines):
        canvas.drawString(50, 780 - 16 * k, line)
    canvas.save()
    return path


def test_a_pdf_with_a_table_of_coordinates(tmp_path: Path) -> None:
    path = pdf(tmp_path / "k.pdf", ["Tabel koordinat, UTM zona 50 N, luas 2.000 m2", *WAYS["UTM"].splitlines()[1:]])
    site = read_site(path)
    assert error_m(site) < 0.01
    assert {"PDF_TEXT", "CRS_STATED", "AREA_AGREES"} <= {r.code for r in site.reasons}


def test_a_scan_and_a_broken_pdf_are_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"k\.pdf: there is no text in the PDF, it is a picture"):
        read_site(pdf(tmp_path / "k.pdf", []))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n%\xff\xff junk")
    with pytest.raises(FileError, match=r"b\.pdf: the PDF cannot be read"):
        read_site(tmp_path / "b.pdf")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("halo\ndunia", GeometryError, "no coordinates are found in the text; wanted three corners or more"),
        ("117.5001 0.1301\n117.5009 0.1301\n", GeometryError, "2 coordinates are found"),
        ("4.8952 52.3702\n4.8990 52.3702\n4.8990 52.3750\n", GeometryError, "no coordinates"),
        ("UTM 50N\n" + "\n".join(f"{555_600 + 9 * k} 14300" for k in range(5)), GeometryError, "cannot be used"),
        ("UTM 50N\n555600 140000\n555600 4000000\n555900 4000000", CrsError, "are not those of a place in Indonesia"),
        ("POLYGON ((1 1, 2 2))\n", GeometryError, "no coordinates"),
    ],
)
def test_what_is_no_site_is_refused_with_the_reason(text: str, kind: type[RdtrError], words: str) -> None:
    with pytest.raises(kind, match=words.replace("(", r"\(")):
        read_site(text + "\n", near=NEAR)


def test_files_that_are_not_there_or_not_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        read_site("tidak-ada.pdf")
    (tmp_path / "a.dwg").write_bytes(b"AC1032")
    with pytest.raises(FileError, match=r"a\.dwg: format '\.dwg' is not read; wanted \.shp"):
        read_site(tmp_path / "a.dwg")


def test_too_many_corners_are_refused_with_the_limit() -> None:
    rows = "\n".join(f"117.5{k:05} 0.13{k:05}" for k in range(60))
    with pytest.raises(GeometryError, match="more than 50 corners"):
        read_site(rows, max_vertices=50)


def test_a_site_can_be_checked_as_it_is(tmp_path: Path) -> None:
    city = rdtr.sample_city(parcels=500)
    lonlat = city.permits.to_crs(4326).geometry.iloc[0]
    rows = "\n".join(f"{x:.9f} {y:.9f}" for x, y in lonlat.exterior.coords)
    site = rdtr.read_site(rows + "\n")
    told = rdtr.check(city.plan, site.polygons, activity="4711").permits
    drawn = rdtr.check(city.plan, gpd.GeoDataFrame({"permit_id": ["1"]}, geometry=[lonlat], crs=4326), activity="4711")
    assert told["verdict"].tolist() == drawn.permits["verdict"].tolist()


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(RdtrError) as refused:
        read_site(text + "\n", near=NEAR)
    assert "\n" not in str(refused.value)


@given(
    st.floats(-11.0, 6.0).filter(lambda v: abs(v) > 1e-3),
    st.floats(95.0, 141.0),
    st.sampled_from(["°{}'{}\" ", "° {}’ {}” ", "d{}m{}s ", "º{}′{}″"]),
)
def test_angles_come_back_whatever_the_signs(lat: float, lon: float, form: str) -> None:
    def write(value: float, mark: str) -> str:
        seconds = round(abs(value) * 3600.0, 3)
        return str(int(seconds // 3600)) + form.format(int(seconds % 3600 // 60), f"{seconds % 60:.3f}") + mark

    found, rest = angles(f"P-7 {write(lat, 'LU' if lat > 0 else 'LS')}, {write(lon, 'BT')}")
    assert [(a.axis, pytest.approx(a.value, abs=1e-6)) for a in found] == [("lat", lat), ("lon", lon)]
    assert [n.readings for n in numbers(rest)] in ([], [(7.0,)], [(-7.0,)])


@given(st.floats(1_000.0, 9_999_999.0))
def test_numbers_come_back_whatever_the_separators(value: float) -> None:
    for text in (f"{value:.2f}", f"{value:,.2f}", indonesian(value), f"{value:.2f}".replace(".", ",")):
        assert round(value, 2) in numbers(f" {text} ")[0].readings


def test_hostile_rows_take_no_time() -> None:
    for row in ("1" * 50_000, "1." * 25_000, "1°" * 25_000, "9 " * 50_000, "P" * 50_000, "luas" * 20_000):
        with pytest.raises(GeometryError):
            corners([row] * 3, max_points=1000)


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a>")
    (tmp_path / "k.xlsx").write_bytes(raw.getvalue())
    with pytest.raises(FileError, match=r"k\.xlsx: the workbook is broken"):
        read_site(tmp_path / "k.xlsx")
