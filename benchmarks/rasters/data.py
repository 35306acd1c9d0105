"""The rasters that are measured: made up, seeded, written once as a plan package has them. Times nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rdtr.io.raster import write_cog, write_web_cog
from rdtr.tiles.rastercolors import colormap
from rdtr.tiles.rasterinfo import raster_info

__all__ = ["Case", "make", "tiles_over"]

_CORNER: Final = (550_000.0, 12_000.0)  # UTM 50N, Bontang
_FLOOD: Final = {int(c.low): c.color for c in colormap("flood").classes}


@dataclass(frozen=True)
class Case:
    """One way to ask for tiles.

    Attributes
    ----------
    title
        What the table calls it.
    path
        The file, the same for everybody.
    source
        What that was made from, or the same: its bounds and zooms are those with data.
    format
        Of the picture.
    ours, theirs
        How it is to look: options of `rdtr.tiles.raster_tile` and of the titiler worker, of the same meaning.
    """

    title: str
    path: Path
    source: Path
    format: str
    ours: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)


def make(folder: Path, cells: int, seed: int = 0) -> list[Case]:
    """Write the rasters, `cells` a side, and say how they are asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    dem = write_cog(folder / "dem.tif", _hills(rng, cells), _bounds(cells, 8.0), 9480, nodata=-9999.0)
    classes = np.digitize(_hills(rng, cells), [20, 40, 60]).astype(np.uint8)
    flood = write_cog(folder / "flood.tif", classes, _bounds(cells, 8.0), 9480, nodata=255)
    photo = write_cog(folder / "photo.tif", _photo(rng, cells), _bounds(cells, 0.5), 9480, overviews="average")
    web_dem = write_web_cog(folder / "dem.web.tif", dem, "continuous")
    web_photo = write_web_cog(folder / "photo.web.tif", photo, "imagery")
    jpeg = write_web_cog(folder / "photo.jpeg.tif", photo, "imagery", codec="jpeg")
    greys = ({"rescale": (0.0, 100.0)}, {"rescale": [0.0, 100.0]})
    colors = {value: [*bytes.fromhex(color[1:]), 255][:4] for value, color in _FLOOD.items()}
    return [
        Case("elevation in UTM, greys, PNG", dem, dem, "png", *greys),
        Case("elevation on web tiles, greys, PNG", web_dem, dem, "png", *greys),
        Case("flood classes in UTM, PNG", flood, flood, "png", {"colormap": "flood"}, {"colormap": colors}),
        Case("photo in UTM, PNG", photo, photo, "png"),
        Case("photo in UTM, WebP", photo, photo, "webp"),
        Case("photo in UTM, JPEG", photo, photo, "jpg"),
        Case("photo on web tiles, WebP, as stored", web_photo, photo, "webp"),
        Case("photo on web tiles, JPEG, as stored", jpeg, photo, "jpg"),
    ]


def tiles_over(case: Case, count: int, seed: int = 0) -> dict[int, list[tuple[int, int]]]:
    """Choose tiles by zoom, at random among those with data: the finest zooms of the raster."""
    rng = np.random.default_rng(seed)
    info, stored = raster_info(case.source), raster_info(case.path)
    finest = stored.maxzoom if stored.stored else info.maxzoom
    west, south, east, north = info.bounds
    chosen = {}
    for z in range(finest - 2, finest + 1):
        lon, lat = rng.uniform(west, east, 4 * count), rng.uniform(south, north, 4 * count)
        x = ((lon + 180.0) / 360.0 * 2**z).astype(int)
        y = ((1.0 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2.0 * 2**z).astype(int)
        chosen[z] = list(dict.fromkeys(zip(x.tolist(), y.tolist(), strict=True)))[:count]
    return chosen


def _bounds(cells: int, cell_m: float) -> tuple[float, float, float, float]:
    x, y = _CORNER
    return x, y, x + cells * cell_m, y + cells * cell_m


def _hills(rng: np.random.Generator, cells: int) -> NDArray[np.float32]:
    """Heights of 0 to 100 m with the roughness of ground."""
    total = np.zeros((cells, cells))
    for wave in (4, 9, 23, 61, 150):
        phase = rng.uniform(0, 2 * np.pi, 2)
        rows, columns = np.mgrid[:cells, :cells] / cells * 2 * np.pi * wave
        total += np.sin(rows + phase[0]) * np.cos(columns + phase[1]) / wave**0.7
    total = (total - total.min()) / np.ptp(total) * 100.0 + rng.normal(0.0, 0.15, total.shape)
    return total.clip(0.0).astype(np.float32)


def _photo(rng: np.random.Generator, cells: int) -> NDArray[np.uint8]:
    """Three bands as rough as an aerial photo: large forms, and noise that neighbours share."""
    noise = rng.normal(0.0, 12.0, (3, cells, cells))
    noise = noise + np.roll(noise, 1, axis=1) + np.roll(noise, 1, axis=2)
    forms = np.stack([_hills(rng, cells) for _ in range(3)]) * 1.6 + 40.0
    return (forms + noise).clip(0, 255).astype(np.uint8)
