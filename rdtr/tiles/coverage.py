"""A layer of polygons as a coverage in grid space: shared vertices, nodes, and from which zoom each vertex is drawn.

Built once a layer and grid. Dropping vertices by zoom keeps every shared border shared at every zoom, because a vertex has
one zoom for all the polygons that use it. Cuts no tile and encodes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyproj

from rdtr import crs
from rdtr.tiles.grid import Grid
from rdtr.tiles.kept import Arrays
from rdtr.tiles.visvalingam import importance, keep_corners, nodes_of_rings
from rdtr.types import BoolArray, CrsPolicy, FloatArray, IndexArray, ObjectArray, SmallArray
from rdtr.zoning.edges import rings_of

__all__ = [
    "EXTENT", "FINE_ZOOM", "NEAR", "Borders", "Coverage", "borders_of", "coverage_of",
    "fine_coordinates", "fine_unit_m", "zooms_of",
]  # fmt: skip

EXTENT: Final = 4096
"""Units along a tile, the custom of vector tiles."""

FINE_ZOOM: Final = 20
"""Coordinates are kept to the unit of a tile of this zoom: about a centimetre."""

KEEP_UNITS: Final = 32.0
"""A vertex is drawn where its effective area reaches this many square units, half a pixel at 512 pixels a tile, …"""

OFF_UNITS: Final = 2.0
"""… and where it lies so many units, a quarter of such a pixel, off the line that would be drawn without it. Measured on a
city of 170,000 parcels: at zoom 13 to 17 borders then lie nearer to the plan's, in area, than those that Douglas-Peucker
leaves at 4 units, which is what other tilers are commonly given."""

OFF_ZOOM: Final = 13
"""From this zoom on. In a web map 2 units are then 2.4 m, the accuracy of a plan of 1:5,000. What is farther off is judged
by area alone: at lower zooms blocks are so small that borders moved by 2 units overlapped, on 0.5 % of that city's area."""

NEAR: Final = (KEEP_UNITS / OFF_UNITS**2, OFF_UNITS**2 * 4.0 ** (FINE_ZOOM - OFF_ZOOM))
"""The same for `rdtr.tiles.visvalingam`, in fine units."""

PIXEL_M: Final = 0.28e-3
"""Side of a pixel by which OGC tells the scale of a grid."""

RING_UNITS: Final = 2.0
"""A ring keeps four corners as long as it covers this many square units, a thirtieth of a pixel: what other tilers draw is
drawn. Without them a block would vanish, and the road around it would take its place and colour."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """Polygons in grid space.

    Attributes
    ----------
    origin
        Shape (2,), int64 fine units from the grid's upper left corner, y downwards: the layer's own upper left corner.
    x, y
        Shape (v,), fine units from there, int32 (int64 where a layer goes half round the world); one entry a shared vertex.
    vertex
        Shape (n,), int32, vertex ids of all rings without the closing one; polygons lie left of their rings in the plane,
        that is right of them here, where y points down.
    ring_start
        Shape (rings + 1,).
    polygon_start
        Shape (polygons + 1,), in rings.
    zoom
        Shape (v,), int8: the lowest zoom at which each vertex is drawn.
    """

    origin: IndexArray
    x: IndexArray
    y: IndexArray
    vertex: IndexArray
    ring_start: IndexArray
    polygon_start: IndexArray
    zoom: SmallArray

    def packed(self) -> Arrays:
        """As arrays alone: ``Coverage(*arrays)`` is the same again."""
        return (
            self.origin, self.x, self.y, self.vertex, self.ring_start, self.polygon_start, self.zoom,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.polygon_start) - 1


@dataclass(frozen=True, eq=False)
class Borders:
    """Edges of a coverage.

    Attributes
    ----------
    edge
        Shape (edges, 2), vertex ids.
    polygons
        Shape (edges, 2), polygons on both sides, -1 for none.
    edge_of
        Shape (n,), the edge that begins at each of the coverage's `vertex`.
    """

    edge: IndexArray
    polygons: IndexArray
    edge_of: IndexArray


def fine_coordinates(xy: FloatArray, grid: Grid) -> tuple[IndexArray, IndexArray]:
    """Turn grid coordinates into fine units from the grid's upper left corner, y downwards."""
    left, _, right, top = grid.tile_bounds(0, 0, 0)
    unit = (right - left) / (EXTENT << FINE_ZOOM)
    return (
        np.rint((xy[:, 0] - left) / unit).astype(np.int64),
        np.rint((top - xy[:, 1]) / unit).astype(np.int64),
    )


def fine_unit_m(grid: Grid) -> float:
    """Metres of a fine unit, on the equator of grids that stretch.

    Examples
    --------
    >>> from rdtr.tiles.grid import grid
    >>> round(fine_unit_m(grid()), 4), round(fine_unit_m(grid("WorldCRS84Quad")), 4)
    (0.0093, 0.0047)
    """
    coarsest = grid.matrix(0)
    return coarsest.scale_denominator * PIXEL_M * coarsest.tile_width / (EXTENT << FINE_ZOOM)


