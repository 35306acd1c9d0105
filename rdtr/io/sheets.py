"""Tables of text from CSV files and workbooks, and back. Every cell is a text; what it means is not known here."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from rdtr.errors import FileError, RulesError
from rdtr.io.zips import ZipLimits, checked_members, open_zip
from rdtr.zoning.codes import tidy

__all__ = ["read_csv", "read_workbook", "write_csv", "write_workbook"]

_SEPARATORS: Final = (",", ";", "\t", "|")
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_WORKBOOK_LIMITS: Final = ZipLimits(total_bytes=512 * 1024**2, members=2_000)
_HALF_LETTERS: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL: Final = 32_767  # Excel's own limit; openpyxl cuts longer texts without a word


def read_csv(path: Path, known: Sequence[str]) -> tuple[pd.DataFrame, str]:
    """Read a CSV file as text.

    Parameters
    ----------
    path
        UTF-8 (with or without mark), UTF-16 with mark, or else Windows-1252 / Latin-1; separated by comma, semicolon,
        tab or bar.
    known
        Column names to expect: the separator that yields most of them is taken.

    Returns
    -------
    table
        All cells text, "" for nothing; blank rows are left out.
    encoding
        ``utf-8``, ``utf-16`` or ``latin-1``.

    Raises
    ------
    FileError
        If the file cannot be opened.
    RulesError
        If it is no text, or a row has more cells than the header.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path.name}: cannot be opened ({error.strerror}); check the permissions") from error
    text, encoding = _decode(raw)
    if "\x00" in text:
        raise RulesError(f"{path.name}: this is no text file; save the table as CSV")
    text = re.sub(r"\Asep=.\r?\n", "", text)  # Excel's own line about the separator
    separator = _separator(text, {k.casefold() for k in known})
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise RulesError(f"{path.name}: not a CSV table ({error}); save it again as CSV") from error
    return _frame(rows, path.name), encoding


