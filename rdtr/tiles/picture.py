"""From raster values to picture bytes: colours, stretch, transparency, formats. Reads no raster and knows no GDAL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from rdtr.errors import TileError
from rdtr.tiles.png import Pixels, palette_png, pixels_png
from rdtr.tiles.rastercolors import Colormap
from rdtr.types import BoolArray

__all__ = ["CONTENT_TYPES", "Encoder", "Format", "Picture", "Rescale", "colored", "internal", "stretched"]

Format: TypeAlias = Literal["png", "webp", "jpg"]
Rescale: TypeAlias = tuple[float, float]
Encoder: TypeAlias = Callable[[Pixels, str, bool], bytes]
"""Called with (rows, columns, channels), ``WEBP`` or ``JPEG``, and whether every pixel has to be kept."""

CONTENT_TYPES: dict[str, str] = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}
_WHITE = 255  # of a JPEG, which knows no transparency, where nothing is known


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A picture not yet encoded.

    Attributes
    ----------
    pixels
        Shape (rows, columns) of palette indexes, or (rows, columns, channels): gray, gray and alpha, RGB, RGBA.
    palette
        RGBA of each index; None for pixels.
    """

    pixels: Pixels
    palette: Pixels | None = None

    def encode(self, kind: Format, encoder: Encoder) -> bytes:
        """Return the bytes of the picture; classes keep their exact colours in WebP."""
        if kind == "png":
            return pixels_png(self.pixels) if self.palette is None else palette_png(self.pixels, self.palette)
        rgba = self.rgba()
        if kind == "webp":
            return encoder(rgba, "WEBP", self.palette is not None)
        return encoder(_on_white(rgba), "JPEG", False)

    def rgba(self) -> Pixels:
        """Return the picture with four channels."""
        if self.palette is not None:
            return self.palette[self.pixels]
        channels = self.pixels.shape[2]
        color = self.pixels if channels >= 3 else np.repeat(self.pixels[..., :1], 3, axis=2)
        if channels == 4:
            return self.pixels
        alpha = self.pixels[..., 1:] if channels == 2 else np.full_like(self.pixels[..., :1], 255)
        return np.concatenate([color[..., :3], alpha], axis=2)


def colored(values: npt.NDArray[Any], valid: BoolArray, of: Colormap) -> Picture:
    """Colour one band; cells that are not valid are clear."""
    return Picture(np.where(valid, of.indexes(values), np.uint8(0)), of.palette)


def internal(values: npt.NDArray[Any], valid: BoolArray, colors: dict[int, tuple[int, int, int, int]]) -> Picture:
    """Colour one band of bytes by the palette of its file.

    Parameters
    ----------
    values
        uint8, shape (rows, columns).
    valid
        False where nothing is known.
    colors
        RGBA by value, as GDAL gives them.
    """
    palette = np.zeros((256, 4), np.uint8)
    palette[list(colors)] = list(colors.values())
    if valid.all():
        return _shortened(values, palette)
    free = np.flatnonzero(np.bincount(values[valid], minlength=256) == 0)
    if not len(free):  # all 256 colours in one tile, and clear cells besides
        rgba = palette[values]
        rgba[~valid] = 0
        return Picture(rgba)
    palette[free[0]] = 0
    return _shortened(np.where(valid, values, np.uint8(free[0])), palette)


def stretched(values: npt.NDArray[Any], alpha: Pixels, ranges: tuple[Rescale, ...] | None) -> Picture:
    """Make gray or RGB of one or three bands.

    Parameters
    ----------
    values
        Shape (bands, rows, columns).
    alpha
        Shape (rows, columns): 0 clear, 255 opaque.
    ranges
        For each band the values that become 0 and 255, or one for all; None for bytes as they are.
    """
    if len(values) not in (1, 3):
        raise TileError(f"{len(values)} bands cannot be a picture; name one band, or three for red, green and blue")
    if ranges is None:
        planes = values
    else:
        low, high = np.broadcast_to(np.array(ranges, float), (len(values), 2)).T[..., None, None]
        share = (np.where(alpha, values, low) - low) / np.where(high > low, high - low, 1.0)
        planes = np.nan_to_num(np.clip(share, 0.0, 1.0) * 255.0)
    bytes_ = np.round(planes).astype(np.uint8) if planes.dtype != np.uint8 else planes
    if (alpha < 255).any():
        bytes_ = np.concatenate([bytes_ * (alpha > 0), alpha[None]])  # what is clear shall not be packed
    return Picture(np.ascontiguousarray(np.moveaxis(bytes_, 0, -1)))


def _shortened(values: Pixels, palette: Pixels) -> Picture:
    return Picture(values, palette[: int(values.max(initial=0)) + 1])


def _on_white(rgba: Pixels) -> Pixels:
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = (rgba[..., :3] * alpha + _WHITE * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
