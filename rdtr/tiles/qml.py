"""The style of a plan for QGIS (.qml): rules by code, labels by scale. Writes no file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from rdtr.tiles.themes import ThemeName, ink
from rdtr.tiles.xmltext import add, document
from rdtr.tiles.zonerules import ZoneRule, zone_rules
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["qml"]

_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION: Final = "3.22.0-Białowieża"  # the oldest long-term release that is still met; newer ones read it
_LABELS_FROM: Final = 10_000  # scale denominator
_OUTLINE_MM: Final = 0.1


def qml(plan: Plan, *, theme: ThemeName = "light", lang: Lang = "id") -> str:
    """Return a QGIS style for the zoning layer of a plan: load it by Layer > Properties > Style > Load.

    A zone is coloured by KODSZN; a code that the plan does not have by its KODZON; all others grey, so that an edit never
    makes a zone vanish.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> "&quot;KODSZN&quot; = 'R-2'" in qml(sample_city(parcels=500).plan)
    True
    """
    rules = zone_rules(plan, theme, lang)
    root = ET.Element("qgis", {"version": _VERSION, "styleCategories": "Symbology|Labeling", "labelsEnabled": "1"})
    renderer = add(root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0", enableorderby="0")
    tree = add(renderer, "rules", key="rdtr")
    symbols = add(renderer, "symbols")
    number = _rules(tree, symbols, rules.codes, 0, rules.outline)
    spare = add(tree, "rule", key="rdtr-else", filter="ELSE", label="KODZON", checkstate="1")
    number = _rules(spare, symbols, rules.zones, number, rules.outline)
    add(spare, "rule", key=f"rdtr-{number}", symbol=number, filter="ELSE", label=rules.other)
    _symbol(symbols, number, rules.other_color, rules.outline)
    _labels(root, ink(theme).text, ink(theme).halo)
    add(root, "layerGeometryType", "2")
    return document(root, _DOCTYPE)


def _rules(tree: ET.Element, symbols: ET.Element, rules: Sequence[ZoneRule], first: int, outline: str) -> int:
    for number, rule in enumerate(rules, first):
        wanted = f"\"{rule.column}\" = '{rule.value.replace(chr(39), chr(39) * 2)}'"
        add(tree, "rule", key=f"rdtr-{number}", symbol=number, filter=wanted, label=rule.label)
        _symbol(symbols, number, rule.color, outline)
    return first + len(rules)


def _symbol(symbols: ET.Element, number: int, color: str, outline: str) -> None:
    symbol = add(symbols, "symbol", name=number, type="fill", alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = {
        "color": _rgba(color),
        "style": "solid",
        "outline_color": _rgba(outline),
        "outline_style": "solid",
        "outline_width": _OUTLINE_MM,
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
    }
    _options(layer, options)


def _options(parent: ET.Element, options: dict[str, object]) -> None:
    """Both spellings: <Option> of QGIS 3.22 and later, <prop> of those before."""
    box = add(parent, "Option", type="Map")
    for name, value in options.items():
        add(box, "Option", name=name, type="QString", value=value)
    for name, value in options.items():
        add(parent, "prop", k=name, v=value)


def _labels(root: ET.Element, text: str, halo: str) -> None:
    settings = add(add(root, "labeling", type="simple"), "settings", calloutType="simple")
    style = add(
        settings,
        "text-style",
        fieldName='coalesce("KODSZN", "KODZON", "NAMOBJ")',
        isExpression="1",
        fontFamily="Noto Sans",
        fontSize="7",
        fontSizeUnit="Point",
        textColor=_rgba(text),
        textOpacity="1",
        namedStyle="Regular",
    )
    buffer = {"bufferDraw": 1, "bufferSize": 0.6, "bufferSizeUnits": "MM", "bufferColor": _rgba(halo)}
    add(style, "text-buffer", **buffer, bufferOpacity="1")
    add(settings, "placement", placement="1", centroidWhole="0", centroidInside="1", fitInPolygonOnly="1")
    add(settings, "rendering", scaleVisibility="1", scaleMin="0", scaleMax=_LABELS_FROM, obstacle="0")


def _rgba(color: str) -> str:
    return ",".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
