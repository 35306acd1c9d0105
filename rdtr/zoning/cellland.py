"""Land under raster cells as polygons, beside the shapes that ask for it. Measures nothing, reads no file."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely

from rdtr import crs
from rdtr.types import BoolArray, CrsPolicy, ObjectArray
from rdtr.zoning.exposure import Grid

__all__ = ["land_under"]


def land_under(grid: Grid, meant: BoolArray, geometry: ObjectArray, to: pyproj.CRS, policy: CrsPolicy) -> ObjectArray:
    """Cut out of shapes what lies under some cells of a raster.

    Parameters
    ----------
    grid
        The raster.
    meant
        Shape (rows, columns): which of its cells.
    geometry
        Shape (n,), polygons.
    to
        CRS of the polygons; cells of another one are brought to it by their corners.
    policy
        How WGS 84, DGN95 and SRGI2013 meet.

    Returns
    -------
    Shape (n,), polygons, empty ones where none of the cells is.

    Examples
    --------
    >>> grid = Grid(np.array([[3, 0]]), np.ones((1, 2), bool), (0.0, 0.0, 10.0, 5.0), crs.parse(9480))
    >>> lot = np.array([shapely.box(4, 1, 8, 3)])
    >>> land_under(grid, grid.values == 3, lot, crs.parse(9480), "null")[0].bounds
    (4.0, 1.0, 5.0, 3.0)
    """
    asked = crs.transform(geometry, to, grid.crs, policy)
    # one shape after the other: only those come here that surely lie on such cells
    cells = np.array([_cells(grid, meant, shape) for shape in asked], dtype=object)
    return shapely.intersection(geometry, crs.transform(cells, grid.crs, to, policy))


def _cells(grid: Grid, meant: BoolArray, shape: shapely.Geometry) -> shapely.Geometry:
    """Cells within the box of a shape, joined along their rows and then with each other."""
    (wide, high), (left, _, _, top) = grid.cell, grid.bounds
    xmin, ymin, xmax, ymax = shape.bounds
    first_column, first_row = max(int((xmin - left) // wide), 0), max(int((top - ymax) // high), 0)
    window = meant[
        first_row : max(int((top - ymin) // high) + 1, 0), first_column : max(int((xmax - left) // wide) + 1, 0)
    ]
    steps = np.diff(np.pad(window.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    (row, start), (_, stop) = np.nonzero(steps == 1), np.nonzero(steps == -1)
    x0, x1 = left + (first_column + start) * wide, left + (first_column + stop) * wide
    y = top - (first_row + row) * high
    return shapely.union_all(shapely.box(x0, y - high, x1, y)) if len(row) else shapely.Polygon()
