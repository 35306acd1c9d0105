"""The rasters that a plan registers: nothing else is ever opened for a name in an address. Draws and reads no pixels."""

from __future__ import annotations

from rdtr.tiles.rasterinfo import RasterInfo, raster_info
from rdtr.zoning.plan import Plan
from rdtr.zoning.rasters import RasterLayer

__all__ = ["info_of", "raster_of", "rasters_of"]


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


def _rasters(plan: Plan) -> dict[str, RasterLayer]:
    layers = plan.layers
    return {name: layer for name in layers if isinstance(layer := layers[name], RasterLayer)}
