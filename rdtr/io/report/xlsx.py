"""A report as a workbook for officers: summary, permits, parts, findings, notes of reading. Judges nothing.

Every sheet of rows has two lines on top: the heading in Bahasa Indonesia, then the canonical column name, so that
``pandas.read_excel(path, sheet_name="Permohonan", header=1)`` gives the table back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from rdtr.atomic import new_file
from rdtr.errors import ReportError
from rdtr.io.report.plain import plain_table
from rdtr.io.report.sheetrows import ColumnStyle, Rows, clean_text, save
from rdtr.io.report.words import COLOURS, DISCLAIMER, HEADINGS, MEANINGS, RECEIPT, SAID
from rdtr.zoning.report import Report

__all__ = ["MAX_ROWS", "write"]

MAX_ROWS: Final = 1_048_574
"""Rows that a sheet holds (2 to the power of 20) less the two lines of headings."""

_A4: Final = 9  # as page setups number it

_INK: Final = "1F2D2B"
_QUIET: Final = "7A8583"
_HEAD: Final = "E6EDEB"
_LINE: Final = Side(style="thin", color="C3CDCA")

_FORMATS: Final = {"share": "0.0%", "covered_share": "0.0%", "counted_parts": "0", "slivers": "0", "row": "0"}
_WIDTHS: Final = {
    "message": 96,
    "reference": 34,
    "NAMOBJ": 30,
    "source": 28,
    "code": 24,
    "activity": 30,
    "permission": 12,
    "permit_id": 20,
    "putusan": 19,
    "share": 12,
    "unit": 9,
    "level": 10,
}
_WRAPPED: Final = frozenset({"message", "reference"})
_VERDICTS: Final = ("putusan", "verdict", "use", "intensity", "siting", "overlay", "outcome")
_CODES: Final = {word: code for code, word in SAID.items()} | {code: code for code in SAID}


def write(report: Report, target: Path) -> None:
    """Write the workbook: sheets Ringkasan, Permohonan, Bagian, Temuan and Catatan baca.

    Verdict cells are pale-coloured; ``putusan`` says the verdict in words beside its code. Every text is
    stored as text, so nothing that came with a permit can run as a formula.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``hasil.xlsx``.

    Raises
    ------
    ReportError
        If a table has more rows than a sheet can hold.
    FileError
        If it cannot be written there; an older file then stays.
    """
    sheets = _sheets(report)
    for title, frame in sheets.items():
        _require_room(title, len(frame), target)
    with new_file(target) as place:
        book = Workbook(write_only=True)
        book.properties.creator = f"rdtr {report.receipt['rdtr']}"
        book.properties.title = report.receipt["title"] or report.receipt["plan"]
        _write_summary(book, report)
        save(book, {title: _start_sheet(book, title, frame) for title, frame in sheets.items()}, place)


def _sheets(report: Report) -> dict[str, pd.DataFrame]:
    return {
        "Permohonan": _permits(report),
        "Bagian": _said(report.parts, "outcome"),
        "Temuan": _said(report.findings, "outcome"),
        "Catatan baca": report.intake.table("id"),
    }


def _permits(report: Report) -> pd.DataFrame:
    """Put beside each permit its verdict in words and what was asked for, which an officer looks for first."""
    table = _said(report.permits, "verdict", at=1)
    asked = report.case.permits
    stated = [c for c in ("activity", "kbli") if asked[c].notna().any()]
    for place, column in enumerate(stated, 2):
        table.insert(place, column, asked[column].to_numpy(dtype=object))
    return table


def _said(frame: pd.DataFrame, column: str, at: int | None = None) -> pd.DataFrame:
    table = plain_table(frame)
    place = list(table.columns).index(column) if at is None else at
    table.insert(place, "putusan", table[column].map(SAID))
    return table


def _require_room(title: str, rows: int, target: Path) -> None:
    if rows > MAX_ROWS:
        raise ReportError(
            f"{target.name}: sheet {title} would have {rows:,} rows and a sheet holds {MAX_ROWS:,}; "
            "write .parquet or .csv instead"
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """How a cell looks; all None is a cell without a style."""

    font: Font | None = None
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment | None = None
    number_format: str | None = None

    def cell(self, sheet: Any) -> Any:
        """Make a cell of this look."""
        cell = WriteOnlyCell(sheet)
        for name in ("font", "fill", "border", "alignment", "number_format"):
            value = getattr(self, name)
            if value is not None:
                setattr(cell, name, value)
        return cell


def _solid(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def _font(colour: str, size: int = 11, *, bold: bool = False) -> Font:
    return Font(name="Calibri", size=size, bold=bold, color=colour)


_TOP: Final = Alignment(vertical="top", wrap_text=True, horizontal="left", indent=1)

_TITLE: Final = _Look(_font(_INK, 16, bold=True))
_SUB: Final = _Look(_font(_QUIET, 10))
_SECTION: Final = _Look(_font(_INK, bold=True), border=Border(bottom=_LINE))
_SECTION_TEXT: Final = _Look(_font(_INK, bold=True), border=Border(bottom=_LINE), alignment=Alignment(indent=1))
_LABEL: Final = _Look(_font(_QUIET), alignment=Alignment(vertical="top"))
_TEXT: Final = _Look(_font(_INK), alignment=_TOP)
_COUNT: Final = _Look(_font(_INK, bold=True), number_format="#,##0", alignment=Alignment(horizontal="right"))
_HEADING: Final = _Look(_font(_INK, bold=True), _solid(_HEAD), alignment=Alignment(wrap_text=True, vertical="center"))
_CANONICAL: Final = _Look(_font(_QUIET, 9), _solid(_HEAD), Border(bottom=_LINE))


def _put(cell: Any, value: Any) -> Any:
    """Set a value; a text is a text even when it begins with "=" or reads like an error of a sheet."""
    if isinstance(value, str):
        cell.value = clean_text(value)
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def _start_sheet(book: Workbook, title: str, frame: pd.DataFrame) -> Rows:
    """Lay out a sheet and write its two lines of headings; return what is to stand below them."""
    sheet = book.create_sheet(title)
    names = [str(c) for c in frame.columns]
    _lay_out(sheet, names, len(frame))
    sheet.append([_put(_HEADING.cell(sheet), HEADINGS.get(name, name)) for name in names])
    sheet.append([_put(_CANONICAL.cell(sheet), name) for name in names])
    styles = [_style(sheet, name, frame[name]) for name in names]
    sheet.close()
    return Rows(frame, styles, 3)


def _lay_out(sheet: Any, names: Sequence[str], rows: int) -> None:
    sheet.freeze_panes = "B3" if "permit_id" in names else "A3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(names))}{max(rows, 1) + 2}"
    sheet.row_dimensions[1].height = 32
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for number, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 15)


def _style(sheet: Any, name: str, values: pd.Series[Any]) -> ColumnStyle:
    top = Alignment(vertical="top", wrap_text=name in _WRAPPED)
    plain = _Look(alignment=top, number_format=_number_format(name, values)).cell(sheet).style_id
    if name not in _VERDICTS:
        return ColumnStyle(plain)
    looks = {code: _Look(fill=_solid(colour), alignment=top) for code, colour in COLOURS.items()}
    return ColumnStyle(plain, {said: looks[code].cell(sheet).style_id for said, code in _CODES.items()})


def _number_format(name: str, values: pd.Series[Any]) -> str | None:
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return None if pd.api.types.is_bool_dtype(values.dtype) else "@"
    return _FORMATS.get(name, "#,##0.00")


def _write_summary(book: Workbook, report: Report) -> None:
    sheet = book.create_sheet("Ringkasan")
    sheet.sheet_view.showGridLines = False
    for letter, width in (("A", 26), ("B", 16), ("C", 108)):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for row in _summary_rows(sheet, report):
        sheet.append(list(row))
    sheet.close()


def _summary_rows(sheet: Any, report: Report) -> Iterator[Iterable[Any]]:
    receipt = report.receipt
    yield [_put(_TITLE.cell(sheet), "Hasil pemeriksaan kesesuaian dengan RDTR")]
    yield [_put(_SUB.cell(sheet), DISCLAIMER)]
    yield []
    yield from _verdict_rows(sheet, report)
    yield []
    yield _section(sheet, "Dasar pemeriksaan")
    for key, value in receipt.items():
        said = "tidak dinyatakan" if value is None or value == "" else str(value)
        yield [_put(_LABEL.cell(sheet), RECEIPT.get(key, key)), None, _put(_TEXT.cell(sheet), said)]
    yield []
    yield _section(sheet, "Isi buku kerja ini")
    for title, text in _CONTENTS:
        yield [_put(_LABEL.cell(sheet), title), None, _put(_TEXT.cell(sheet), text)]


def _section(sheet: Any, title: str, second: str = "", third: str = "") -> list[Any]:
    head = [_put(_SECTION.cell(sheet), text) for text in (title, second)]
    return [*head, _put(_SECTION_TEXT.cell(sheet), third)]


def _verdict_rows(sheet: Any, report: Report) -> Iterator[Iterable[Any]]:
    yield _section(sheet, "Putusan", "Permohonan", "Arti")
    for code, count in report.summary().items():
        name = _Look(_font(_INK, bold=True), _solid(COLOURS[str(code)])).cell(sheet)
        yield [
            _put(name, SAID[str(code)]),
            _put(_COUNT.cell(sheet), int(count)),
            _put(_TEXT.cell(sheet), f"{MEANINGS[str(code)]} ({code})"),
        ]
    yield [_put(_LABEL.cell(sheet), "jumlah"), _put(_COUNT.cell(sheet), len(report))]


_CONTENTS: Final = (
    ("Permohonan", "satu baris satu permohonan: putusan, keempat dimensinya, luas, kestabilan terhadap geseran batas"),
    ("Bagian", "satu baris satu bagian persil di satu zona; luas bagian berjumlah seluas persil"),
    ("Temuan", "yang tidak dipenuhi, yang disyaratkan dan yang perlu diketahui, masing-masing dengan pasalnya"),
    ("Catatan baca", "yang diperhatikan ketika rencana, aturan dan permohonan dibaca"),
    ("Judul kolom", "baris pertama untuk pembaca, baris kedua nama baku kolom (INTERFACE rdtr) untuk program"),
)
