"""The twin of a raster that web tiles are taken from: whether one is needed, of which kind. What it is for is not known."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from rdtr.errors import GeometryError
from rdtr.io.raster import write_web_cog
from rdtr.io.webcog import WebKind
from rdtr.rasterformats import raster_driver
from rdtr.zoning.rasters import RasterContent

__all__ = ["write_twin"]

_KINDS: Final[dict[RasterContent, WebKind]] = {
    "dem": "continuous",
    "measure": "continuous",
    "classes": "class",
    "imagery": "imagery",
}


def write_twin(source: Path, target: Path, content: RasterContent) -> bool:
    """Write the twin of a raster; return False, and write nothing, if it is its own or cannot have one.

    Parameters
    ----------
    source
        The raster.
    target
        The file to make.
    content
        What its values are; not said: colours are taken as imagery, whole numbers as classes, which are never mixed.

    Raises
    ------
    FileError
        If the raster is damaged, or the file cannot be written.
    """
    kind = _kind_if_needed(source, content)
    if kind is None:
        return False
    try:
        write_web_cog(target, source, kind)
    except GeometryError:  # its values are not what is said of it, or it reaches beyond web maps
        return False
    return True


def _kind_if_needed(source: Path, content: RasterContent) -> WebKind | None:
    driver = raster_driver(source)
    if driver is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(source, driver=driver) as file:
                placed = file.crs is not None and not file.transform.is_identity
                tiled = "NAME" in file.tags(ns="TILING_SCHEME") and file.crs.to_epsg() == 3857
                return _kind(file, content) if placed and not tiled else None
    except RasterioError:  # no raster that is served: whoever draws it says so
        return None


def _kind(file: Any, content: RasterContent) -> WebKind:
    if content:
        return _KINDS[content]
    colors = [dtype for dtype, what in zip(file.dtypes, file.colorinterp, strict=True) if what != ColorInterp.alpha]
    if len(colors) == 3 and set(colors) == {"uint8"}:
        return "imagery"
    return "class" if len(colors) == 1 and np.dtype(colors[0]).kind != "f" else "continuous"
