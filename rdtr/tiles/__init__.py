"""From a plan to what web maps draw: tiles, styles, legends, archives. Knows no HTTP and reads no plan files.

Names are loaded when they are first used. What has the name of its module is taken from there:
``from rdtr.tiles.style import style``, likewise grid, legend, qml, sld, tilejson and wmts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdtr.tiles.archive import Archive
    from rdtr.tiles.grid import plan_grid
    from rdtr.tiles.pyramid import write_pmtiles
    from rdtr.tiles.raster import raster_point, raster_statistics, raster_tile
    from rdtr.tiles.render import zone_image
    from rdtr.tiles.vector import vector_tile

__all__ = [
    "Archive",
    "plan_grid",
    "raster_point",
    "raster_statistics",
    "raster_tile",
    "vector_tile",
    "write_pmtiles",
    "zone_image",
]

_HOMES = {
    "Archive": "archive", "plan_grid": "grid", "raster_point": "raster",
    "raster_statistics": "raster", "raster_tile": "raster",
    "vector_tile": "vector", "write_pmtiles": "pyramid", "zone_image": "render",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rdtr.tiles' has no attribute {name!r}")
    return getattr(import_module(f"rdtr.tiles.{_HOMES[name]}"), name)
