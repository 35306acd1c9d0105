"""What a MapLibre style draws over the fills: outlines, boundaries, the plan's own layers, labels. Fills nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rdtr.tiles.layers import MINZOOM, RESERVED, SourceLayer
from rdtr.tiles.stylelayer import Json, layer_of, name_of
from rdtr.tiles.themes import Ink
from rdtr.types import Lang

__all__ = ["boundaries", "further", "labels", "zone_outlines"]

# Plans name their layers in either language; what is in neither list is drawn as a thin line, a point, or an outline.
_ROADS: Final = frozenset({"roads", "road", "jalan", "jaringan_jalan"})
_WATER: Final = frozenset({"rivers", "river", "sungai", "coast", "garis_pantai", "pantai"})
_OUTLINES: Final = frozenset({"wp", "swp", "blok"})  # the source layer boundaries draws them
_ROAD_WIDTHS: Final = {"arteri": 4.0, "kolektor": 3.0, "lokal": 2.0}  # pixels at zoom 16; other classes 1.2
_OTHER_ROAD: Final = 1.2


def zone_outlines(colors: Ink, lang: Lang) -> Json:
    """Draw the outlines of zones, fainter from afar."""
    return layer_of(
        "zones-outline",
        "line",
        "zones",
        minzoom=14,
        metadata=name_of("zones-outline", lang),
        layout={"line-join": "round"},
        paint={
            "line-color": colors.outline,
            "line-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0.15, 17, 0.6],
            "line-width": ["interpolate", ["linear"], ["zoom"], 14, 0.25, 18, 1],
        },
    )


def further(layer: SourceLayer, colors: Ink, lang: Lang) -> Iterable[Json]:
    """Draw a layer of the plan's own by what its name says, else by its kind."""
    key = layer.name.casefold()
    if key in _ROADS:
        return _roads(layer, colors, lang)
    if key in _WATER:
        return [_line(layer, colors.water, 0.8, 3.0, lang)]
    if layer.name in RESERVED or key in _OUTLINES:
        return []
    if layer.kind == "point":
        paint = {"circle-color": colors.text, "circle-radius": 3, "circle-stroke-color": colors.halo}
        circle = {**paint, "circle-stroke-width": 1}
        return [layer_of(layer.name, "circle", layer.name, minzoom=12, metadata=name_of(key, lang), paint=circle)]
    return [_line(layer, colors.outline, 0.4, 1.2, lang)]


def _line(layer: SourceLayer, color: str, thin: float, thick: float, lang: Lang) -> Json:
    paint = {"line-color": color, "line-width": ["interpolate", ["linear"], ["zoom"], 10, thin, 17, thick]}
    layout = {"line-join": "round", "line-cap": "round"}
    name = name_of(layer.name.casefold(), lang)
    return layer_of(layer.name, "line", layer.name, metadata=name, layout=layout, paint=paint)


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
    name = name_of("roads", lang)
    return [
        layer_of(f"{layer.name}-casing", "line", layer.name, minzoom=12, metadata=name, layout=layout, paint=casing),
        layer_of(layer.name, "line", layer.name, minzoom=11, metadata=name, layout=layout, paint=core),
    ]


def boundaries(colors: Ink, lang: Lang) -> Iterable[Json]:
    """Draw the borders of WP, SWP and blok."""
    for level, minzoom, thin, thick, dash in (
        ("BLOK", 13, 0.5, 1.4, [2, 2]),
        ("SWP", 11, 0.8, 2.2, [6, 2, 1, 2]),
        ("WP", MINZOOM, 1.2, 3.2, [8, 3]),
    ):
        yield layer_of(
            f"boundary-{level.lower()}",
            "line",
            "boundaries",
            minzoom=minzoom,
            filter=["==", ["get", "level"], level],
            metadata=name_of(level, lang),
            paint={
                "line-color": colors.boundary,
                "line-dasharray": dash,
                "line-width": ["interpolate", ["linear"], ["zoom"], minzoom, thin, 17, thick],
            },
        )


def labels(layers: Sequence[SourceLayer], colors: Ink, font: str, lang: Lang) -> Iterable[Json]:
    """Write the labels of zones, roads and rivers."""
    paint = {"text-color": colors.text, "text-halo-color": colors.halo, "text-halo-width": 1.2}
    code = ["coalesce", ["get", "label"], ""]
    full = ["format", code, {"font-scale": 1}, "\n", {}, ["coalesce", ["get", "NAMOBJ"], ""], {"font-scale": 0.8}]
    yield layer_of(
        "zone-labels",
        "symbol",
        "zone_labels",
        minzoom=14,
        metadata=name_of("labels", lang),
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
            yield layer_of(
                f"{layer.name}-labels",
                "symbol",
                layer.name,
                minzoom=15,
                metadata=name_of("labels", lang),
                layout={
                    "symbol-placement": "line",
                    "text-field": ["coalesce", ["get", "NAMOBJ"], ""],
                    "text-font": [font],
                    "text-size": 11,
                },
                paint={**paint, **({"text-color": colors.water} if layer.name.casefold() in _WATER else {})},
            )
