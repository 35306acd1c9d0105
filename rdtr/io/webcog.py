"""How a raster becomes one whose blocks are web tiles: its masks, its zoom, its levels. Writes nothing."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.warp import calculate_default_transform, transform_bounds

from rdtr.errors import GeometryError

__all__ = ["WebKind", "web_options", "web_source"]

WebKind: TypeAlias = Literal["imagery", "class", "continuous"]
"""What the cells are: colours as the eye sees them, numbers of classes, or measures."""

_BLOCK = 256  # pixels: one web tile
_HALF_M = math.pi * 6_378_137.0  # half the side of WebMercatorQuad
_MOST_ZOOM = 24
_MOST_LEVELS = 10  # that GDAL aligns
_COARSER = 0.2  # of a zoom level: cells may grow by 15 % before the next level, of four times the cells, is taken
_OPTIONS: dict[WebKind, dict[str, Any]] = {
    "imagery": {"RESAMPLING": "BILINEAR", "OVERVIEW_RESAMPLING": "AVERAGE"},
    "class": {"RESAMPLING": "NEAREST", "OVERVIEW_RESAMPLING": "MODE", "COMPRESS": "DEFLATE"},
    "continuous": {
        "RESAMPLING": "BILINEAR",
        "OVERVIEW_RESAMPLING": "AVERAGE",
        "COMPRESS": "DEFLATE",
        "PREDICTOR": "YES",
    },
}


def web_source(dataset: Any, kind: WebKind, name: str) -> WarpedVRT:
    """Return the source with a way to say what is not known: imagery by alpha, classes by a value of their own.

    Parameters
    ----------
    dataset
        An open raster that has a CRS.
    kind
        What its cells are.
    name
        What messages call the file to be written.

    Raises
    ------
    GeometryError
        If its bands cannot be what `kind` says.
    """
    bands, dtype = dataset.count, dataset.dtypes[0]
    if kind == "imagery" and (bands not in (1, 3, 4) or dtype != "uint8"):
        raise GeometryError(f"{name}: {bands} bands of {dtype} are no imagery; wanted 1, 3 or 4 bands of bytes")
    if kind == "class" and (bands != 1 or np.dtype(dtype).kind == "f"):
        raise GeometryError(f"{name}: {bands} bands of {dtype} hold no classes; wanted one band of whole numbers")
    crs, options = dataset.crs, {"resampling": Resampling.nearest}
    has_alpha = ColorInterp.alpha in dataset.colorinterp
    if kind == "class" and dataset.nodata is None and dtype == "uint8" and not has_alpha:
        used = np.bincount(dataset.read(1).ravel(), minlength=256)
        free = np.flatnonzero(used == 0)
        if len(free) and MaskFlags.all_valid in dataset.mask_flag_enums[0]:
            return WarpedVRT(dataset, crs=crs, nodata=int(free[-1]), **options)
    if kind == "continuous" and dataset.nodata is None and np.dtype(dtype).kind == "f" and not has_alpha:
        return WarpedVRT(dataset, crs=crs, nodata=math.nan, **options)  # alpha of floats is read as known everywhere
    if kind == "imagery" or (dataset.nodata is None and not has_alpha):
        return WarpedVRT(dataset, crs=crs, src_nodata=dataset.nodata, add_alpha=not has_alpha, **options)
    return WarpedVRT(dataset, crs=crs, src_nodata=dataset.nodata, nodata=dataset.nodata, **options)


def web_options(dataset: Any, kind: WebKind, codec: str, quality: int, name: str) -> dict[str, Any]:
    """Return how GDAL's COG driver is to write it: the zoom that keeps its cells, aligned levels down to one tile.

    Raises
    ------
    GeometryError
        If the raster reaches beyond web Mercator.
    """
    web = CRS.from_epsg(3857)
    (west, east), (south, north) = sorted(dataset.bounds[::2]), sorted(dataset.bounds[1::2])  # it may lie head over
    transform, _, _ = calculate_default_transform(
        dataset.crs, web, dataset.width, dataset.height, west, south, east, north
    )
    xmin, ymin, xmax, ymax = transform_bounds(dataset.crs, web, west, south, east, north, densify_pts=21)
    if not (transform.a > 0 and np.abs([xmin, ymin, xmax, ymax]).max() < 1.001 * _HALF_M):
        raise GeometryError(
            f"{name}: the raster reaches to where web maps cannot; cut it to 85 degrees north and south"
        )
    exact = math.log2(2 * _HALF_M / (_BLOCK * transform.a))
    zoom = min(max(math.ceil(exact - _COARSER), 0), _MOST_ZOOM)
    tile = 2 * _HALF_M / 2**zoom
    across = (
        max(math.floor(xmax / tile) - math.floor(xmin / tile), math.floor(ymax / tile) - math.floor(ymin / tile)) + 1
    )
    levels = min(math.ceil(math.log2(across)) + 1, zoom + 1, _MOST_LEVELS)
    options = _OPTIONS[kind] | {
        "TILING_SCHEME": "GoogleMapsCompatible",
        "BLOCKSIZE": _BLOCK,
        "ZOOM_LEVEL": zoom,
        "ALIGNED_LEVELS": levels,
        "OVERVIEW_COUNT": levels - 1,
        "OVERVIEWS": "IGNORE_EXISTING",
        "SPARSE_OK": "YES",
    }
    if kind == "imagery":
        gray = dataset.count <= 2
        options |= {"COMPRESS": "JPEG" if gray or codec == "jpeg" else "WEBP", "QUALITY": quality}
    return options