def coverage_of(geometry: ObjectArray, source: pyproj.CRS, grid: Grid, policy: CrsPolicy = "null") -> Coverage:
    """Bring polygons into grid space and find what they share.

    Parameters
    ----------
    geometry
        Shape (n,), polygons in `source`; None and empty have no ring.
    source
        Their CRS.
    grid
        The tile grid.
    policy
        How frames meet, see `rdtr.crs.transform`.

    Returns
    -------
    Coverage
    """
    moved = crs.transform(geometry, source, grid.crs, policy)
    rings = rings_of(moved, "zone")
    x, y = fine_coordinates(rings.xy, grid)
    vertex, ring_start = _open_rings(x, y, rings.ring_start, rings.sign)
    # counted from the plan's corner, both fit one number, so shared vertices are found by one sort
    low_x, low_y = int(x.min(initial=1 << 62)), int(y.min(initial=1 << 62))
    tall = int(y.max(initial=0)) - low_y + 1
    keys, ids = np.unique((x[vertex] - low_x) * tall + (y[vertex] - low_y), return_inverse=True)
    ux, uy = keys // tall + low_x, keys % tall + low_y
    low, high, _ = _edges(ids, ring_start)
    node = nodes_of_rings(ids, ring_start, _degrees(low, high, len(keys)), np.arange(len(keys)))
    area = importance(ids, ring_start, node, ux.astype(np.float64), uy.astype(np.float64), NEAR)
    zoom = keep_corners(ids, ring_start, ux, uy, area, zooms_of(area), RING_UNITS, FINE_ZOOM)
    origin = (
        np.array([ux.min(initial=1 << 62), uy.min(initial=1 << 62)], np.int64) if len(ux) else np.zeros(2, np.int64)
    )
    return Coverage(
        origin, _narrow(ux - origin[0]), _narrow(uy - origin[1]), _narrow(ids), _narrow(ring_start),
        _narrow(rings.polygon_start), zoom,
    )  # fmt: skip


def _narrow(values: IndexArray) -> IndexArray:
    return values.astype(np.int32) if values.max(initial=0) < 1 << 31 else values


def _open_rings(
    x: IndexArray, y: IndexArray, ring_start: IndexArray, sign: FloatArray
) -> tuple[IndexArray, IndexArray]:
    """Rows of the vertices of all rings without doubled and closing ones, each ring with its polygon on its left."""
    last = np.zeros(len(x), np.bool_)
    last[ring_start[1:] - 1] = True
    same = np.zeros(len(x), np.bool_)
    same[1:] = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
    first = np.zeros(len(x), np.bool_)
    first[ring_start[:-1]] = True
    keep = ~last & ~(same & ~first)
    ring = np.repeat(np.arange(len(ring_start) - 1), np.diff(ring_start))
    # the vertex before the closing one may be the same place as the first
    rows = np.flatnonzero(keep)
    counts = np.bincount(ring[rows], minlength=len(ring_start) - 1)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    position = np.arange(len(rows)) - start[ring[rows]]
    turned = sign[ring[rows]] < 0
    source = np.where(turned, start[ring[rows]] + counts[ring[rows]] - 1 - position, start[ring[rows]] + position)
    return rows[source], start


def borders_of(coverage: Coverage) -> Borders:
    """Find the edges of a coverage and what lies on both sides; as large as the coverage, asked once, and not kept."""
    n = len(coverage.x)
    low, high, forward = _edges(coverage.vertex.astype(np.int64), coverage.ring_start)
    ring_polygon = np.repeat(np.arange(len(coverage)), np.diff(coverage.polygon_start))
    polygon = np.repeat(ring_polygon, np.diff(coverage.ring_start))
    unique, inverse = np.unique(low * n + high, return_inverse=True)
    edge = np.column_stack([unique // n, unique % n]) if n else np.empty((0, 2), np.int64)
    sides = np.full((len(unique), 2), -1, np.int64)
    sides[inverse, np.where(forward, 0, 1)] = polygon
    return Borders(edge, sides, inverse)


def _edges(ids: IndexArray, ring_start: IndexArray) -> tuple[IndexArray, IndexArray, BoolArray]:
    """Lower and higher vertex of every edge of every ring, and whether the ring goes from the lower to the higher."""
    following = np.arange(1, len(ids) + 1)
    some = np.diff(ring_start) > 0
    following[ring_start[1:][some] - 1] = ring_start[:-1][some]
    a, b = ids, ids[following] if len(ids) else ids
    return np.minimum(a, b), np.maximum(a, b), a < b


def _degrees(low: IndexArray, high: IndexArray, n: int) -> IndexArray:
    """How many edges meet at each vertex."""
    real = low != high
    unique = np.unique(low[real] * n + high[real])
    return (np.bincount(unique // n, minlength=n) + np.bincount(unique % n, minlength=n)).astype(np.int64)


def zooms_of(area: FloatArray) -> SmallArray:
    """Lowest zoom at which an effective area, in square fine units, reaches `KEEP_UNITS` square tile units."""
    with np.errstate(divide="ignore"):
        zoom = np.ceil(FINE_ZOOM - 0.5 * np.log2(np.maximum(area, 1e-9) / KEEP_UNITS))
    return np.clip(np.where(np.isinf(area), 0, zoom), 0, FINE_ZOOM).astype(np.int8)
