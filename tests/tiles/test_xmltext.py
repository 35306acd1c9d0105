"""XML stays well-formed whatever it holds."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from rdtr.tiles.xmltext import add, document, legal


@given(st.text())
def test_any_text_is_written_and_read_back(text: str) -> None:
    root = ET.Element("a")
    add(root, "b", text, c=text)
    read = ET.fromstring(document(root).encode())
    wanted = legal(text).replace("\r\n", "\n").replace("\r", "\n")
    assert (read[0].text or "") == wanted
    assert (read[0].get("c") or "").split() == legal(text).split()


def test_what_is_none_is_left_out() -> None:
    assert document(add(ET.Element("a"), "b", None, c=None, d=0)) == '<b d="0" />'
