"""The rasters that a plan registers: nothing else is ever opened for a name in an address. Draws no pixels."""

from __future__ import annotations

from typing import Any

from rdtr.tiles import raster_point
from rdtr.tiles.rasterabout import about_of, colormap_of
from rdtr.tiles.rasterinfo import RasterInfo, raster_info
from rdtr.types import Lang
from rdtr.zoning.plan import Plan
from rdtr.zoning.rasters import RasterLayer

__all__ = ["info_of", "raster_of", "rasters_of", "value_at"]


def rasters_of(plan: Plan) -> dict[str, RasterLayer]:
    """Return the rasters of a plan by name.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> raster_of(sample_city(parcels=500).plan, "/etc/passwd") is None
    True
    """
    return plan.derived("service rasters", _rasters)


def raster_of(plan: Plan, name: str) -> RasterLayer | None:
    """Return a registered raster; None for any other name, and nothing is opened for it."""
    return rasters_of(plan).get(name)


def info_of(plan: Plan, raster: RasterLayer) -> RasterInfo:
    """Return what a raster is, found out once."""
    return plan.derived(f"service raster info {raster.name}", lambda _: raster_info(raster))


def value_at(raster: RasterLayer, lon: float, lat: float, lang: Lang) -> dict[str, Any]:
    """Return value, unit and, where the values are classes, the words of a raster at a place; None: nothing known."""
    values = raster_point(raster, lon, lat)
    first = values[0] if values else None
    return {"value": first, "values": list(values), "unit": about_of(raster).unit, "label": _label(raster, first, lang)}


def _label(raster: RasterLayer, value: float | None, lang: Lang) -> str | None:
    colors = colormap_of(raster)
    if colors is None or colors.kind != "class" or value is None:
        return None
    found = next((c for c in colors.classes if c.low == value or c.low <= value < c.high), None)
    return (found.label_id if lang == "id" else found.label_en) if found else None


def _rasters(plan: Plan) -> dict[str, RasterLayer]:
    layers = plan.layers
    return {name: layer for name in layers if isinstance(layer := layers[name], RasterLayer)}
