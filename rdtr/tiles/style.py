"""The MapLibre style of a plan: official colours, hatches, labels by zoom, in three themes. Reads tiles' names only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rdtr.errors import TileError
from rdtr.tiles.grid import plan_bounds
from rdtr.tiles.layers import MAXZOOM, MINZOOM, source_layers
from rdtr.tiles.overlays import require_lang
from rdtr.tiles.stylefills import overlays, zones
from rdtr.tiles.stylelayer import SOURCE, Json
from rdtr.tiles.stylelines import boundaries, further, labels, zone_outlines
from rdtr.tiles.themes import ThemeName, ink
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["FONT", "style"]

FONT: Final = "Noto Sans Regular"
"""What most glyph servers have; give another with `font`."""


def style(
    plan: Plan,
    *,
    tiles_url: str,
    theme: ThemeName = "light",
    glyphs_url: str | None = None,
    sprite_url: str | None = None,
    lang: Lang = "id",
    zooms: tuple[int, int] = (MINZOOM, MAXZOOM),
    attribution: str = "",
    font: str = FONT,
) -> Json:
    """Return a MapLibre style (version 8) for the vector tiles of a plan.

    Parameters
    ----------
    plan
        Only what occurs in it is styled.
    tiles_url
        Template with ``{z}/{x}/{y}``, or the address of a TileJSON (no braces).
    theme
        ``light``, ``dark`` or ``colorblind``, see `rdtr.tiles.themes`.
    glyphs_url
        Template with ``{fontstack}/{range}``. Without it there are no labels: MapLibre refuses text without glyphs.
    sprite_url
        Where the two files of `rdtr.tiles.sprite` are, without suffix. Without it an overlay is a tint with a dashed
        outline, one dash for each kind of hatch.
    lang
        Of the names in ``metadata``.
    zooms
        First and last zoom of the tiles.
    attribution
        Shown on the map; the plan's regulation where it is empty.
    font
        A font that the glyph server has.

    Raises
    ------
    TileError
        For an unknown theme or language, or a template without its placeholders.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> made = style(sample_city(parcels=500).plan, tiles_url="https://example.org/{z}/{x}/{y}.mvt")
    >>> made["version"], [layer["id"] for layer in made["layers"]][:3]
    (8, ['background', 'zones', 'overlay-kkop_1-tint'])
    """
    colors, of = ink(theme), require_lang(lang)
    layers = source_layers(plan)
    drawn: list[Json] = [
        {"id": "background", "type": "background", "paint": {"background-color": colors.background}},
        zones(plan, theme, colors, of),
        *overlays(plan, theme, sprite_url is not None, of),
        zone_outlines(colors, of),
        *(layer for one in layers for layer in further(one, colors, of)),
        *boundaries(colors, of),
        *(labels(layers, colors, font, of) if glyphs_url else ()),
    ]
    return {
        "version": 8,
        "name": plan.identity.title or plan.identity.id,
        "metadata": {"rdtr:plan": plan.identity.id, "rdtr:hash": plan.hash, "rdtr:theme": theme, "rdtr:lang": of},
        **_view(plan),
        "sources": {SOURCE: _source(plan, tiles_url, zooms, attribution)},
        **({"glyphs": _with(glyphs_url, ("{fontstack}", "{range}"), "glyphs_url")} if glyphs_url else {}),
        **({"sprite": sprite_url} if sprite_url else {}),
        "layers": drawn,
    }


def _view(plan: Plan) -> Json:
    west, south, east, north = plan_bounds(plan)
    return {"center": [round((west + east) / 2, 6), round((south + north) / 2, 6)], "zoom": 13}


def _with(url: str, parts: Sequence[str], what: str) -> str:
    missing = [p for p in parts if p not in url]
    if missing:
        raise TileError(f"style: {what} {url[:80]!r} lacks {', '.join(missing)}")
    return url


def _source(plan: Plan, url: str, zooms: tuple[int, int], attribution: str) -> Json:
    if "{" not in url:
        return {"type": "vector", "url": url}
    return {
        "type": "vector",
        "tiles": [_with(url, ("{z}", "{x}", "{y}"), "tiles_url")],
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "bounds": [round(v, 6) for v in plan_bounds(plan)],
        "attribution": attribution or plan.identity.regulation,
    }
