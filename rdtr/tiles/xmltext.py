"""XML written so that it is well-formed whatever a plan's texts hold. Reads nothing."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

__all__ = ["add", "document", "legal"]

# Characters that XML 1.0 (section 2.2) has no way to write, not even escaped
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: object) -> str:
    r"""Leave out what XML cannot hold.

    Examples
    --------
    >>> legal("R-2\x00 <b>")
    'R-2 <b>'
    """
    return _ILLEGAL.sub("", str(text))


def add(parent: ET.Element, tag: str, text: object = None, **attributes: object) -> ET.Element:
    """Add an element; attributes may end in an underscore and write a hyphen as ``__``.

    Examples
    --------
    >>> root = ET.Element("svg")
    >>> document(add(root, "text", "a & b", class_="x", font__size=3))
    '<text class="x" font-size="3">a &amp; b</text>'
    """
    names = {k.rstrip("_").replace("__", "-"): legal(v) for k, v in attributes.items() if v is not None}
    element = ET.SubElement(parent, tag, names)
    if text is not None:
        element.text = legal(text)
    return element


def document(root: ET.Element, declaration: str = "") -> str:
    """Write an element and all below it, indented, behind a declaration (``<?xml ...?>``, a document type)."""
    ET.indent(root)
    return declaration + ET.tostring(root, encoding="unicode")
