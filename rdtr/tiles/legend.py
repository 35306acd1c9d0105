"""The legend of a plan as data: groups, zones, entries, overlays; only what occurs. The drawing is in legendsvg."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final, TypeAlias

from rdtr.tiles.overlays import overlay_values, require_lang
from rdtr.tiles.palette import Swatch, palette, zone_areas
from rdtr.tiles.themes import ThemeName, ink, themed
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["GROUPS", "legend", "shown_color"]

Json: TypeAlias = dict[str, Any]

GROUPS: Final = {
    "lindung": {"id": "Zona Lindung", "en": "Protection zones"},
    "budi_daya": {"id": "Zona Budi Daya", "en": "Cultivation zones"},
    "unknown": {"id": "Tidak dikenal", "en": "Not known"},
}
"""Names of the groups, in their order."""

_BLANK: Final = {"id": "(tanpa kode dan nama)", "en": "(no code, no name)"}
_DIGITS: Final = 6  # of hectares: a hundredth of a square metre, so that a sliver is not nothing


def legend(plan: Plan, *, theme: ThemeName = "light", lang: Lang = "id") -> Json:
    """Return the legend of a plan, ready for JSON.

    Parameters
    ----------
    plan
        Only zones and overlays that occur in it are listed.
    theme
        Whose colours.
    lang
        Of group and overlay names; zone names are those of the guideline, in Bahasa Indonesia.

    Returns
    -------
    dict
        ``groups`` (lindung, budi_daya, unknown) of ``zones`` of ``entries`` with ``code``, ``name``, ``color``,
        ``color_of`` (see `rdtr.tiles.palette.ColorOf`), ``area_ha``, ``count``; ``overlays`` with ``field``, ``name``,
        ``color``, ``pattern``, ``values``. Areas are geodesic hectares.

    Raises
    ------
    TileError
        For an unknown theme or language.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> made = legend(sample_city(parcels=500).plan)
    >>> [(group["id"], group["count"]) for group in made["groups"]]
    [('lindung', 27), ('budi_daya', 105)]
    >>> made["groups"][0]["zones"][0]["entries"][0]["name"]
    'Hutan Lindung'
    """
    ink(theme)
    require_lang(lang)
    swatches = palette(plan).swatches
    groups = [_group(key, [s for s in swatches if _group_of(s) == key], theme, lang) for key in GROUPS]
    return {
        "plan": plan.identity.id,
        "title": plan.identity.title or plan.identity.id,
        "hash": plan.hash,
        "theme": theme,
        "lang": lang,
        "area_ha": _hectares(float(zone_areas(plan).sum())),
        "groups": [g for g in groups if g["count"]],
        "overlays": _overlays(plan, theme, lang),
    }


def shown_color(swatch: Swatch, theme: ThemeName) -> str:
    """Colour of a swatch in a theme; the theme's grey where no colour is known."""
    known = themed(swatch.color, theme, swatch.zone_code or swatch.zone_name)
    return known if swatch.color_of else ink(theme).unknown


def _group_of(swatch: Swatch) -> str:
    if swatch.protected is None:
        return "unknown"
    return "lindung" if swatch.protected else "budi_daya"


def _group(key: str, swatches: list[Swatch], theme: ThemeName, lang: Lang) -> Json:
    zones = [
        {"code": code, "name": name, "entries": [_entry(s, theme, lang) for s in members]}
        for (code, name), members in groupby(swatches, key=lambda s: (s.zone_code, s.zone_name))
    ]
    return {
        "id": key,
        "name": GROUPS[key][lang],
        "count": sum(s.count for s in swatches),
        "area_ha": _hectares(sum(s.area_ha for s in swatches)),
        "zones": zones,
    }


def _entry(swatch: Swatch, theme: ThemeName, lang: Lang) -> Json:
    return {
        "code": swatch.label if swatch.column.startswith("KOD") else "",
        "name": swatch.name or _BLANK[lang],
        "color": shown_color(swatch, theme),
        "color_of": swatch.color_of,
        "area_ha": _hectares(swatch.area_ha),
        "count": swatch.count,
    }


def _overlays(plan: Plan, theme: ThemeName, lang: Lang) -> list[Json]:
    return [
        {
            "field": hatch.field,
            "name": hatch.name(lang),
            "color": hatch.ink(theme),
            "pattern": hatch.pattern,
            "image": hatch.image,
            "values": [{"value": v.value, "area_ha": _hectares(v.area_ha), "count": v.count} for v in values],
        }
        for hatch, values in groupby(overlay_values(plan), key=lambda v: v.hatch)
    ]


def _hectares(value: float) -> float:
    return round(value, _DIGITS)
