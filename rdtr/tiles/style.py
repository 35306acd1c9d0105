"""The MapLibre style of a plan: official colours, hatches, labels by zoom, in three themes. Reads tiles' names only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from rdtr.errors import TileError
from rdtr.tiles.grid import plan_bounds
from rdtr.tiles.layers import MAXZOOM, MINZOOM, SourceLayer, source_layers
from rdtr.tiles.legend import shown_color
from rdtr.tiles.overlays import Hatch, overlay_values, require_lang
from rdtr.tiles.palette import Palette, official_color, palette
from rdtr.tiles.themes import Ink, ThemeName, ink, themed
from rdtr.types import Lang
from rdtr.zoning.plan import Plan
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["FONT", "style"]

Json: TypeAlias = dict[str, Any]

SOURCE: Final = "rdtr"
FONT: Final = "Noto Sans Regular"
"""What most glyph servers have; give another with `font`."""

_NAMES: Final = {
    "zones": {"id": "Pola ruang", "en": "Zones"},
    "zones-outline": {"id": "Garis zona", "en": "Zone outlines"},
    "labels": {"id": "Label zona", "en": "Zone labels"},
    "roads": {"id": "Jalan", "en": "Roads"},
    "rivers": {"id": "Sungai", "en": "Rivers"},
    "coast": {"id": "Garis pantai", "en": "Coast line"},
    "WP": {"id": "Batas WP", "en": "Planning area"},
    "SWP": {"id": "Batas SWP", "en": "Sub planning area"},
    "BLOK": {"id": "Batas blok", "en": "Block"},
}
# Plans name their layers in either language; what is in neither list is drawn as a thin line, a point, or an outline.
_ROADS: Final = frozenset({"roads", "road", "jalan", "jaringan_jalan"})
_WATER: Final = frozenset({"rivers", "river", "sungai", "coast", "garis_pantai", "pantai"})
_OUTLINES: Final = frozenset({"wp", "swp", "blok"})  # the source layer boundaries draws them
_ROAD_WIDTHS: Final = {"arteri": 4.0, "kolektor": 3.0, "lokal": 2.0}  # pixels at zoom 16; other classes 1.2
_OTHER_ROAD: Final = 1.2
_DASHES: Final = {"slash": [4, 2], "backslash": [2, 2], "cross": [6, 2, 1, 2], "grid": [1, 1], "horizontal": [8, 2],
                  "vertical": [3, 3], "dots": [0.2, 2]}  # fmt: skip


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
        _zones(plan, theme, colors, of),
        *_overlays(plan, theme, sprite_url is not None, of),
        _zone_outlines(colors, of),
        *(layer for one in layers for layer in _further(one, colors, of)),
        *_boundaries(colors, of),
        *(_labels(layers, colors, font, of) if glyphs_url else ()),
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


def _name(key: str, lang: Lang) -> Json:
    return {"rdtr:name": _NAMES.get(key, {}).get(lang, key)}


def _layer(ident: str, kind: str, source_layer: str, **parts: Any) -> Json:
    return {"id": ident, "type": kind, "source": SOURCE, "source-layer": source_layer, **parts}


def _zones(plan: Plan, theme: ThemeName, colors: Ink, lang: Lang) -> Json:
    fill = _fill_color(plan, palette(plan), theme, colors)
    # antialiased fills leave hairlines of the background between neighbours
    paint = {"fill-antialias": False, "fill-color": fill, "fill-opacity": 1}
    return _layer("zones", "fill", "zones", metadata=_name("zones", lang), paint=paint)


def _fill_color(plan: Plan, colors: Palette, theme: ThemeName, inks: Ink) -> Any:
    """By sub-zone, else by zone, else by the tile's own colour, else grey."""
    by_code = {s.label: shown_color(s, theme) for s in colors.swatches if s.column == "KODSZN" and s.color_of}
    book = vocabulary(plan.identity.vocabulary)
    zones = {k.zone_code: book.zone_of(k.zone_code) for k in book.kinds if k.zone_code}
    by_zone = {
        c: themed(official_color(book, z)[0], theme, c) for c, z in zones.items() if z and official_color(book, z)[1]
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


def _zone_outlines(colors: Ink, lang: Lang) -> Json:
    return _layer(
        "zones-outline",
        "line",
        "zones",
        minzoom=14,
        metadata=_name("zones-outline", lang),
        layout={"line-join": "round"},
        paint={
            "line-color": colors.outline,
            "line-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0.15, 17, 0.6],
            "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.25, 18, 1],
        },
    )


def _overlays(plan: Plan, theme: ThemeName, sprite: bool, lang: Lang) -> Iterable[Json]:
    for hatch in dict.fromkeys(v.hatch for v in overlay_values(plan)):
        name = {"rdtr:name": hatch.name(lang), "rdtr:overlay": hatch.field}
        here = ["==", ["get", "field"], hatch.field]
        yield from _hatched(hatch, here, name) if sprite else _tinted(hatch, hatch.ink(theme), here, name)


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
    yield _layer(f"overlay-{hatch.field.lower()}", "fill", "overlays", filter=here, metadata=name, paint=paint)


def _tinted(hatch: Hatch, color: str, here: Any, name: Json) -> Iterable[Json]:
    tint = {"fill-color": color, "fill-opacity": _grave(0.16), "fill-antialias": False}
    yield _layer(f"overlay-{hatch.field.lower()}-tint", "fill", "overlays", filter=here, metadata=name, paint=tint)
    line = {
        "line-color": color,
        "line-opacity": _grave(0.9),
        "line-dasharray": _DASHES[hatch.pattern],
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.6, 17, 2],
    }
    yield _layer(f"overlay-{hatch.field.lower()}", "line", "overlays", filter=here, metadata=name, paint=line)


