"""Rules by which desktop programs colour zones: code, else zone, else grey. Shared by the QGIS and SLD writers."""

from __future__ import annotations

from dataclasses import dataclass

from rdtr.tiles.legend import GROUPS, shown_color
from rdtr.tiles.overlays import require_lang
from rdtr.tiles.palette import UNKNOWN_COLOR, Swatch, official_color, palette
from rdtr.tiles.themes import ThemeName, ink, themed
from rdtr.types import Lang
from rdtr.zoning.plan import Plan
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["ZoneRule", "ZoneRules", "zone_rules"]


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """Features whose column has this value have this colour."""

    column: str
    value: str
    label: str
    color: str


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """Rules in the order they are asked.

    Attributes
    ----------
    codes
        By KODSZN (by KODZON or a name where the layer has no sub-zone), only what occurs in the plan.
    zones
        By KODZON, all of the vocabulary: for zones drawn later than the style.
    other
        Label of the last rule, for all others.
    other_color, outline
        Its colour, and that of every outline.
    """

    codes: tuple[ZoneRule, ...]
    zones: tuple[ZoneRule, ...]
    other: str
    other_color: str
    outline: str


def zone_rules(plan: Plan, theme: ThemeName = "light", lang: Lang = "id") -> ZoneRules:
    """Return the rules of a plan.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> rules = zone_rules(sample_city(parcels=500).plan)
    >>> [(r.column, r.value, r.color) for r in rules.codes if r.value == "R-2"]
    [('KODSZN', 'R-2', '#FFDC00')]
    """
    inks, other = ink(theme), GROUPS["unknown"][require_lang(lang)]
    known = [s for s in palette(plan).swatches if s.column and s.color_of]
    codes = [ZoneRule(s.column, s.label, _label(s), shown_color(s, theme)) for s in known]
    by_code = {r.value for r in codes if r.column == "KODZON"}
    book = vocabulary(plan.identity.vocabulary)
    zones = [z for c in dict.fromkeys(k.zone_code for k in book.kinds if k.zone_code) if (z := book.zone_of(c))]
    parents = [
        ZoneRule("KODZON", z.code, f"{z.code} {z.name}", themed(official_color(book, z)[0], theme, z.zone_code))
        for z in zones
        if z.code not in by_code and official_color(book, z)[0] != UNKNOWN_COLOR
    ]
    return ZoneRules(tuple(codes), tuple(parents), other, inks.unknown, inks.outline)


def _label(swatch: Swatch) -> str:
    return f"{swatch.label} {swatch.name}" if swatch.column.startswith("KOD") else swatch.name
