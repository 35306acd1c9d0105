"""titiler-core as a peer: what its tile endpoint does with a request, without HTTP. In its own environment."""

from __future__ import annotations

import warnings
from importlib.metadata import version as version_of
from typing import Any

import rasterio
from rio_tiler.io import Reader
from tilewire import timed
from titiler.core.resources.enums import ImageType
from titiler.core.utils import render_image
from wire import serve

# as its documentation advises for speed
GDAL = {
    "GDAL_CACHEMAX": 200,
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_INGESTED_BYTES_AT_OPEN": 32768,
    "VSI_CACHE": "TRUE",
    "VSI_CACHE_SIZE": 5_000_000,
}


def tiles(
    path: str, form: str, look: dict[str, Any], z: int, tiles: list[list[int]], budget_s: float, keep: str | None = None
) -> dict[str, Any]:
    """Make tiles of a zoom of one raster: open, read, render, as in ``TilerFactory.tile``."""
    output, rescale = ImageType(form), look.get("rescale")
    colormap = {int(k): tuple(v) for k, v in look["colormap"].items()} if "colormap" in look else None

    def make(z: int, x: int, y: int) -> bytes:
        with rasterio.Env(**GDAL), Reader(path) as source:
            image = source.tile(x, y, z)
            own = source.colormap
        content, _ = render_image(
            image, output_format=output, colormap=colormap or own, rescale=[tuple(rescale)] if rescale else None
        )
        return content

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return timed(make, z, tiles, budget_s, keep)


def version() -> dict[str, Any]:
    """Version of the package."""
    return {"version": f"titiler.core {version_of('titiler.core')}, rio-tiler {version_of('rio-tiler')}"}


if __name__ == "__main__":
    serve({"tiles": tiles, "version": version})
