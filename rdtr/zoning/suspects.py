"""Which polygons of a coverage may overlap others: the few that need to be measured. Measures nothing.

Inside a polygon that no seam enters the cover is the same everywhere. So a polygon overlaps no other if no seam comes near
it and one place inside it is covered once. In a clean plan with an outline there is no seam at all, and nothing is asked.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from rdtr.types import BoolArray, ObjectArray
from rdtr.zoning.covercount import count_cover, inside_points, owners_near
from rdtr.zoning.edges import rings_of
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.seams import Seams

__all__ = ["suspects"]

_REACH_M: Final = 1e-6  # wider than any rounding of where an edge lies, and than the cell in which vertices are one

_HEIGHTS: Final = 2  # zones are no faces with needles; and here there are many


def suspects(geometry: ObjectArray, seams: Seams, layer: EdgeGrid) -> BoolArray:
    """Tell which polygons may overlap another one, shape (n,); those that do not say so surely.

    Parameters
    ----------
    geometry
        Shape (n,), valid polygons.
    seams
        Their borders that are not shared, with or without an outline.
    layer
        Their edges; its owners are the rows.

    Returns
    -------
    Shape (n,).

    Examples
    --------
    >>> from rdtr.zoning.grid import grid_of
    >>> from rdtr.zoning.seams import seams_of
    >>> squares = np.array([shapely.box(0, 0, 9, 9), shapely.box(9, 0, 18, 9)], dtype=object)
    >>> outline = np.array([shapely.segmentize(shapely.box(0, 0, 18, 9), 9.0)], dtype=object)
    >>> suspects(squares, seams_of(squares, outline), grid_of(squares)).tolist()  # no seam
    [False, False]
    >>> more = np.append(squares, shapely.box(2, 2, 4, 4))
    >>> suspects(more, seams_of(more, outline), grid_of(more))[[0, 2]].tolist()
    [True, True]
    """
    if not len(seams):
        return np.zeros(len(geometry), np.bool_)
    may = np.zeros(len(geometry), np.bool_)
    near = owners_near(seams.start, seams.stop, _REACH_M, layer.flat, layer.owners)
    may[: len(near)] = near
    rows = np.flatnonzero(~may & ~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    rings = rings_of(geometry[rows], "zone")
    place = inside_points(rings.xy, rings.ring_start, rings.polygon_start, _HEIGHTS)
    may[rows[count_cover(place, layer.flat, layer.owners) != 1]] = True
    return may
