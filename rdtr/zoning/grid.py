"""A polygon layer as a grid of its edges: what overlaps are measured against. Measures nothing itself.

A parcel is small and a zone may be a road body of half a million edges; but the parcel's overlap with it depends only on
the few edges near the parcel and on whether one place beside it is covered. So each cell lists the edges that pass it, and
knows what covers its lower left corner. No box tree, no cutting, no clipping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.edges import rings_of
from rdtr.zoning.gridbuild import corners, entries, oriented, paired

__all__ = ["EdgeGrid", "grid_of"]

_CELL_EDGES: Final = 2.0  # width of a cell, at least, in mean lengths of an edge

_CELLS_AN_EDGE: Final = (
    0.5  # measured: from 0.2 to 2 a check takes the same time within a tenth; fewer need less memory
)
_ENTRIES_AN_EDGE: Final = 5
_MOST_COLUMNS: Final = 30_000
_LEAST: Final = 100_000  # entries that are always allowed
_GROWTH: Final = 1.6  # of a cell, where a layer of long edges would fill too many


@dataclass(frozen=True, slots=True, eq=False)
class EdgeGrid:
    """A layer ready for the overlap kernel.

    Attributes
    ----------
    xy
        Shape (v, 2): closed rings with their polygon on the left.
    left, right
        Shape (v,), int32: what lies left and right of the edge that starts at each vertex. Left is -1 where none starts,
        right where one polygon alone has the edge.
    cell_start, entry, entry_origin
        Edges by cell, row after row from the lower left, and which cells beside it list an edge too.
    corner_start, corner_owner, corner_winding
        What covers the lower left corner of each cell, and how often.
    origin, cell, shape
        The lower left corner of the grid, the width of a cell, and the number of columns and rows.
    owners
        Number of owners.
    area
        Shape (owners,), area of what belongs to each, every polygon counted.
    """

    xy: FloatArray
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    cell_start: npt.NDArray[np.int32]
    entry: npt.NDArray[np.int32]
    entry_origin: npt.NDArray[np.uint8]
    corner_start: npt.NDArray[np.int32]
    corner_owner: npt.NDArray[np.int32]
    corner_winding: npt.NDArray[np.int16]
    origin: tuple[float, float]
    cell: float
    shape: tuple[int, int]
    owners: int
    area: FloatArray

    @property
    def flat(self) -> tuple[Any, ...]:
        """What the kernels read."""
        edges = (np.ascontiguousarray(self.xy), self.left, self.right, self.cell_start, self.entry)  # see `rdtr.places`
        cover = (self.corner_start, self.corner_owner, self.corner_winding)
        return (*edges, *cover, *self.origin, self.cell, *self.shape, self.owners, self.entry_origin)


def grid_of(geometry: ObjectArray, owner: IndexArray | None = None, what: str = "zone") -> EdgeGrid:
    """Put the edges of a layer into a grid; done once a layer.

    Parameters
    ----------
    geometry
        Shape (n,), polygons and multipolygons; None and empty have no edge.
    owner
        Shape (n,), what each polygon belongs to; default is itself. Overlaps are summed by it.
    what
        What the geometries are, for messages.

    Returns
    -------
    EdgeGrid

    Examples
    --------
    >>> import shapely
    >>> layer = grid_of(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object))
    >>> layer.owners, layer.area.tolist(), int((layer.left >= 0).sum())  # the shared edge is one
    (2, [1.0, 1.0], 7)
    """
    rings = rings_of(geometry, what)
    of = np.arange(len(geometry)) if owner is None else owner
    per_polygon = np.diff(rings.polygon_start)
    ring_owner = np.repeat(of, per_polygon).astype(np.int32)
    xy, left = oriented(rings.xy, rings.ring_start, rings.sign, ring_owner)
    owners = int(of.max(initial=-1)) + 1
    area = np.bincount(of, rings.area, owners).astype(np.float64)
    return _cells(xy, left, paired(xy, left), owners, area)


def _cells(
    xy: FloatArray, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], owners: int, area: FloatArray
) -> EdgeGrid:
    starts = np.flatnonzero(left >= 0)
    edges = len(starts)
    low, high = (xy.min(axis=0), xy.max(axis=0)) if edges else (np.zeros(2), np.zeros(2))
    cell = _first_cell(xy, starts, high - low)
    most = _ENTRIES_AN_EDGE * edges + _LEAST
    while True:
        gx, gy = (float(v) for v in low - cell)  # a ring of empty cells, so that nothing touches the rim
        nx, ny = (int(v) for v in np.floor((high - low) / cell) + 3)
        start, entry, origin, fits = entries(xy, left, gx, gy, cell, nx, ny, most)
        if fits:
            corner_start, of, winding, fits = corners(xy, left, right, gx, gy, cell, nx, ny, most)
        if fits:
            cells, cover = (start, entry, origin), (corner_start, of, winding)
            return EdgeGrid(xy, left, right, *cells, *cover, (gx, gy), cell, (nx, ny), owners, area)
        cell *= _GROWTH
        if nx * ny <= 64:
            most = np.iinfo(np.int32).max


def _first_cell(xy: FloatArray, starts: IndexArray, extent: FloatArray) -> float:
    if not len(starts):
        return 1.0
    length = float(np.hypot(*(xy[starts + 1] - xy[starts]).T).mean())
    least = float(np.sqrt(max(extent[0], length) * max(extent[1], length) / (_CELLS_AN_EDGE * len(starts))))
    return max(_CELL_EDGES * length, least, float(extent.max()) / _MOST_COLUMNS)
