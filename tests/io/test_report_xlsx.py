from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest

from rdtr.errors import ReportError
from rdtr.io.report import sheetrows, xlsx
from rdtr.zoning.report import Report
from tests.io.checked_town import make_report

WORDS = ["sesuai", "bersyarat", "sesuai sebagian", "tidak sesuai", "tidak dapat dinilai"]


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report()


@pytest.fixture(scope="module")
def path(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.write(tmp_path_factory.mktemp("xlsx") / "hasil.xlsx")


def test_the_second_line_names_the_columns_so_that_pandas_reads_them(report: Report, path: Path) -> None:
    read = pd.read_excel(path, sheet_name="Permohonan", header=1)
    assert read["permit_id"].tolist() == report.permits["permit_id"].tolist()
    assert read["verdict"].tolist() == report.permits["verdict"].tolist()
    assert read["area_m2"].tolist() == report.permits["area_m2"].tolist()
    assert set(report.permits.columns) <= set(read.columns)


def test_verdicts_are_said_in_words_beside_their_codes(path: Path) -> None:
    read = pd.read_excel(path, sheet_name="Permohonan", header=1)
    assert read["putusan"].tolist() == WORDS
    assert pd.read_excel(path, sheet_name="Bagian", header=1)["putusan"].dropna().isin(WORDS).all()


def test_every_column_has_an_indonesian_heading(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        heading, canonical = list(sheet.iter_rows(min_row=1, max_row=2, values_only=True))
        assert not [c for h, c in zip(heading, canonical, strict=True) if h == c and c not in ("KBLI",)]


def test_the_five_sheets_stand_in_reading_order(path: Path) -> None:
    assert openpyxl.load_workbook(path).sheetnames == ["Ringkasan", "Permohonan", "Bagian", "Temuan", "Catatan baca"]


def test_findings_and_parts_come_back_whole(report: Report, path: Path) -> None:
    findings = pd.read_excel(path, sheet_name="Temuan", header=1)
    assert findings["message"].tolist() == report.findings["message"].tolist()
    assert len(pd.read_excel(path, sheet_name="Bagian", header=1)) == len(report.parts)


def test_summary_counts_the_verdicts_and_says_it_is_screening(report: Report, path: Path) -> None:
    rows = list(openpyxl.load_workbook(path)["Ringkasan"].iter_rows(values_only=True))
    counted = {row[0]: row[1] for row in rows}
    assert [counted[w] for w in WORDS] == [1] * 5
    text = " ".join(str(v) for row in rows for v in row if v)
    assert "bukan keputusan KKPR" in text
    assert report.receipt["plan_hash"] in text
    assert "Perwali 1/2024" in text


def test_headers_are_frozen_and_filtered(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["Permohonan"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref.startswith("A2:")


def test_the_colour_of_a_verdict_follows_its_word(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["Permohonan"]
    column = [c.value for c in sheet[2]].index("verdict") + 1
    colours = [sheet.cell(row, column).fill.fgColor.rgb for row in range(3, 8)]
    assert len(set(colours)) == 5


def test_what_came_with_a_permit_never_becomes_a_formula(tmp_path: Path) -> None:
    ids = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "#N/A", "-2+3")
    path = make_report(ids).write(tmp_path / "hasil.xlsx")
    sheet = openpyxl.load_workbook(path)["Permohonan"]
    cells = [sheet.cell(row, 1) for row in range(3, 8)]
    assert [(c.value, c.data_type) for c in cells] == [(i, "s") for i in ids]
    with zipfile.ZipFile(path) as archive:
        assert not [n for n in archive.namelist() if n.startswith("xl/worksheets") and b"<f" in archive.read(n)]


def test_ids_that_look_like_numbers_stay_texts(tmp_path: Path) -> None:
    path = make_report(("001", "1e5", "1-2", "TRUE", "2024-01-01")).write(tmp_path / "hasil.xlsx")
    sheet = openpyxl.load_workbook(path)["Permohonan"]
    assert [sheet.cell(row, 1).value for row in range(3, 8)] == ["001", "1e5", "1-2", "TRUE", "2024-01-01"]


def test_letters_that_xml_cannot_hold_are_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    path = make_report(("a\x01b", "<&>\"'", "ß 漢", "é", "x")).write(tmp_path / "hasil.xlsx")
    sheet = openpyxl.load_workbook(path)["Permohonan"]
    read = [sheet.cell(row, 1).value for row in range(3, 8)]
    assert read[1:] == ["<&>\"'", "ß 漢", "é", "x"]
    assert "\x01" not in read[0]


def test_numbers_come_back_to_the_last_digit_and_every_cell_keeps_its_kind(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"id": ["a", "", None, "b\rc"], "n": [0.1 + 0.2, float("nan"), 1e-300, -5.0], "ok": [True, False, True, False]}
    )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Isi")
    sheet.append(["id", "n", "ok"])
    sheet.close()
    sheetrows.save(book, {"Isi": sheetrows.Rows(table, [sheetrows.ColumnStyle(0)] * 3, 2)}, tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Isi"].iter_rows(min_row=2, values_only=True))
    assert rows == [
        ("a", 0.1 + 0.2, True), (None, None, False), (None, 1e-300, True), ("b\rc", -5, False)
    ]  # fmt: skip


def test_rows_beyond_a_chunk_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheetrows, "_CHUNK", 2)
    path = make_report().write(tmp_path / "hasil.xlsx")
    read = pd.read_excel(path, sheet_name="Permohonan", header=1)
    assert read["putusan"].tolist() == WORDS


def test_another_reader_sees_the_same(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for title in ("Permohonan", "Bagian", "Temuan"):
        theirs = pyogrio.read_dataframe(path, layer=title, read_geometry=False)  # GDAL, every cell as text
        ours = [[_shown(v) for v in row] for row in book[title].iter_rows(values_only=True)]
        assert [[_shown(v) for v in row] for row in theirs.astype(object).itertuples(index=False)] == ours


def _shown(value: object) -> object:
    if value is None or value != value or value == "":
        return None
    try:
        return float(value)  # type: ignore[arg-type] # numbers and truth values, written in one way or the other
    except ValueError:
        return value


def test_a_table_too_long_for_a_sheet_is_refused_before_writing(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 4)
    with pytest.raises(ReportError, match=r"sheet Permohonan would have 5 rows .* write \.parquet or \.csv instead"):
        report.write(tmp_path / "hasil.xlsx")
    assert not list(tmp_path.iterdir())
