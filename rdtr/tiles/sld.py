"""The style of a plan as Styled Layer Descriptor 1.0 and 1.1, for GeoServer, MapServer and others. Writes no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args
from xml.etree import ElementTree as ET

from rdtr.errors import TileError
from rdtr.tiles.themes import ThemeName
from rdtr.tiles.xmltext import add, document
from rdtr.tiles.zonerules import ZoneRule, zone_rules
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["SldVersion", "sld"]

SldVersion: TypeAlias = Literal["1.0.0", "1.1.0"]

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OUTLINE_PX: Final = 0.4


@dataclass(frozen=True, slots=True)
class _Words:
    """What the two versions call the same things."""

    prefix: str
    name: str
    parameter: str

    def of(self, tag: str) -> str:
        return self.prefix + tag


_WORDS: Final = {"1.0.0": _Words("", "Name", "CssParameter"), "1.1.0": _Words("se:", "se:Name", "SvgParameter")}


def sld(
    plan: Plan,
    *,
    version: SldVersion = "1.1.0",
    theme: ThemeName = "light",
    lang: Lang = "id",
    layer: str = "zones",
) -> str:
    """Return an SLD for the zoning layer of a plan: by KODSZN, else by KODZON, else grey.

    Parameters
    ----------
    plan, theme, lang
        Whose zones, and how they are shown.
    version
        ``1.0.0`` (GeoServer, MapServer, QGIS) or ``1.1.0`` with Symbology Encoding.
    layer
        Name of the layer on the server.

    Raises
    ------
    TileError
        For another version, theme or language.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> made = sld(sample_city(parcels=500).plan, version="1.0.0")
    >>> '<CssParameter name="fill">#FFDC00</CssParameter>' in made
    True
    """
    if version not in get_args(SldVersion):
        raise TileError(
            f"SLD version {str(version)[:20]!r} is not known; it is one of {', '.join(get_args(SldVersion))}"
        )
    words, rules = _WORDS[version], zone_rules(plan, theme, lang)
    root, style = _frame(version, words, layer, plan.identity.title or plan.identity.id)
    # all rules that fit are drawn, later ones on top: so zones come first, and their sub-zones cover them. "All others"
    # stands before both, since QGIS reads ElseFilter as no filter at all
    _rule(style, words, ZoneRule("", "", rules.other, rules.other_color), rules.outline, "else")
    for what, some in (("zone", rules.zones), ("code", rules.codes)):
        for rule in some:
            _equal(_rule(style, words, rule, rules.outline, what), rule)
    return document(root, _DECLARATION)


def _frame(version: SldVersion, words: _Words, layer: str, title: str) -> tuple[ET.Element, ET.Element]:
    spaces = {
        "xmlns": "http://www.opengis.net/sld",
        "xmlns:ogc": "http://www.opengis.net/ogc",
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
    }
    if version == "1.1.0":
        spaces["xmlns:se"] = "http://www.opengis.net/se"
    root = ET.Element("StyledLayerDescriptor", {"version": version, **spaces})
    named = add(root, "NamedLayer")
    add(named, words.name, layer)
    user = add(named, "UserStyle")
    add(user, words.name, "rdtr")
    if version == "1.0.0":
        add(user, "Title", title)
    else:
        add(add(user, "se:Description"), "se:Title", title)
    return root, add(user, words.of("FeatureTypeStyle"))


def _rule(style: ET.Element, words: _Words, rule: ZoneRule, outline: str, what: str) -> ET.Element:
    """Write a rule; return its filter, still empty."""
    made = add(style, words.of("Rule"))
    add(made, words.name, f"{what} {rule.value}".strip())
    parent = add(made, "se:Description") if words.prefix else made
    add(parent, words.of("Title"), rule.label)
    condition = add(made, words.of("ElseFilter") if what == "else" else "ogc:Filter")
    symbol = add(made, words.of("PolygonSymbolizer"))
    add(add(symbol, words.of("Fill")), words.of(words.parameter), rule.color, name="fill")
    stroke = add(symbol, words.of("Stroke"))
    add(stroke, words.of(words.parameter), outline, name="stroke")
    add(stroke, words.of(words.parameter), _OUTLINE_PX, name="stroke-width")
    return condition


def _equal(parent: ET.Element, rule: ZoneRule) -> None:
    equal = add(parent, "ogc:PropertyIsEqualTo")
    add(equal, "ogc:PropertyName", rule.column)
    add(equal, "ogc:Literal", rule.value)
