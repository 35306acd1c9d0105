"""Rows of a workbook written as text into sheets that openpyxl has laid out. Chooses no look and no order.

openpyxl makes an object and an XML element of every cell: 0.7 million cells of 8,000 permits took it 5 s of processor time,
this takes 0.7 s. A cell here is one short text, made once for each text of a column.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from rdtr.io.report.plain import columns_of

__all__ = ["ColumnStyle", "Rows", "clean_text", "save"]

_LONGEST: Final = 32_767  # characters in a cell, by the limits of Excel
# what XML 1.0 cannot hold
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHUNK: Final = 4_096  # rows that are in memory as text
_END: Final = b"</sheetData>"


@dataclass(frozen=True, slots=True)
class ColumnStyle:
    """Numbers of the styles in a workbook that the cells of a column have.

    Attributes
    ----------
    plain
        Of a cell without a style of its own.
    by_value
        Of cells that hold these texts.
    """

    plain: int
    by_value: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a sheet holds below its headings.

    Attributes
    ----------
    frame
        Texts, numbers, truth values; a cell without a value is left out.
    styles
        One a column.
    first
        Number of the first row, from 1.
    """

    frame: pd.DataFrame
    styles: Sequence[ColumnStyle]
    first: int


def clean_text(text: str) -> str:
    """Return a text as a cell can hold it: what XML cannot hold replaced, cut at the limit of Excel.

    Examples
    --------
    >>> clean_text("a" + chr(1) + "b")
    'a\ufffdb'
    """
    return _UNWRITABLE.sub("\ufffd", text)[:_LONGEST]


def save(book: Workbook, rows: Mapping[str, Rows], place: Path) -> None:
    """Save a workbook with rows below what its sheets hold already.

    Parameters
    ----------
    book
        With its sheets closed, at least one row in each of those that get more.
    rows
        By title of the sheet.
    place
        The file to write.
    """
    drawn = BytesIO()
    book.save(drawn)
    members = {f"xl/worksheets/sheet{n}.xml": rows.get(title) for n, title in enumerate(book.sheetnames, 1)}
    with (
        zipfile.ZipFile(drawn) as source,
        zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            with target.open(name, "w") as sink:
                for part in _with_rows(source.read(name), members.get(name)):
                    sink.write(part)


def _with_rows(sheet: bytes, rows: Rows | None) -> Iterator[bytes]:
    if rows is None:
        yield sheet
        return
    before, end, after = sheet.rpartition(_END)
    yield before
    yield from (text.encode() for text in _texts(rows))
    yield end + after


def _texts(rows: Rows) -> Iterator[str]:
    letters = [get_column_letter(n) for n in range(1, rows.frame.shape[1] + 1)]
    known: list[dict[Any, str]] = [{} for _ in letters]
    for start in range(0, len(rows.frame), _CHUNK):
        chunk = columns_of(rows.frame.iloc[start : start + _CHUNK])
        columns = [_cells(*column) for column in zip(chunk, rows.styles, known, strict=True)]
        yield "".join(_row(n, letters, cells) for n, cells in enumerate(zip(*columns, strict=True), rows.first + start))


def _row(number: int, letters: Sequence[str], cells: Sequence[str]) -> str:
    placed = [f'<c r="{letter}{number}" {cell}' for letter, cell in zip(letters, cells, strict=True) if cell]
    return f'<row r="{number}">{"".join(placed)}</row>'


def _cells(values: Any, style: ColumnStyle, known: dict[Any, str]) -> list[str]:
    """The rest of each cell after its place, "" for none; texts are made once, numbers hardly ever repeat."""
    made = []
    for value in values:
        if value.__class__ is not str:
            made.append(_other(value, style.plain))
            continue
        cell = known.get(value)
        if cell is None:
            cell = known[value] = _text(value, style.by_value.get(value, style.plain))
        made.append(cell)
    return made


def _other(value: Any, style: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f's="{style}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        return f's="{style}"><v>{value!r}</v></c>'
    return _text(str(value), style)


def _text(value: str, style: int) -> str:
    if not value:
        return ""  # a cell without text is read back as one without value
    text = escape(clean_text(value), {"\r": "&#13;"})
    return f's="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
