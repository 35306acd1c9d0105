"""Fonts, paragraph styles and spacings of PDFs. Writes nothing by itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

__all__ = [
    "ARTICLE",
    "BOLD",
    "CELL",
    "FONT",
    "HEADER",
    "HEADER_RIGHT",
    "HEADING",
    "LABEL",
    "LINE",
    "NORMAL",
    "NUMBER",
    "QUIET",
    "SMALL",
    "SUBTITLE",
    "TIGHT",
    "TITLE",
    "VERDICT",
    "heading",
    "register_fonts",
    "text",
]

FONT, BOLD, ITALIC = "rdtr-Vera", "rdtr-Vera-Bold", "rdtr-Vera-Italic"
INK, QUIET, LINE = HexColor("#1B1B1B"), HexColor("#5A5A5A"), HexColor("#C9C9C9")


@cache
def register_fonts() -> None:
    """Make the fonts known, once; they have the signs that Indonesian text needs, and are embedded."""
    folder = Path(reportlab.__file__).parent / "fonts"  # they come with the library, and are embedded
    for name, file in ((FONT, "Vera.ttf"), (BOLD, "VeraBd.ttf"), (ITALIC, "VeraIt.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


def heading(said: str) -> Paragraph:
    """Return a heading."""
    return Paragraph(said, HEADING)


def text(said: str, style: ParagraphStyle) -> Paragraph:
    """Return a paragraph; what strangers wrote is to be escaped before."""
    return Paragraph(said, style)


def _style(size: float, **more: Any) -> ParagraphStyle:
    given = {"fontName": FONT, "textColor": INK, "leading": 1.3 * size, **more}
    return ParagraphStyle(name=f"s{size}", fontSize=size, **given)


NORMAL: Final = _style(8.5)
SMALL: Final = _style(7, textColor=QUIET)
CELL: Final = _style(7.5)
ARTICLE: Final = _style(6.8, textColor=QUIET)
NUMBER: Final = _style(7.5, alignment=TA_RIGHT)
LABEL: Final = _style(7.5, textColor=QUIET)
HEADER: Final = _style(7, textColor=QUIET)
HEADER_RIGHT: Final = _style(7, textColor=QUIET, alignment=TA_RIGHT)
TITLE: Final = _style(15, fontName=BOLD)
SUBTITLE: Final = _style(9, textColor=QUIET)
VERDICT: Final = _style(15, fontName=BOLD)
HEADING: Final = _style(9.5, fontName=BOLD, spaceBefore=9, spaceAfter=3)
TIGHT: Final = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
)