def _decode(raw: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace"), encoding.removesuffix("-sig")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding), "utf-8" if encoding == "utf-8" else "latin-1"
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def _separator(text: str, known: set[str]) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")

    def yields(separator: str) -> tuple[int, int]:
        cells = [tidy(c).casefold() for c in next(csv.reader([header], delimiter=separator), [])]
        return sum(c in known for c in cells), len(cells)

    return max(_SEPARATORS, key=yields)


def _frame(rows: Iterable[Sequence[str]], label: str) -> pd.DataFrame:
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not numbered:
        return pd.DataFrame()
    header = [tidy(cell) for cell in numbered[0][1]]
    while header and not header[-1]:
        header.pop()
    table = [_fitted(row, len(header), f"{label} line {n}") for n, row in numbered[1:]]
    frame = pd.DataFrame(table, columns=pd.Index(header, dtype=object), dtype=object)
    # a blank column is somebody's margin; one with values but no name is refused where it matters
    keep = [bool(name) or bool((frame.iloc[:, i] != "").any()) for i, name in enumerate(header)]
    return frame.loc[:, keep]


def _fitted(row: Sequence[str], width: int, where: str) -> list[str]:
    if any(cell.strip() for cell in row[width:]):
        raise RulesError(f"{where}: {len(row)} cells under a header of {width}; put texts with the separator in quotes")
    return [*row[:width], *[""] * (width - len(row))]


def read_workbook(path: Path) -> Iterator[tuple[str, pd.DataFrame, dict[str, int]]]:
    """Read every sheet of an XLSX file as text.

    Parameters
    ----------
    path
        A workbook. Numbers are written as digits; a number shown as ``001`` by its format stays ``001``.

    Yields
    ------
    name
        Of the sheet.
    table
        As `read_csv` gives it.
    bare_numbers
        For each column, how many cells hold a number of fewer than five digits rather than a text: if it was meant as
        a code, its leading zeros are gone.

    Raises
    ------
    RulesError
        If it is no workbook, or a broken one.
    """
    _refuse_unsafe(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl says what drawings and filters it leaves out; tables have none
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                sheets = [(sheet.title, _sheet_rows(sheet)) for sheet in book.worksheets]
            finally:
                book.close()
    # openpyxl reads with lxml where that is installed; broken XML is a SyntaxError of both parsers
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError) as error:
        raise RulesError(
            f"{path.name}: the workbook is broken ({error}); open it in Excel and save it again"
        ) from error
    for title, rows in sheets:
        frame = _frame([[_cell_text(v, shown) for v, shown in row] for row in rows], f"{path.name} sheet {title}")
        yield title, frame, _bare_numbers(rows)


def _refuse_unsafe(path: Path) -> None:
    try:
        with path.open("rb") as file:
            old = file.read(4) == b"\xd0\xcf\x11\xe0"
        if old or path.suffix.lower() == ".xls":
            raise RulesError(f"{path.name}: an old .xls or a locked workbook; save it as .xlsx without a password")
        with open_zip(path) as archive:
            checked_members(archive, path.name, _WORKBOOK_LIMITS)
    except FileError as error:
        raise RulesError(f"{error} (wanted an .xlsx workbook)") from error
    except OSError as error:
        raise FileError(f"{path.name}: cannot be opened ({error.strerror}); check the permissions") from error


def _sheet_rows(sheet: Any) -> list[list[tuple[Any, str]]]:
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    return [[(c.value, c.number_format if isinstance(c.value, int) else "") for c in row] for row in sheet.iter_rows()]


def _cell_text(value: Any, shown: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int) and re.fullmatch(r"0+", shown):
        return str(value).zfill(len(shown))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _bare_numbers(rows: Sequence[Sequence[tuple[Any, str]]]) -> dict[str, int]:
    if not rows:
        return {}
    counts: dict[str, int] = {}
    header = next((row for row in rows if any(v is not None for v, _ in row)), rows[0])
    for row in rows:
        for (value, shown), (name, _) in zip(row, header, strict=False):
            if isinstance(value, int | float) and abs(value) < 10_000 and not re.fullmatch(r"0+", shown):
                counts[tidy(name)] = counts.get(tidy(name), 0) + 1
    return counts


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table of texts and numbers as UTF-8 with commas; numbers in full, an absent one as nothing.

    Raises
    ------
    RulesError
        If a text holds half of a letter, which UTF-8 does not have.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows([_plain(v) for v in row] for row in table.itertuples(index=False, name=None))
    except UnicodeEncodeError as error:
        raise RulesError(f"{path.name}: a text holds {error.object[error.start]!r}, no letter; remove it") from error


def write_workbook(tables: Sequence[tuple[str, pd.DataFrame]], path: Path) -> None:
    """Write tables as the sheets of one XLSX; texts are marked as text, so that Excel keeps ``001``.

    Raises
    ------
    RulesError
        If a text holds what a workbook cannot, or is too long for a cell.
    """
    for name, table in tables:  # before the first byte: a sheet that is given up half way cannot be closed cleanly
        _refuse_unwritable(name, table)
    book = openpyxl.Workbook(write_only=True)
    for name, table in tables:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, column) for column in table.columns])
        for row in table.itertuples(index=False, name=None):
            sheet.append([_cell(sheet, v) for v in row])
    book.save(path)


def _refuse_unwritable(name: str, table: pd.DataFrame) -> None:
    columns = [table.columns, *(table[c] for c in table.columns)]
    for text in (v for values in columns for v in values if isinstance(v, str)):
        if len(text) > _LONGEST_CELL:
            raise RulesError(
                f"{name}: a text of {len(text):,} letters is too long for a workbook; write a folder of CSV"
            )
        if ILLEGAL_CHARACTERS_RE.search(text) or _HALF_LETTERS.search(text):
            raise RulesError(f"{name}: {text[:40]!r} holds a character that no workbook can; remove it")


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, None if value != value else float(value))
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # a text that begins with "=" is a text, not a formula
    cell.number_format = "@"
    return cell


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    number = float(value)
    if number != number:
        return ""
    return str(int(number)) if number.is_integer() else repr(number)
