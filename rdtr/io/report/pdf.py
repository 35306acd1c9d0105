"""One permit explained on paper: verdict, map, parts, every line with its article, receipt. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import pandas as pd
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from rdtr.atomic import new_file
from rdtr.errors import ReportError
from rdtr.io.report.pdfcorners import corners
from rdtr.io.report.pdfmap import ParcelMap, color_of
from rdtr.io.report.pdfstyle import (
    ARTICLE,
    BOLD,
    CELL,
    FONT,
    HEADER,
    HEADER_RIGHT,
    LABEL,
    LINE,
    NORMAL,
    NUMBER,
    QUIET,
    SMALL,
    SUBTITLE,
    TIGHT,
    TITLE,
    VERDICT,
    heading,
    register_fonts,
    text,
)
from rdtr.io.report.words import COLOURS, DISCLAIMER, MEANINGS, RECEIPT, SAID
from rdtr.text import fill, quantity
from rdtr.zoning.outcomes import DIMENSIONS
from rdtr.zoning.report import Report

__all__ = ["write"]

_WIDTH: Final = A4[0] - 36 * mm - 12  # a frame keeps six points on each side
_MAP_HEIGHT: Final = 78 * mm
_EDGES: Final = {
    "permitted": "#2E7D32",
    "conditional": "#B58900",
    "undetermined": "#6B6B6B",
    "partial": "#C45A00",
    "prohibited": "#B3261E",
}
_DIMENSIONS: Final = {
    "use": "Kegiatan · Use",
    "intensity": "Intensitas · Intensity",
    "siting": "Tata letak · Siting",
    "overlay": "Ketentuan khusus · Overlays",
}


def write(report: Report, target: Path) -> None:
    """Write the report of one permit as a PDF, A4.

    The same report gives the same bytes: no clock is in them.

    Parameters
    ----------
    report
        Of one permit.
    target
        For example ``P-0017.pdf``.

    Raises
    ------
    ReportError
        If there are several permits.
    FileError
        If it cannot be written there; an older file then stays.
    """
    if len(report) != 1:
        raise ReportError(
            f"{target.name}: a PDF explains one permit, here are {len(report):,}; write .xlsx, or check a single permit"
        )
    made = _bytes(report)
    with new_file(target) as place:
        place.write_bytes(made)


def _bytes(report: Report) -> bytes:
    register_fonts()
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=20 * mm,
        title=f"Hasil pemeriksaan {_permit_id(report)}",
        author=report.case.plan.identity.title or report.case.plan.identity.id,
        subject=report.case.plan.identity.regulation,
        creator="rdtr",
        lang="id",
        invariant=1,
    )
    foot = _Foot(report)
    document.build(list(_story(report)), onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


class _Foot:
    """What stands under every page: whose result it is, that it is no decision, the page."""

    def __init__(self, report: Report) -> None:
        self._left = f"Permohonan {_permit_id(report)[:60]} · sidik data {report.case.plan.hash[:16]}"

    def __call__(self, canvas: Canvas, _: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(18 * mm, 15 * mm, A4[0] - 18 * mm, 15 * mm)
        canvas.setFillColor(QUIET)
        canvas.setFont(FONT, 6.5)
        canvas.drawString(18 * mm, 11.5 * mm, self._left)
        canvas.drawString(18 * mm, 8.5 * mm, DISCLAIMER)
        canvas.drawRightString(A4[0] - 18 * mm, 11.5 * mm, f"Halaman {canvas.getPageNumber()}")
        canvas.restoreState()


def _story(report: Report) -> Iterator[Any]:
    row = report.permits.iloc[0]
    yield from _head(report)
    yield _verdict(str(row["verdict"]))
    yield Spacer(0, 4 * mm)
    yield _facts(report, row)
    yield Spacer(0, 4 * mm)
    if report.case.permits.geometry.iloc[0] is not None:
        yield heading("Peta · Map")
        yield ParcelMap(report, _WIDTH, _MAP_HEIGHT, FONT, BOLD)
        yield Spacer(0, 1 * mm)
        yield text("Garis hitam tebal: persil. Warna resmi sub-zona; di sekitar persil dipudarkan. "
                    f"Sistem koordinat {escape(report.case.plan.crs.name)}.", SMALL)  # fmt: skip
        yield from _parts(report)
    yield from _reasons(report, row)
    yield from corners(report, _WIDTH)
    yield from _receipt(report)


def _head(report: Report) -> Iterator[Any]:
    identity = report.case.plan.identity
    yield text("Hasil pemeriksaan kesesuaian ruang", TITLE)
    yield text("Result of a spatial plan check", SUBTITLE)
    yield Spacer(0, 1.5 * mm)
    told = " · ".join(escape(t) for t in (identity.title or identity.id, identity.regulation) if t)
    yield text(told, NORMAL)
    yield Spacer(0, 4 * mm)


def _verdict(verdict: str) -> Table:
    cells = [[text(SAID[verdict].upper(), VERDICT)], [text(f"{MEANINGS[verdict]} ({verdict})", NORMAL)]]
    table = Table(cells, colWidths=[_WIDTH])
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), HexColor(f"#{COLOURS[verdict]}")),
        ("LINEBEFORE", (0, 0), (0, -1), 4, HexColor(_EDGES[verdict])),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, 0), 8),
        ("BOTTOMPADDING", (0, 0), (-1, 0), 2),
        ("BOTTOMPADDING", (0, 1), (-1, 1), 8),
    ]
    table.setStyle(TableStyle(style))
    return table


def _facts(report: Report, row: pd.Series[Any]) -> Table:
    permit = report.case.permits.iloc[0]
    basis = "luas sertifikat" if row["area_basis"] == "certificate" else "luas geodetik"
    facts = [
        ("Permohonan", str(row["permit_id"])),
        ("Kegiatan", report.case.plan.rules.spell_activity(permit["activity"], permit["kbli"]) or "–"),
        ("Luas gambar", quantity(row["area_m2"], "m2")),
        ("Luas yang dipakai", f"{quantity(row['area_used_m2'], 'm2')} ({basis})"),
        ("Tercakup rencana", quantity(100.0 * row["covered_share"], "pct")),
        ("Dapat disetujui", quantity(row["approvable_m2"], "m2")),
        ("Stabil sampai geseran", quantity(row["stable_to_m"], "m")),
        ("Dinilai pada", fill("{day}", day=report.case.on) if report.case.on else "tanpa tanggal"),
    ]
    half = (len(facts) + 1) // 2
    cells = [
        [text(label, LABEL) if k % 2 == 0 else text(escape(label), NORMAL) for k, label in enumerate((*a, *b))]
        for a, b in zip(facts[:half], facts[half:], strict=True)
    ]
    table = Table(cells, colWidths=[0.17 * _WIDTH, 0.36 * _WIDTH, 0.21 * _WIDTH, 0.26 * _WIDTH])
    table.setStyle(TableStyle([*TIGHT, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)]))
    return table


def _parts(report: Report) -> Iterator[Any]:
    yield heading("Bagian persil · Parts of the parcel")
    version = report.case.plan.identity.vocabulary
    titles = ("", "Sub-zona", "Blok", "Luas", "Bagian", "ITBX", "Putusan")
    header = [text(t, HEADER_RIGHT if t in ("Luas", "Bagian") else HEADER) for t in titles]
    cells: list[list[Any]] = [header]
    style: list[Any] = [*TIGHT, ("BACKGROUND", (0, 0), (-1, 0), HexColor("#EFEFEC"))]
    for k, part in enumerate(report.parts.itertuples(), 1):
        code = part.KODSZN if isinstance(part.KODSZN, str) else None
        name = part.NAMOBJ if isinstance(part.NAMOBJ, str) and code != part.NAMOBJ else ""
        sliver = "tidak dihitung (serpih batas)"
        said = sliver if part.sliver else SAID.get(str(part.outcome), "–")
        blok = part.KODBLK if isinstance(part.KODBLK, str) else "–"
        zone = f"<b>{escape(code)}</b> {escape(name)}" if code else "luar rencana"
        texts = (zone, escape(blok), quantity(part.area_m2, "m2"), quantity(100.0 * part.share, "pct"))
        styles = (CELL, CELL, NUMBER, NUMBER)
        first = [text(told, of) for told, of in zip(texts, styles, strict=True)]
        cells.append(["", *first, text(escape(str(part.permission or "–")), CELL), text(said, CELL)])
        style.append(("BACKGROUND", (0, k), (0, k), HexColor(color_of(code, version))))
        if not part.sliver and str(part.outcome) in COLOURS:
            style.append(("BACKGROUND", (6, k), (6, k), HexColor(f"#{COLOURS[str(part.outcome)]}")))
    style += [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("LINEBELOW", (0, 1), (0, -1), 1.5, white)]
    shares = (0.03, 0.35, 0.10, 0.14, 0.10, 0.09, 0.19)
    table = Table(cells, colWidths=[s * _WIDTH for s in shares], repeatRows=1)
    table.setStyle(TableStyle(style))
    yield table


def _reasons(report: Report, row: pd.Series[Any]) -> Iterator[Any]:
    found = report.findings_in("id", permit_id=str(row["permit_id"]), passes=True)
    for dimension in DIMENSIONS:
        lines = found[found["dimension"] == dimension]
        if isinstance(row[dimension], str) or len(lines):
            verdict = SAID.get(str(row[dimension]), "tidak ada yang dinilai")
            yield from _block(f"{_DIMENSIONS[dimension]}: {verdict}", lines)
    general = found[found["dimension"].isna()]
    if len(general):
        yield from _block("Catatan · Notes", general)


def _block(title: str, lines: pd.DataFrame) -> Iterator[Any]:
    """A heading that never stands alone at the foot of a page, then a table that may run on."""
    rows = [_reason(line) for line in lines.itertuples()]
    if not rows:
        yield heading(title)
        return
    yield KeepTogether([heading(title), _reason_table(rows[:1])])
    if rows[1:]:
        yield _reason_table(rows[1:])


def _reason(line: Any) -> tuple[list[Any], str | None]:
    outcome = str(line.outcome) if isinstance(line.outcome, str) else None
    word = SAID.get(outcome or "", "catatan")
    article = escape(line.reference) if isinstance(line.reference, str) and line.reference else ""
    return [text(word, CELL), text(escape(line.message), CELL), text(article, ARTICLE)], outcome


def _reason_table(rows: Sequence[tuple[list[Any], str | None]]) -> Table:
    style: list[Any] = [*TIGHT, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)]
    for k, (_, outcome) in enumerate(rows):
        if outcome in COLOURS:
            style.append(("BACKGROUND", (0, k), (0, k), HexColor(f"#{COLOURS[outcome]}")))
    table = Table([cells for cells, _ in rows], colWidths=[0.16 * _WIDTH, 0.54 * _WIDTH, 0.30 * _WIDTH])
    table.setStyle(TableStyle(style))
    return table


def _receipt(report: Report) -> Iterator[Any]:
    told = {**report.receipt, "tolerance_m": quantity(report.receipt["tolerance_m"], "m")}
    cells = [
        [text(label, LABEL), text(escape(str(told[key])), CELL)]
        for key, label in RECEIPT.items()
        if told[key] is not None
    ]
    table = Table(cells, colWidths=[0.3 * _WIDTH, 0.7 * _WIDTH])
    table.setStyle(TableStyle([*TIGHT, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)]))
    note = "Dengan data dan versi yang sama, pemeriksaan ini dapat diulang dan memberi hasil yang sama."
    yield KeepTogether([heading("Tanda terima · Receipt"), table, Spacer(0, 2 * mm), text(note, SMALL),
                        Spacer(0, 2 * mm), text(f"<b>{DISCLAIMER}</b>", NORMAL)])  # fmt: skip


def _permit_id(report: Report) -> str:
    return str(report.case.permits["permit_id"].iloc[0])
