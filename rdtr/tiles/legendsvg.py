"""The legend of a plan as an SVG picture, in columns of even height. What it says comes from legend."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from rdtr.errors import TileError
from rdtr.tiles.legend import legend
from rdtr.tiles.overlays import Pattern
from rdtr.tiles.themes import ThemeName, ink
from rdtr.tiles.xmltext import add, document
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["PATTERN_PATHS", "PATTERN_SIDE", "legend_svg"]

PATTERN_SIDE: Final = 8
"""Pixels after which a hatch repeats."""
PATTERN_PATHS: Final[dict[Pattern, str]] = {
    "slash": "M-1,1 L1,-1 M0,8 L8,0 M7,9 L9,7",
    "backslash": "M-1,7 L1,9 M0,0 L8,8 M7,-1 L9,1",
    "cross": "M-1,1 L1,-1 M0,8 L8,0 M7,9 L9,7 M-1,7 L1,9 M0,0 L8,8 M7,-1 L9,1",
    "grid": "M0,4 H8 M4,0 V8",
    "horizontal": "M0,2 H8 M0,6 H8",
    "vertical": "M2,0 V8 M6,0 V8",
    "dots": "M2,2 h0.01 M6,6 h0.01",
}
"""Each hatch as an SVG path in a square of `PATTERN_SIDE`."""

_FONT: Final = "Noto Sans, DejaVu Sans, Arial, sans-serif"
_COLUMN, _GAP, _MARGIN = 380, 36, 28
_SWATCH_W, _SWATCH_H = 30, 17
_TEXT_X, _AREA_W = _SWATCH_W + 12, 78
_CHAR: Final = 0.56  # mean width of a letter, of the font size; measured on DejaVu Sans, the widest of the fonts
_CODE_CHAR: Final = 9.4  # width of a bold letter of a code, pixels
_WIDEST_CODE: Final = 7  # letters; longer local codes push their own name aside, not all names
_TOGETHER: Final = 9  # entries of a zone that are not parted; no zone of the guideline but Konservasi has more
_LEAST_HA: Final = 0.01
_ZONE_SPACE: Final = 6.0
_WORDS: Final = {
    "overlays": {"id": "Ketentuan Khusus", "en": "Special provisions"},
    "zones": {"id": "zona", "en": "zones"},
    "note": {"id": "Luas geodetik dalam hektare", "en": "Geodesic area in hectares"},
}


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of a column that is not parted: its height, and how it is drawn at a place."""

    height: float
    draw: Callable[[ET.Element, float, float], None]
    keep: bool = False
    """True where the next block must stand in the same column: below a heading, and within a zone."""


def legend_svg(plan: Plan, *, theme: ThemeName = "light", lang: Lang = "id", columns: int = 2) -> str:
    """Draw the legend of a plan.

    Parameters
    ----------
    plan, theme, lang
        See `rdtr.tiles.legend.legend`.
    columns
        1 to 6.

    Returns
    -------
    str
        SVG 1.1, without references to anything outside.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> legend_svg(sample_city(parcels=500).plan)[:40]
    '<svg xmlns="http://www.w3.org/2000/svg" '
    """
    if columns not in range(1, 7):
        raise TileError(f"legend: {columns} columns were asked for; wanted 1 to 6")
    data = legend(plan, theme=theme, lang=lang)
    pen = _Pen(theme, lang, _code_width(data))
    flow = _flow([*_zone_blocks(data, pen), *_overlay_blocks(data, pen)], columns)
    used = len(flow)
    width = 2 * _MARGIN + used * _COLUMN + (used - 1) * _GAP
    title = _wrapped(data["title"], width - 2 * _MARGIN, 20)
    top = _MARGIN + 26 * len(title) + 26
    height = top + max(sum(b.height for b in column) for column in flow) + _MARGIN - 8
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{width}",
            "height": f"{height:g}",
            "viewBox": f"0 0 {width} {height:g}",
            "font-family": _FONT,
            "role": "img",
        },
    )
    add(root, "title", data["title"])
    _patterns(root, data)
    add(root, "rect", width=width, height=f"{height:g}", fill=pen.colors.background)
    pen.title(root, title, f"{_number(data['area_ha'], lang)} ha · {_WORDS['note'][lang]}")
    for i, column in enumerate(flow):
        y = float(top)
        for block in column:
            block.draw(root, _MARGIN + i * (_COLUMN + _GAP), y)
            y += block.height
    return document(root)