def _further(layer: SourceLayer, colors: Ink, lang: Lang) -> Iterable[Json]:
    key = layer.name.casefold()
    if key in _ROADS:
        return _roads(layer, colors, lang)
    if key in _WATER:
        return [_line(layer, colors.water, 0.8, 3.0, lang)]
    if layer.name in ("zones", "zone_labels", "boundaries", "overlays") or key in _OUTLINES:
        return []
    if layer.kind == "point":
        paint = {"circle-color": colors.text, "circle-radius": 3, "circle-stroke-color": colors.halo}
        circle = {**paint, "circle-stroke-width": 1}
        return [_layer(layer.name, "circle", layer.name, minzoom=12, metadata=_name(key, lang), paint=circle)]
    return [_line(layer, colors.outline, 0.4, 1.2, lang)]


def _line(layer: SourceLayer, color: str, thin: float, thick: float, lang: Lang) -> Json:
    paint = {"line-color": color, "line-width": ["interpolate", ["linear"], ["zoom"], 10, thin, 17, thick]}
    layout = {"line-join": "round", "line-cap": "round"}
    name = _name(layer.name.casefold(), lang)
    return _layer(layer.name, "line", layer.name, metadata=name, layout=layout, paint=paint)


def _roads(layer: SourceLayer, colors: Ink, lang: Lang) -> list[Json]:
    """Centre lines with a casing; the classes of most traffic wide and first."""
    arms = [part for item in _ROAD_WIDTHS.items() for part in item]
    width: Any = _OTHER_ROAD
    if "road_class" in layer.fields:
        width = ["match", ["get", "road_class"], *arms, _OTHER_ROAD]

    def at(scale: float, more: float) -> Any:
        return ["+", ["*", width, scale], more]

    def grow(more: float) -> Any:
        return [
            "interpolate",
            ["exponential", 1.5],
            ["zoom"],
            11,
            at(0.2, more / 2),
            16,
            at(1.0, more),
            19,
            at(3.0, more),
        ]

    layout = {"line-join": "round", "line-cap": "round"}
    casing = {"line-color": colors.road_casing, "line-width": grow(1.2), "line-opacity": 0.7}
    core = {"line-color": colors.road, "line-width": grow(0.0)}
    name = _name("roads", lang)
    return [
        _layer(f"{layer.name}-casing", "line", layer.name, minzoom=12, metadata=name, layout=layout, paint=casing),
        _layer(layer.name, "line", layer.name, minzoom=11, metadata=name, layout=layout, paint=core),
    ]


def _boundaries(colors: Ink, lang: Lang) -> Iterable[Json]:
    for level, minzoom, thin, thick, dash in (
        ("BLOK", 13, 0.5, 1.4, [2, 2]),
        ("SWP", 11, 0.8, 2.2, [6, 2, 1, 2]),
        ("WP", MINZOOM, 1.2, 3.2, [8, 3]),
    ):
        yield _layer(
            f"boundary-{level.lower()}",
            "line",
            "boundaries",
            minzoom=minzoom,
            filter=["==", ["get", "level"], level],
            metadata=_name(level, lang),
            paint={
                "line-color": colors.boundary,
                "line-dasharray": dash,
                "line-width": ["interpolate", ["linear"], ["zoom"], minzoom, thin, 17, thick],
            },
        )


def _labels(layers: Sequence[SourceLayer], colors: Ink, font: str, lang: Lang) -> Iterable[Json]:
    paint = {"text-color": colors.text, "text-halo-color": colors.halo, "text-halo-width": 1.2}
    code = ["coalesce", ["get", "label"], ""]
    full = ["format", code, {"font-scale": 1}, "\n", {}, ["coalesce", ["get", "NAMOBJ"], ""], {"font-scale": 0.8}]
    yield _layer(
        "zone-labels",
        "symbol",
        "zone_labels",
        minzoom=14,
        metadata=_name("labels", lang),
        layout={
            "text-field": ["step", ["zoom"], code, 17, full],
            "text-font": [font],
            "text-size": ["interpolate", ["linear"], ["zoom"], 14, 9, 18, 13],
            "text-max-width": 8,
            "text-padding": 3,
        },
        paint=paint,
    )
    for layer in layers:
        if layer.name.casefold() in _ROADS | _WATER and "NAMOBJ" in layer.fields:
            yield _layer(
                f"{layer.name}-labels",
                "symbol",
                layer.name,
                minzoom=15,
                metadata=_name("labels", lang),
                layout={
                    "symbol-placement": "line",
                    "text-field": ["coalesce", ["get", "NAMOBJ"], ""],
                    "text-font": [font],
                    "text-size": 11,
                },
                paint={**paint, **({"text-color": colors.water} if layer.name.casefold() in _WATER else {})},
            )
