"""Tables and texts as lines, for readers who look for coordinates in them. Knows no columns and no coordinates."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from rdtr.errors import FileError
from rdtr.io.zips import ZipLimits, checked_members, open_zip

__all__ = ["decoded", "text_lines", "workbook_lines"]

_LIMITS: Final = ZipLimits(total_bytes=512 * 1024**2, members=2_000)
_LETTERS: Final = 20_000_000
_LONGEST: Final = 100_000  # letters of a line; a polygon of some thousand corners in WKT
_ROWS: Final = 250_000
_CELLS: Final = 64
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def text_lines(path: Path) -> list[str]:
    """Return the lines of a text or CSV file.

    Raises
    ------
    FileError
        If it is too long, or no text.
    """
    if path.stat().st_size > 2 * _LETTERS:
        raise FileError(f"{path.name}: longer than {_LETTERS:,} letters; send only the coordinates")
    return [line[:_LONGEST] for line in decoded(path.read_bytes(), path.name).splitlines()]


def decoded(raw: bytes, label: str) -> str:
    r"""Return bytes as text: UTF-8, UTF-16 with its mark, or else Windows-1252.

    Raises
    ------
    FileError
        If they are no text.

    Examples
    --------
    >>> decoded("117°30′".encode("utf-16"), "a.txt"), decoded(b"0\xb07'", "a.txt")
    ('117°30′', "0°7'")
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is None:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    else:
        text = raw.decode(encoding, errors="replace")
    if "\x00" in text:
        raise FileError(f"{label}: this is no text; send a table, a PDF or a map layer under its own suffix")
    return text


def workbook_lines(path: Path) -> list[str]:
    """Return the rows of all sheets of an XLSX file, cells parted by semicolons.

    Raises
    ------
    FileError
        If it is no workbook, or a broken one.
    """
    with open_zip(path) as archive:
        checked_members(archive, path.name, _LIMITS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl says what drawings and filters it leaves out
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return list(islice(_rows(book), _ROWS))
            finally:
                book.close()
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        SyntaxError,
    ) as error:  # SyntaxError: broken XML
        said = " ".join(str(error).split())[:120]
        raise FileError(f"{path.name}: the workbook is broken ({said}); open it in Excel and save it again") from error


def _rows(book: Any) -> Iterator[str]:
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
        for row in sheet.iter_rows(max_col=_CELLS, values_only=True):
            yield " ; ".join(_cell(value) for value in row if value is not None)[:_LONGEST]
        yield ""


def _cell(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and not value.is_integer() and abs(value) <= 180.0:
        return f"{value:.9f}"  # a degree with the decimals that it has, also where the last of them are zeros
    return str(value)
