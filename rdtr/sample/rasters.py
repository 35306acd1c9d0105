"""Rasters: a small elevation model and flood classes, from the same river and coast that the plan is drawn around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from rdtr.sample.frame import Frame
from rdtr.sample.outskirts import Outskirts
from rdtr.types import BoolArray, FloatArray
from rdtr.zoning.rasters import NOTHING_SAID, RasterAbout

__all__ = ["SampleRaster", "sample_rasters"]

AnyFloat: TypeAlias = npt.NDArray[np.floating[Any]]

_CELL_M = 15.0
_MOST_CELLS = 900  # a side; a larger city has larger cells
_MARGIN_M = 60.0
_DEM_NODATA = -9999.0
_FLOOD_NODATA = 255
_MADE_UP = "data contoh buatan rdtr"
_DEM = RasterAbout("dem", "Ketinggian", "Elevation", "m", "terrain", reference=_MADE_UP)
_FLOOD = RasterAbout("classes", "Rawan banjir", "Flood hazard", colors="flood", reference=_MADE_UP)


@dataclass(frozen=True, eq=False, slots=True)
class SampleRaster:
    """A raster of the sample city, north up.

    Attributes
    ----------
    array
        Shape (rows, columns), the northern row first.
    bounds
        xmin, ymin, xmax, ymax in SRGI2013 / UTM 50N, metres.
    nodata
        What cells hold where nothing is known.
    about
        What its values mean.
    """

    array: npt.NDArray[np.float32] | npt.NDArray[np.uint8]
    bounds: tuple[float, float, float, float]
    nodata: float
    about: RasterAbout = NOTHING_SAID


def sample_rasters(frame: Frame, ring: Outskirts, seed: int) -> dict[str, SampleRaster]:
    """Make ``dem`` (float32, metres) and ``flood`` (uint8: 0 none, 1 low, 2 medium, 3 high), square cells.

    Parameters
    ----------
    frame, ring
        The town and the edge of its plan; the open sea has no data.
    seed
        Of the hills.
    """
    rng = np.random.default_rng([seed, 12])
    bounds, cell = _grid(ring.rails[2])
    columns, rows = round((bounds[2] - bounds[0]) / cell), round((bounds[3] - bounds[1]) / cell)
    x = bounds[0] + (np.arange(columns) + 0.5) * cell
    y = bounds[3] - (np.arange(rows) + 0.5) * cell
    u, v = frame.to_town(*np.meshgrid(x, y))
    ground = _ground(frame, u, v, rng)
    at_sea = _at_sea(ring, x, y) & (u > 0.97 * frame.width_m)
    dem = np.where(at_sea, _DEM_NODATA, np.round(ground, 2)).astype(np.float32)
    flood = np.where(at_sea, _FLOOD_NODATA, _flood(frame, u, v, ground)).astype(np.uint8)
    return {
        "dem": SampleRaster(dem, bounds, _DEM_NODATA, _DEM),
        "flood": SampleRaster(flood, bounds, _FLOOD_NODATA, _FLOOD),
    }


def _grid(edge: FloatArray) -> tuple[tuple[float, float, float, float], float]:
    low, high = edge.min(axis=0) - _MARGIN_M, edge.max(axis=0) + _MARGIN_M
    cell = float(max(_CELL_M, np.ceil((high - low).max() / _MOST_CELLS / 5.0) * 5.0))
    low, high = np.floor(low / cell) * cell, np.ceil(high / cell) * cell
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1])), cell


def _at_sea(ring: Outskirts, x: AnyFloat, y: AnyFloat) -> BoolArray:
    edge = shapely.Polygon(ring.rails[2])
    shapely.prepare(edge)
    inside: BoolArray = shapely.contains_xy(edge, *np.meshgrid(x, y))
    return ~inside


def _ground(frame: Frame, u: FloatArray, v: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Metres above the sea: a plain that rises inland, hills in the north-west, a valley along the river."""
    s, t = u / frame.width_m, v / frame.height_m
    inland = np.clip(1.05 - s, 0.0, 1.5)
    height = 0.6 + 14.0 * inland**1.4 + 38.0 * np.exp(-((s + 0.05) ** 2 + (t - 1.05) ** 2) / 0.11)
    for _ in range(7):  # hills, not cells
        cu, cv, size = rng.uniform(-0.1, 0.8), rng.uniform(-0.1, 1.1), rng.uniform(0.05, 0.15)
        height = height + rng.uniform(1.5, 7.0) * inland * np.exp(-((s - cu) ** 2 + (t - cv) ** 2) / size**2)
    from_river = np.abs(v - frame.river_v)
    valley = np.exp(-((from_river / (0.09 * frame.size_m + frame.water_m)) ** 2))
    height = height * (1.0 - 0.72 * valley)
    return np.where(from_river < frame.water_m / 2, np.minimum(height - 1.5, 0.4 + 6.0 * inland), height)


def _flood(frame: Frame, u: FloatArray, v: FloatArray, ground: FloatArray) -> npt.NDArray[np.int64]:
    reach = float(np.clip(frame.size_m / 1600.0, 1.0, 3.0))
    from_water = (np.abs(v - frame.river_v) - frame.water_m / 2) / reach
    low = ground < 9.0
    return np.select(
        [from_water < 30.0, (from_water < 75.0) & low, ((from_water < 150.0) & low) | (ground < 1.2)], [3, 2, 1], 0
    )
