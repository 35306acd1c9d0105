"""An audit as a workbook for planners: summary, findings, skipped checks. Judges nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from rdtr.atomic import new_file
from rdtr.errors import ReportError
from rdtr.io.auditreport.words import COLUMN_WORDS, PAGE
from rdtr.io.report.plain import plain_table, rows_of
from rdtr.io.report.xlsx import MAX_ROWS
from rdtr.types import Lang
from rdtr.zoning.audit.catalogue import LEVEL_WORDS, checks
from rdtr.zoning.audit.report import AuditReport

__all__ = ["write_xlsx"]

_FILLS: Final = {"error": "F8DCD9", "warning": "FBE6CF", "info": "E3ECF3"}
_WIDTHS: Final = {"message": 96, "code": 26, "check": 30, "source": 26, "size": 16}


def write_xlsx(report: AuditReport, target: Path, lang: Lang = "id") -> None:
    """Write the workbook: a sheet of kinds, one of findings, one of checks that were skipped.

    Texts are stored as texts, so that nothing from the plan can run as a formula.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``temuan.xlsx``.
    lang
        Language of headings and messages.

    Raises
    ------
    ReportError
        If there are more findings than a sheet holds.
    FileError
        If it cannot be written there; an older file then stays.
    """
    if len(report) > MAX_ROWS:
        raise ReportError(
            f"{target.name}: {len(report):,} findings, and a sheet holds {MAX_ROWS:,}; write .gpkg instead"
        )
    titles = {c.name: c.title[lang] for c in checks(report.profile)}
    skipped = pd.DataFrame([(titles[s.check], s.reason[lang]) for s in report.skipped], columns=["check", "message"])
    findings = pd.DataFrame(report.findings_in(lang)).drop(columns="geometry")
    names = ("Ringkasan", "Temuan", "Dilewati") if lang == "id" else ("Summary", "Findings", "Skipped")
    with new_file(target) as place:
        book = Workbook(write_only=True)
        book.properties.title = f"{PAGE[lang]['title']}: {report.plan.identity.title or report.plan.identity.id}"
        for name, table in zip(names, (report.summary(), findings, skipped), strict=True):
            _sheet(book, name, table, lang, titles)
        book.save(place)


def _sheet(book: Workbook, name: str, table: pd.DataFrame, lang: Lang, titles: dict[str, str]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(table.columns), 1))}{len(table) + 1}"
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column, 13)
    try:
        sheet.append([_cell(sheet, COLUMN_WORDS[lang].get(c, c), head=True) for c in table.columns])
        for row in rows_of(plain_table(table)):
            sheet.append([_said(sheet, c, v, lang, titles) for c, v in zip(table.columns, row, strict=True)])
    finally:
        sheet.close()  # a sheet left open complains on stderr when a failure is cleaned up after


def _said(sheet: Any, column: str, value: Any, lang: Lang, titles: dict[str, str]) -> Any:
    if value is None:
        return None
    if column == "level":
        cell = _cell(sheet, LEVEL_WORDS[lang][value])
        cell.fill = PatternFill("solid", fgColor=_FILLS[value])
        return cell
    cell = _cell(sheet, titles.get(value, value) if column == "check" else value)
    if column == "size":
        cell.number_format = "#,##0.00"
    return cell


def _cell(sheet: Any, value: Any, *, head: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if head:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6EDEB")
    if isinstance(value, str):
        cell.value = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in value)[:32_767]
        cell.data_type = "s"
    else:
        cell.value = value
    return cell
