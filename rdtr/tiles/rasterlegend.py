"""The legend of a raster as data: its name, classes with words, or the stops of a ramp. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from rdtr.tiles.overlays import require_lang
from rdtr.tiles.raster import raster_statistics
from rdtr.tiles.rasterabout import about_of, colormap_of
from rdtr.tiles.rastercolors import Colormap
from rdtr.tiles.rastersource import Raster, key_of, opened
from rdtr.types import Lang
from rdtr.zoning.rasters import ColorClass, RasterLayer

__all__ = ["raster_legend"]

Json: TypeAlias = dict[str, Any]

_GREYS: Final = ("#000000", "#ffffff")


def raster_legend(raster: Raster, *, lang: Lang = "id") -> Json:
    """Return the legend of a raster, ready for JSON.

    Parameters
    ----------
    raster
        A raster of a plan, or a file.
    lang
        Of title and labels; where one of them is not stated, the other language stands in.

    Returns
    -------
    dict
        ``name``, ``title``, ``unit``, ``reference``, ``kind`` and ``entries``. ``kind`` is ``class`` (each entry a
        colour for values from ``low`` up to, not including, ``high``; equal: this value alone), ``ramp`` (colours between
        entries are mixed), or ``image`` (colours as the eye sees them: no entries). Bounds that are infinite are None.

    Raises
    ------
    TileError
        For an unknown language, or colours that cannot be used.
    FileError
        If the raster cannot be opened where its colours are asked of the file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from rdtr.zoning.rasters import RasterAbout
    >>> flood = RasterLayer("flood", Path("flood.tif"), "", RasterAbout("classes", colors="flood"))
    >>> [entry["label"] for entry in raster_legend(flood, lang="en")["entries"]]
    ['No flood', 'Low', 'Medium', 'High']
    """
    require_lang(lang)
    about, colors = about_of(raster), colormap_of(raster)
    name = raster.name if isinstance(raster, RasterLayer) else key_of(raster)[0].rpartition("/")[2]
    kind, classes = ("image", ()) if about.content == "imagery" else _shown(raster, colors)
    return {
        "name": name,
        "title": _word(about.title, about.title_en, lang) or name,
        "unit": about.unit,
        "reference": about.reference,
        "kind": kind,
        "lang": lang,
        "entries": [_entry(each, kind, lang) for each in classes],
    }


def _shown(raster: Raster, colors: Colormap | None) -> tuple[str, tuple[ColorClass, ...]]:
    if colors is not None:
        return colors.kind, colors.classes
    with opened(key_of(raster)) as source:
        bands, palette, is_byte = len(source.color_bands), source.colors, source.dataset.dtypes[0] == "uint8"
    if palette is not None:
        return "class", _palette_classes(raster, palette)
    if bands >= 3:
        return "image", ()
    return "ramp", _greys((0.0, 255.0) if is_byte else _stretch(raster))


def _palette_classes(raster: Raster, palette: Mapping[int, tuple[int, ...]]) -> tuple[ColorClass, ...]:
    with opened(key_of(raster)) as source:
        nodata = source.dataset.nodata
    # black is what GDAL has for values without a colour
    said = {
        value: color for value, color in palette.items() if color != (0, 0, 0, 255) and color[3] and value != nodata
    }
    return tuple(
        ColorClass(float(v), float(v), "#" + bytes(c[:3] if c[3] == 255 else c).hex(), f"{v}") for v, c in said.items()
    )


def _stretch(raster: Raster) -> tuple[float, float]:
    first = raster_statistics(raster)[0]
    return first.p2 or 0.0, first.p98 or 0.0


def _greys(stretch: tuple[float, float]) -> tuple[ColorClass, ...]:
    return tuple(ColorClass(v, v, grey, f"{v:g}") for v, grey in zip(stretch, _GREYS, strict=True))


def _entry(each: ColorClass, kind: str, lang: Lang) -> Json:
    high = each.low if kind == "ramp" else each.high
    return {
        "low": _finite(each.low),
        "high": _finite(high),
        "color": each.color,
        "label": _word(each.label_id, each.label_en, lang) or f"{each.low:g}",
        "reference": each.reference,
        "confidence": each.confidence,
    }


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None


def _word(in_id: str, in_en: str, lang: Lang) -> str:
    return (in_id or in_en) if lang == "id" else (in_en or in_id)