@dataclass(frozen=True, slots=True)
class _Pen:
    """What draws the texts and boxes of one theme."""

    theme: ThemeName
    lang: Lang
    code_width: float

    @property
    def colors(self) -> Any:
        return ink(self.theme)

    def text(self, parent: ET.Element, x: float, y: float, text: str, size: float, **more: Any) -> None:
        add(parent, "text", text, x=f"{x:g}", y=f"{y:g}", font__size=size, fill=self.colors.text, **more)

    def title(self, root: ET.Element, lines: Sequence[str], note: str) -> None:
        for i, line in enumerate(lines):
            self.text(root, _MARGIN, _MARGIN + 18 + 26 * i, line, 20, font__weight="bold")
        self.text(root, _MARGIN, _MARGIN + 14 + 26 * len(lines), note, 12, opacity=0.7)

    def heading(self, name: str, area: str) -> _Block:
        def draw(root: ET.Element, x: float, y: float) -> None:
            self.text(root, x, y + 22, name, 14, font__weight="bold")
            if area:
                self.text(root, x + _COLUMN, y + 22, area, 12, font__weight="bold", text__anchor="end")
            line = {"x1": f"{x:g}", "x2": f"{x + _COLUMN:g}", "y1": f"{y + 29:g}", "y2": f"{y + 29:g}"}
            ET.SubElement(root, "line", {**line, "stroke": self.colors.text, "stroke-width": "1"})

        return _Block(38, draw, keep=True)

    def subheading(self, name: str) -> _Block:
        def draw(root: ET.Element, x: float, y: float) -> None:
            self.text(root, x, y + 14, name, 11, font__weight="bold", opacity=0.75)

        return _Block(20, draw, keep=True)

    def entry(
        self, fill: str, code: str, name: str, area: str, *, base: str = "", keep: bool = False, space: float = 0.0
    ) -> _Block:
        """One line: box, code, name (wrapped), area. A hatch lies on a base colour; space comes below."""
        indent = _TEXT_X + (max(self.code_width, len(code) * _CODE_CHAR + 8) if code else 0)
        lines = _wrapped(name, _COLUMN - indent - _AREA_W, 12.5)
        height = max(24, 9 + 16 * len(lines)) + space

        def draw(root: ET.Element, x: float, y: float) -> None:
            box = {"x": f"{x + 0.5:g}", "y": f"{y + 2.5:g}", "width": _SWATCH_W, "height": _SWATCH_H, "rx": 3}
            if fill:
                if base:
                    add(root, "rect", **box, fill=base)
                add(root, "rect", **box, fill=fill, stroke=self.colors.text, stroke__opacity=0.45)
            if code:
                self.text(root, x + _TEXT_X, y + 15.5, code, 13, font__weight="bold")
            for i, line in enumerate(lines):
                self.text(root, x + indent, y + 15.5 + 16 * i, line, 12.5)
            self.text(root, x + _COLUMN, y + 15.5, area, 12, text__anchor="end", opacity=0.85)

        return _Block(height, draw, keep)


def _zone_blocks(data: dict[str, Any], pen: _Pen) -> Iterable[_Block]:
    for group in data["groups"]:
        yield pen.heading(group["name"], f"{_number(group['area_ha'], pen.lang)} ha")
        for zone in group["zones"]:
            yield from _one_zone(zone, pen)


def _one_zone(zone: dict[str, Any], pen: _Pen) -> Iterable[_Block]:
    entries = zone["entries"]
    headed = bool(zone["name"]) and [e["name"] for e in entries] != [zone["name"]]
    if headed:
        yield pen.subheading(f"{zone['name']} ({zone['code']})" if zone["code"] else zone["name"])
    for e in entries:
        end = e is entries[-1]
        keep, space = len(entries) <= _TOGETHER and not end, _ZONE_SPACE if end and headed else 0.0
        yield pen.entry(e["color"], e["code"], e["name"], _number(e["area_ha"], pen.lang), keep=keep, space=space)


def _overlay_blocks(data: dict[str, Any], pen: _Pen) -> Iterable[_Block]:
    if data["overlays"]:
        yield pen.heading(_WORDS["overlays"][pen.lang], "")
    for overlay in data["overlays"]:
        yield pen.subheading(f"{overlay['name']} ({overlay['field']})")
        for i, v in enumerate(overlay["values"]):
            fill = "" if i else f"url(#rdtr-{overlay['image']})"
            keep = len(overlay["values"]) <= _TOGETHER and v is not overlay["values"][-1]
            area = _number(v["area_ha"], pen.lang)
            yield pen.entry(fill, "", v["value"], area, base=pen.colors.halo, keep=keep)


def _patterns(root: ET.Element, data: dict[str, Any]) -> None:
    defs = add(root, "defs")
    for overlay in data["overlays"]:
        side = {"width": PATTERN_SIDE, "height": PATTERN_SIDE, "patternUnits": "userSpaceOnUse"}
        pattern = add(defs, "pattern", id=f"rdtr-{overlay['image']}", **side)
        dots = overlay["pattern"] == "dots"
        stroke = {"stroke": overlay["color"], "stroke__width": 2.6 if dots else 1.4, "fill": "none"}
        add(
            pattern,
            "path",
            d=PATTERN_PATHS[overlay["pattern"]],
            **stroke,
            stroke__linecap="round" if dots else "square",
        )


def _code_width(data: dict[str, Any]) -> float:
    codes = [len(e["code"]) for g in data["groups"] for z in g["zones"] for e in z["entries"]]
    return min(max(codes, default=0), _WIDEST_CODE) * _CODE_CHAR + 8


def _wrapped(text: str, width: float, size: float) -> list[str]:
    return textwrap.wrap(text, max(int(width / (size * _CHAR)), 8)) or [""]


def _number(value: float, lang: Lang) -> str:
    text = (
        f"{value:,.2f}" if value == 0.0 or value >= _LEAST_HA / 2 else f"<{_LEAST_HA}"
    )  # what is there is not nothing
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def _flow(blocks: Sequence[_Block], columns: int) -> list[list[_Block]]:
    """Fill columns one after the other, in the lowest height that does."""
    total = sum(b.height for b in blocks)
    limit = max(total / columns, max((b.height for b in blocks), default=1.0))
    while len(filled := _fill(blocks, limit)) > columns:
        limit += 8.0
    return filled


def _fill(blocks: Sequence[_Block], limit: float) -> list[list[_Block]]:
    filled: list[list[_Block]] = [[]]
    used = 0.0
    for i, block in enumerate(blocks):
        need = block.height
        for j in range(i, len(blocks) - 1):
            if not blocks[j].keep:
                break
            need += blocks[j + 1].height
        if filled[-1] and used + need > limit:
            filled.append([])
            used = 0.0
        filled[-1].append(block)
        used += block.height
    return filled
