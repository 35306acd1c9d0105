"""What a MapLibre style fills: zones in their official colours, overlays as hatches or tints. Draws no lines of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rdtr.tiles.legend import shown_color
from rdtr.tiles.overlays import Hatch, overlay_values
from rdtr.tiles.palette import Palette, official_color, palette
from rdtr.tiles.stylelayer import Json, layer_of, name_of
from rdtr.tiles.themes import Ink, ThemeName, themed
from rdtr.types import Lang
from rdtr.zoning.plan import Plan
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["overlays", "zones"]

_DASHES: Final = {"slash": [4, 2], "backslash": [2, 2], "cross": [6, 2, 1, 2], "grid": [1, 1], "horizontal": [8, 2],
                  "vertical": [3, 3], "dots": [0.2, 2]}  # fmt: skip


def zones(plan: Plan, theme: ThemeName, colors: Ink, lang: Lang) -> Json:
    """Fill the zones."""
    fill = _fill_color(plan, palette(plan), theme, colors)
    # antialiased fills leave hairlines of the background between neighbours
    paint = {"fill-antialias": False, "fill-color": fill, "fill-opacity": 1}
    return layer_of("zones", "fill", "zones", metadata=name_of("zones", lang), paint=paint)


def overlays(plan: Plan, theme: ThemeName, sprite: bool, lang: Lang) -> Iterable[Json]:
    """Draw every special provision that occurs: as a hatch of the sprite, or as a tint with a dashed outline."""
    for hatch in dict.fromkeys(v.hatch for v in overlay_values(plan)):
        name = {"rdtr:name": hatch.name(lang), "rdtr:overlay": hatch.field}
        here = ["==", ["get", "field"], hatch.field]
        yield from _hatched(hatch, here, name) if sprite else _tinted(hatch, hatch.ink(theme), here, name)


def _fill_color(plan: Plan, colors: Palette, theme: ThemeName, inks: Ink) -> Any:
    """By sub-zone, else by zone, else by the tile's own colour, else grey."""
    by_code = {s.label: shown_color(s, theme) for s in colors.swatches if s.column == "KODSZN" and s.color_of}
    book = vocabulary(plan.identity.vocabulary)
    of_code = {k.zone_code: book.zone_of(k.zone_code) for k in book.kinds if k.zone_code}
    by_zone = {
        c: themed(official_color(book, z)[0], theme, c) for c, z in of_code.items() if z and official_color(book, z)[1]
    }
    own = {
        s.color: shown_color(s, theme) for s in colors.swatches if s.column not in ("KODSZN", "KODZON") and s.color_of
    }
    last: Any = inks.unknown
    return _match("KODSZN", by_code, _match("KODZON", by_zone, _match("color", own, last)))


def _match(column: str, values: dict[str, str], otherwise: Any) -> Any:
    if not values:
        return otherwise
    labels: dict[str, list[str]] = {}
    for value, color in sorted(values.items()):
        labels.setdefault(color, []).append(value)
    arms: Iterable[Any] = (part for color, names in labels.items() for part in (names, color))
    return ["match", ["get", column], *arms, otherwise]


def _grave(most: float) -> Any:
    """The gravest of a list of levels decides: "Tinggi" is drawn full, "Rendah" faint."""
    value = ["coalesce", ["get", "value"], ""]
    return [
        "case",
        ["in", "Tinggi", value],
        most,
        ["in", "Sedang", value],
        round(most * 0.75, 3),
        ["in", "Rendah", value],
        round(most * 0.5, 3),
        most,
    ]


def _hatched(hatch: Hatch, here: Any, name: Json) -> Iterable[Json]:
    paint = {"fill-pattern": hatch.image, "fill-opacity": _grave(0.9), "fill-antialias": False}
    yield layer_of(f"overlay-{hatch.field.lower()}", "fill", "overlays", filter=here, metadata=name, paint=paint)


def _tinted(hatch: Hatch, color: str, here: Any, name: Json) -> Iterable[Json]:
    tint = {"fill-color": color, "fill-opacity": _grave(0.16), "fill-antialias": False}
    yield layer_of(f"overlay-{hatch.field.lower()}-tint", "fill", "overlays", filter=here, metadata=name, paint=tint)
    line = {
        "line-color": color,
        "line-opacity": _grave(0.9),
        "line-dasharray": _DASHES[hatch.pattern],
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.6, 17, 2],
    }
    yield layer_of(f"overlay-{hatch.field.lower()}", "line", "overlays", filter=here, metadata=name, paint=line)
