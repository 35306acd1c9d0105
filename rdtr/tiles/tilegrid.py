"""A tile grid as numbers: where a tile lies, which tiles bounds reach into. Knows no registry of grids and no plan."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import pyproj
import shapely

from rdtr import crs as frames
from rdtr.errors import TileError
from rdtr.types import CrsPolicy

__all__ = ["Bounds", "Grid", "Matrix", "TileRange", "four", "moved"]

Bounds: TypeAlias = tuple[float, float, float, float]
"""xmin, ymin, xmax, ymax: always x before y, whatever the CRS says."""
TileRange: TypeAlias = tuple[int, int, int, int]
"""xmin, ymin, xmax, ymax of tiles, the last ones included."""

_ON_EDGE: Final = 1e-9  # of a tile; bounds that reach less far into a tile do not want it
_BOX_PIECES: Final = 32  # sides of a box are cut into so many pieces before they are bent into another CRS


@dataclass(frozen=True, slots=True)
class Matrix:
    """The tiles of one zoom.

    Attributes
    ----------
    zoom
        Its number, mostly 0 and more.
    resolution
        Grid units a pixel.
    scale_denominator
        As WMTS wants it, for pixels of 0.28 mm.
    left, top
        Corner of tile 0/0, grid units.
    columns, rows
        How many tiles there are.
    tile_width, tile_height
        Pixels a tile.
    coalesce
        Rows whose tiles are wider: first row, last row, how many columns are one tile. Empty for ordinary grids.
    """

    zoom: int
    resolution: float
    scale_denominator: float
    left: float
    top: float
    columns: int
    rows: int
    tile_width: int
    tile_height: int
    coalesce: tuple[tuple[int, int, int], ...] = ()

    def wide(self, row: int) -> int:
        """How many columns are one tile in this row; 1 in ordinary grids."""
        return next((factor for first, last, factor in self.coalesce if first <= row <= last), 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """A tile matrix set, frozen: numbers only, so that asking it costs no copy and it can be a cache key.

    Get it from `grid` or `plan_grid`. Rows are counted from the top, x comes before y.

    Attributes
    ----------
    name
        Its identifier, as it stands in addresses.
    crs
        In which tiles lie.
    crs_uri
        The same as an address of OGC; WKT where there is none.
    matrices
        One for each zoom, from the coarsest.
    y_first
        True where documents for others (WMTS) write northing or latitude first; no method here does.
    well_known_scale_set
        Address of the scale set, None where there is none.
    document
        OGC Tile Matrix Set 2.0, JSON text.
    """

    name: str
    crs: pyproj.CRS = field(compare=False)
    crs_uri: str
    matrices: tuple[Matrix, ...]
    y_first: bool = False
    well_known_scale_set: str | None = None
    document: str = field(default="", compare=False, repr=False)

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<Grid {self.name}: {self.crs.name}, zoom {self.minzoom}-{self.maxzoom}>"

    @property
    def minzoom(self) -> int:
        """The coarsest zoom."""
        return self.matrices[0].zoom

    @property
    def maxzoom(self) -> int:
        """The finest zoom."""
        return self.matrices[-1].zoom

    @property
    def bounds(self) -> Bounds:
        """What the coarsest zoom covers, grid units."""
        m = self.matrices[0]
        return (
            m.left,
            m.top - m.rows * m.tile_height * m.resolution,
            m.left + m.columns * m.tile_width * m.resolution,
            m.top,
        )

    def matrix(self, zoom: int) -> Matrix:
        """Return the tiles of one zoom.

        Raises
        ------
        TileError
            If the grid has no such zoom.
        """
        number = _whole(zoom, "zoom", self.name)
        if not self.minzoom <= number <= self.maxzoom:
            raise TileError(
                f"grid {self.name}: zoom {number} is not there; it has zoom {self.minzoom} to {self.maxzoom}"
            )
        return self.matrices[number - self.minzoom]

    def resolution(self, zoom: int) -> float:
        """Grid units a pixel at a zoom.

        Examples
        --------
        >>> from rdtr.tiles.grid import grid
        >>> round(grid().resolution(14), 3)
        9.555
        """
        return self.matrix(zoom).resolution

    def require(self, z: int, x: int, y: int) -> None:
        """Refuse a tile that the grid does not have.

        Raises
        ------
        TileError
            For a number that is negative, too large or not whole.

        Examples
        --------
        >>> from rdtr.tiles.grid import grid
        >>> grid().require(2, 4, 0)
        Traceback (most recent call last):
        rdtr.errors.TileError: grid WebMercatorQuad: tile 2/4/0 is outside; at zoom 2 x goes from 0 to 3, y from 0 to 3
        """
        m = self.matrix(z)
        column, row = _whole(x, "x", self.name), _whole(y, "y", self.name)
        if not (0 <= column < m.columns and 0 <= row < m.rows):
            raise TileError(
                f"grid {self.name}: tile {m.zoom}/{column}/{row} is outside; at zoom {m.zoom} x goes from 0 to "
                f"{m.columns - 1}, y from 0 to {m.rows - 1}"
            )

    def tile_bounds(self, z: int, x: int, y: int) -> Bounds:
        """Return the box of a tile in grid units; neighbours have the very same number on their common edge.

        Raises
        ------
        TileError
            If the grid has no such tile.

        Examples
        --------
        >>> from rdtr.tiles.grid import grid
        >>> grid("WorldCRS84Quad").tile_bounds(0, 1, 0)
        (0.0, -90.0, 180.0, 90.0)
        """
        self.require(z, x, y)
        m = self.matrix(z)
        wide = m.wide(y)
        column = x // wide * wide
        width, height = m.resolution * m.tile_width, m.resolution * m.tile_height
        return (
            m.left + column * width,
            m.top - (y + 1) * height,
            m.left + (column + wide) * width,
            m.top - y * height,
        )

    def tiles_over(self, bounds: Bounds, zoom: int) -> TileRange:
        """Return the range of tiles that bounds reach into; a touch along an edge does not count.

        Parameters
        ----------
        bounds
            Grid units. A point on an edge belongs to the tile right of it or below it.
        zoom
            Which zoom.

        Returns
        -------
        TileRange
            xmin, ymin, xmax, ymax, the last ones included.

        Raises
        ------
        TileError
            If the bounds are no box, or lie wholly outside the grid.

        Examples
        --------
        >>> from rdtr.tiles.grid import grid
        >>> grid("WorldCRS84Quad").tiles_over((117.4, 0.0, 117.6, 0.2), 10)
        (1691, 510, 1693, 511)
        """
        m = self.matrix(zoom)
        xmin, ymin, xmax, ymax = _box(bounds, self.name)
        width, height = m.resolution * m.tile_width, m.resolution * m.tile_height
        first_x, last_x = _span((xmin - m.left) / width, (xmax - m.left) / width)
        first_y, last_y = _span((m.top - ymax) / height, (m.top - ymin) / height)
        if last_x < 0 or last_y < 0 or first_x >= m.columns or first_y >= m.rows:
            raise TileError(f"grid {self.name}: bounds {_plain(bounds)} lie outside {_plain(self.bounds)}")
        return max(first_x, 0), max(first_y, 0), min(last_x, m.columns - 1), min(last_y, m.rows - 1)

    def bounds_lonlat(self, bounds: Bounds, policy: CrsPolicy = "null") -> Bounds:
        """Return west, south, east, north in degrees of a box in grid units.

        Examples
        --------
        >>> from rdtr.tiles.grid import grid
        >>> [round(v, 6) for v in grid().bounds_lonlat(grid().tile_bounds(1, 1, 0))]
        [0.0, 0.0, 180.0, 85.051129]
        """
        return moved(_box(bounds, self.name), self.crs, frames.parse("OGC:CRS84"), policy)

    def bounds_from(self, bounds: Bounds, crs: pyproj.CRS, policy: CrsPolicy = "null") -> Bounds:
        """Return the box in grid units around a box in another CRS."""
        return moved(_box(bounds, self.name), crs, self.crs, policy)


def _whole(value: object, what: str, name: str) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type] # the refusal is what is asked for
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TileError(f"grid {name}: {what} is {str(value)[:40]!r}; wanted a whole number")
    return number


def _box(bounds: Bounds, name: str) -> Bounds:
    if len(bounds) != 4 or not all(map(math.isfinite, bounds)) or bounds[0] > bounds[2] or bounds[1] > bounds[3]:
        raise TileError(f"grid {name}: bounds {_plain(bounds)} are no box; wanted xmin, ymin, xmax, ymax")
    return four(bounds)


def four(values: Iterable[float]) -> Bounds:
    """Return four plain floats."""
    xmin, ymin, xmax, ymax = (float(v) for v in values)
    return xmin, ymin, xmax, ymax


def _span(first: float, last: float) -> tuple[int, int]:
    low = math.floor(first + _ON_EDGE)
    return low, max(low, math.ceil(last - _ON_EDGE) - 1)


def _plain(bounds: Bounds) -> str:
    return "(" + ", ".join(f"{v:.9g}" for v in bounds) + ")"


def moved(bounds: Bounds, source: pyproj.CRS, target: pyproj.CRS, policy: CrsPolicy) -> Bounds:
    """Return the box around a box in another CRS; sides are cut into pieces first, since they bend."""
    xmin, ymin, xmax, ymax = bounds
    side = max(xmax - xmin, ymax - ymin)
    shape = shapely.segmentize(shapely.box(*bounds), side / _BOX_PIECES) if side else shapely.Point(xmin, ymin)
    return four(shapely.total_bounds(frames.transform(np.array([shape]), source, target, policy)))
