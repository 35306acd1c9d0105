"""How a raster of a plan is shown: which colours by its name, or as the file holds it. Draws and reads no pixels."""

from __future__ import annotations

from typing import Final

from rdtr.tiles.rastercolors import Colormap, colormap
from rdtr.tiles.rasterinfo import RasterInfo, raster_info
from rdtr.zoning.plan import Plan, RasterLayer

__all__ = ["colors_of", "info_of", "raster_of", "rasters_of"]

_WORDS: Final = {
    "terrain": ("dem", "dtm", "elev", "tinggi", "terrain"),
    "slope": ("slope", "lereng"),
    "flood": ("flood", "banjir"),
}
"""What the name of a raster of one band tells of its values; any other is drawn in greys."""


def rasters_of(plan: Plan) -> dict[str, RasterLayer]:
    """Return the rasters of a plan by name."""
    layers = plan.layers
    return {name: layer for name in layers if isinstance(layer := layers[name], RasterLayer)}


def raster_of(plan: Plan, name: str) -> RasterLayer | None:
    """Return a registered raster; None for any other name, and nothing is opened for it."""
    return plan.derived("service rasters", rasters_of).get(name)


def info_of(plan: Plan, raster: RasterLayer) -> RasterInfo:
    """Return what a raster is, found out once."""
    return plan.derived(f"service raster info {raster.name}", lambda _: raster_info(raster))


def colors_of(plan: Plan, raster: RasterLayer) -> Colormap | None:
    """Return the colours to draw a raster in; None: those of the file.

    Examples
    --------
    >>> [name for name, words in _WORDS.items() if any(word in "peta_banjir" for word in words)]
    ['flood']
    """
    return plan.derived(f"service raster colors {raster.name}", lambda p: _colors(p, raster))


def _colors(plan: Plan, raster: RasterLayer) -> Colormap | None:
    info = info_of(plan, raster)
    if info.stored is not None or len(info.bands) != 1:
        return None
    low = raster.name.casefold()
    return next((colormap(name) for name, words in _WORDS.items() if any(word in low for word in words)), None)
