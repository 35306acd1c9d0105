"""The rasters that a plan registers: nothing else is ever opened for a name in an address. Draws no pixels."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rdtr.tiles import raster_point
from rdtr.tiles.rasterabout import about_of, colormap_of
from rdtr.tiles.rasterinfo import RasterInfo, raster_info
from rdtr.types import Lang
from rdtr.zoning.plan import Plan
from rdtr.zoning.rasters import RasterLayer

__all__ = ["info_of", "raster_of", "rasters_of", "value_at"]


_OPEN_FILES: Final = Path("/proc/self/fd")
"""Where Linux lets a process open again what it holds open, also after that was replaced or removed."""


def rasters_of(plan: Plan) -> Mapping[str, RasterLayer]:
    """Return the rasters of a plan by name, their files held open from the first call on.

    A package that is replaced takes the place of the files of the version before it, whose addresses go on answering:
    from the files as they were. Only Linux has a way to do that; elsewhere an old version shows the new rasters.

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


class _Held(Mapping[str, RasterLayer]):
    """Rasters whose files stay open as long as this lives."""

    def __init__(self, rasters: Mapping[str, RasterLayer]) -> None:
        self._rasters = {name: self._holding(one) for name, one in rasters.items()}

    def __getitem__(self, name: str) -> RasterLayer:
        return self._rasters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rasters)

    def __len__(self) -> int:
        return len(self._rasters)

    def _holding(self, raster: RasterLayer) -> RasterLayer:
        web = None if raster.web is None else self._opened(raster.web)
        return replace(raster, path=self._opened(raster.path), web=web)

    def _opened(self, path: Path) -> Path:
        try:
            number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # whoever reads it says so, with its name
            return path
        weakref.finalize(self, os.close, number)
        return _OPEN_FILES / str(number)


def _rasters(plan: Plan) -> Mapping[str, RasterLayer]:
    layers = plan.layers
    found = {name: layer for name in layers if isinstance(layer := layers[name], RasterLayer)}
    return _Held(found) if _OPEN_FILES.is_dir() else found
