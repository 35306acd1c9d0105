"""From a plan to what web maps draw: tiles, styles, legends, archives. Knows no HTTP and reads no plan files.

Names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdtr.tiles.archive import Archive
    from rdtr.tiles.grid import grid, plan_grid
    from rdtr.tiles.legend import legend
    from rdtr.tiles.pyramid import write_pmtiles
    from rdtr.tiles.qml import qml
    from rdtr.tiles.raster import raster_point, raster_statistics, raster_tile
    from rdtr.tiles.render import zone_image
    from rdtr.tiles.sld import sld
    from rdtr.tiles.style import style
    from rdtr.tiles.tilejson import tilejson
    from rdtr.tiles.vector import vector_tile
    from rdtr.tiles.wmts import wmts

__all__ = [
    "Archive",
    "grid",
    "legend",
    "plan_grid",
    "qml",
    "raster_point",
    "raster_statistics",
    "raster_tile",
    "sld",
    "style",
    "tilejson",
    "vector_tile",
    "wmts",
    "write_pmtiles",
    "zone_image",
]

_HOMES = {
    "Archive": "archive", "grid": "grid", "legend": "legend", "plan_grid": "grid", "qml": "qml", "raster_point": "raster",
    "raster_statistics": "raster", "raster_tile": "raster", "sld": "sld", "style": "style", "tilejson": "tilejson",
    "vector_tile": "vector", "wmts": "wmts", "write_pmtiles": "pyramid", "zone_image": "render",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rdtr.tiles' has no attribute {name!r}")
    return getattr(import_module(f"rdtr.tiles.{_HOMES[name]}"), name)
