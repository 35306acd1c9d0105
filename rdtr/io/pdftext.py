"""The text of a PDF, line by line. Reads no picture: a scanned page has no text. Knows no coordinates."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rdtr.errors import FileError

__all__ = ["pdf_lines"]

_PAGES: Final = 200
_LETTERS: Final = 5_000_000
_LONGEST: Final = 10_000


def pdf_lines(path: Path) -> list[str]:
    """Return the lines of a PDF's text, in the order in which the file has them.

    Raises
    ------
    FileError
        If it is no PDF, damaged, locked by a password, longer than 200 pages, or a picture without text; or if the
        reader is not installed.
    """
    try:
        from pypdf import PdfReader  # only who reads PDFs needs it
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise FileError(
            f"{path.name}: PDFs are read by pypdf, which is not installed: pip install 'rdtr[pdf]'"
        ) from error
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise FileError(f"{path.name}: the PDF is locked; save it without a password")
        if len(reader.pages) > _PAGES:
            raise FileError(
                f"{path.name}: {len(reader.pages):,} pages; at most {_PAGES} are read; send the pages with the coordinates"
            )
        lines = _lines(page.extract_text() for page in reader.pages)
    except FileError:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise FileError(
            f"{path.name}: the PDF cannot be read ({' '.join(str(error).split())[:120]}); save it again"
        ) from error
    if not any(line.strip() for line in lines):
        raise FileError(
            f"{path.name}: there is no text in the PDF, it is a picture; send a table or type the coordinates"
        )
    return lines


def _lines(pages: object) -> list[str]:
    found: list[str] = []
    letters = 0
    for text in pages:  # type: ignore[attr-defined] # a generator of texts
        letters += len(text)
        if letters > _LETTERS:
            raise FileError(f"the PDF has more than {_LETTERS:,} letters; send the pages with the coordinates")
        found += [line[:_LONGEST] for line in text.splitlines()]
    return found
