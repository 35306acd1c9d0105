"""WebP and JPEG from pixels, by GDAL in memory; safe in threads. Opens no files and chooses no colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from rdtr.errors import TileError
from rdtr.tiles.png import Pixels

__all__ = ["encoded"]

# a picture lies nowhere, but rasterio warns of that, and a warning can be silenced only for all threads at once, as
# rio-tiler does, whose threads then see each other's warnings: so it lies somewhere
_SOMEWHERE = Affine(1.0, 0.0, 0.0, 0.0, -1.0, 1.0)
_OPAQUE = 255


def encoded(pixels: Pixels, driver: str, exact: bool) -> bytes:
    """Return a picture as bytes.

    Parameters
    ----------
    pixels
        Shape (rows, columns, 3 or 4): RGB or RGBA.
    driver
        ``WEBP``, or ``JPEG``, which takes no alpha.
    exact
        True: every pixel keeps its colour (WebP only).

    Raises
    ------
    TileError
        If GDAL cannot encode it.

    Examples
    --------
    >>> encoded(np.zeros((8, 8, 4), np.uint8), "WEBP", True)[8:12]
    b'WEBP'
    """
    opaque = pixels.shape[2] == 4 and bool((pixels[..., 3] == _OPAQUE).all())
    planes = np.ascontiguousarray(np.moveaxis(pixels[..., :3] if opaque else pixels, -1, 0))
    profile: dict[str, Any] = {"driver": driver, "dtype": "uint8", "count": len(planes), "transform": _SOMEWHERE}
    if exact:
        profile["LOSSLESS"] = "YES"
    try:
        with rasterio.Env(GDAL_PAM_ENABLED="NO"), MemoryFile() as memory:
            with memory.open(height=pixels.shape[0], width=pixels.shape[1], **profile) as file:
                file.write(planes)
            return bytes(memory.read())
    except RasterioError as error:
        raise TileError(f"a picture of {pixels.shape} cannot be made by {driver} ({error})") from error
