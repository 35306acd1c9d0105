"""One permit on paper: what is written there, read back by another library."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from pypdf import PdfReader
from pypdf.generic import ContentStream

from rdtr import check
from rdtr.errors import ReportError
from rdtr.io.report.pdfmap import color_of
from rdtr.io.report.words import DISCLAIMER, SAID
from rdtr.text import quantity
from rdtr.zoning.report import Report
from rdtr.zoning.vocabulary import vocabulary
from tests.io.checked_town import DAY, box, make_permits, make_plan, make_report


def one(row: int, **columns: object) -> Report:
    permits = make_permits().iloc[[row]].assign(**columns)
    return check(make_plan(), permits, on=DAY)


def text_of(report: Report, folder: Path) -> str:
    path = report.write(folder / "izin.pdf")
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


@pytest.mark.parametrize("row", range(5))
def test_verdict_parts_lines_articles_and_receipt_are_there(tmp_path: Path, row: int) -> None:
    report = one(row)
    text = text_of(report, tmp_path)
    flat = " ".join(text.split())
    assert SAID[str(report.permits["verdict"].iloc[0])].upper() in text
    for part in report.parts.itertuples():
        assert quantity(part.area_m2, "m2") in text
    for line in report.findings_in("id", passes=True).itertuples():
        assert " ".join(line.message.split()) in flat
        assert not line.reference or line.reference in flat
    assert report.case.plan.hash in flat
    assert DISCLAIMER in text
    assert "24 November 2026" in text


def test_the_map_has_the_official_colours_of_the_parts(tmp_path: Path) -> None:
    report = one(2)
    reader = PdfReader(report.write(tmp_path / "izin.pdf"))
    filled = {
        tuple(round(float(v), 3) for v in operands)
        for operands, operator in ContentStream(reader.pages[0].get_contents(), reader).operations
        if operator == b"rg"
    }
    for code in report.parts["KODSZN"]:
        color = color_of(code, "2021").removeprefix("#")
        assert tuple(round(int(color[k : k + 2], 16) / 255, 3) for k in (0, 2, 4)) in filled


def test_colours_are_those_of_the_vocabulary_and_grey_where_none_is_known() -> None:
    assert color_of("R-2", "2021") == vocabulary("2021").find("R-2").color  # type: ignore[union-attr]
    assert color_of("XYZ-9", "2021") == color_of(float("nan"), "2021") == "#BDBDBD"


def test_corners_stand_in_metres_and_degrees(tmp_path: Path) -> None:
    text = text_of(one(0), tmp_path)
    for x, y in ((555_010, 14_010), (555_050, 14_050)):
        assert f"{x:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".") in text
        assert f"{y:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".") in text
    assert "117,4943" in text  # 140 km west of the central meridian at 117 E, 0.13 N


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = one(1).write(tmp_path / "a.pdf").read_bytes()
    assert one(1).write(tmp_path / "b.pdf").read_bytes() == first


def test_fonts_are_in_the_file(tmp_path: Path) -> None:
    reader = PdfReader(one(0).write(tmp_path / "a.pdf"))
    fonts = [f.get_object() for page in reader.pages for f in page["/Resources"]["/Font"].get_object().values()]
    used = [f for f in fonts if "Helvetica" not in f["/BaseFont"]]
    assert used
    assert all("/FontFile2" in f["/FontDescriptor"] for f in used)
    assert reader.metadata is not None
    assert reader.metadata.title == "Hasil pemeriksaan P-1"


def test_texts_of_strangers_are_only_text(tmp_path: Path) -> None:
    odd = "<b>&amp; </para><img src='file:///etc/passwd'/> 𝒳 " + "x" * 300
    report = one(0, permit_id=odd, activity="<i>Rumah</i> & toko")
    text = text_of(report, tmp_path).replace("\n", "")
    assert "<img src='file:///etc/passwd'/>" in text.replace("  ", " ")
    assert "<i>Rumah</i> & toko" in text


def test_a_permit_without_a_usable_shape_has_no_map_but_its_reason(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(555_010, 14_010), (555_050, 14_050), (555_050, 14_010), (555_010, 14_050)])
    permits = gpd.GeoDataFrame({"permit_id": ["P-9"], "activity": ["001"]}, geometry=[bow_tie], crs=9480)
    text = text_of(check(make_plan(), permits), tmp_path)
    assert "TIDAK DAPAT DINILAI" in text
    assert "Peta" not in text


def test_a_parcel_of_many_corners_and_holes_is_drawn_without_a_table_of_corners(tmp_path: Path) -> None:
    ring = shapely.Point(555_100, 14_050).buffer(40, 60).difference(shapely.Point(555_100, 14_050).buffer(9, 60))
    pieces = shapely.MultiPolygon([ring, box(10, 10, 20, 20)])
    permits = gpd.GeoDataFrame({"permit_id": ["P-9"], "activity": ["001"]}, geometry=[pieces], crs=9480)
    text = text_of(check(make_plan(), permits), tmp_path)
    assert "Peta" in text
    assert "Koordinat sudut" not in text


def test_several_permits_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"semua\.pdf: a PDF explains one permit, here are 5; write \.xlsx"):
        make_report().write(tmp_path / "semua.pdf")
    assert not list(tmp_path.iterdir())
