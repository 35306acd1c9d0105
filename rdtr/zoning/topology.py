"""Whether polygons partition the plane: exact overlaps, gaps, T-junctions and borders not shared. Repairs nothing.

Edges are matched first (`rdtr.zoning.seams`), so that geometry is needed only where neighbours do not share a border;
overlaps come from the overlap kernel, which is asked about the polygons near such borders (`rdtr.zoning.suspects`). Nothing
here grows faster than n log n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.edges import Rings
from rdtr.zoning.faces import MIN_AREA_M2, faces_of, neighbours
from rdtr.zoning.grid import EdgeGrid, grid_of
from rdtr.zoning.overlap import measure
from rdtr.zoning.pieces import cut
from rdtr.zoning.seams import OUTLINE, Seams, Touches, seams_of, split_at, touches_of
from rdtr.zoning.suspects import suspects

__all__ = ["NEAR_M", "TOUCH_M", "Loose", "Overlap", "Region", "Topology", "mean_width", "topology_of"]

TOUCH_M: Final = 1e-3
"""A vertex nearer than this to a neighbour's straight edge lies on it: a millimetre, below what any plan can mean."""

NEAR_M: Final = 0.5
"""Two unmatched borders nearer than this were meant to be one: a tenth of a millimetre on a map of 1:5,000."""

_SPLIT_M: Final = 1e-9  # going over a vertex this far beside an edge moves no area that could be seen
_OPPOSITE: Final = -0.985  # cosine: neighbours walk a common border in opposite directions, within ten degrees


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Pairs of polygons that overlap, shape (n,) each, ordered by left, then right.

    Attributes
    ----------
    left, right
        Rows, left < right.
    area
        m2, from the overlap kernel.
    shape
        The common polygons.
    """

    left: IndexArray
    right: IndexArray
    area: FloatArray
    shape: ObjectArray

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Places that the polygons leave out, or reach beyond the outline; shape (n,) each.

    Attributes
    ----------
    shape
        Polygons.
    area
        m2.
    around
        The polygons whose borders bound each.
    """

    shape: ObjectArray
    area: FloatArray
    around: list[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True, slots=True, eq=False)
class Loose:
    """Borders of neighbours that were meant to be one and are not, shape (n,) each.

    Attributes
    ----------
    left, right
        Rows, left < right.
    length_m
        Length of such edges of both.
    shape
        Those edges, as lines.
    """

    left: IndexArray
    right: IndexArray
    length_m: FloatArray
    shape: ObjectArray

    def __len__(self) -> int:
        return len(self.length_m)


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """What is wrong with a coverage; all empty in a clean one.

    Attributes
    ----------
    overlaps
        Exact list of overlapping pairs.
    gaps
        Places that no polygon covers: enclosed ones, or with an outline all inside it.
    beyond
        Places outside the outline that polygons cover; empty without an outline.
    touches, touch_edge_owner
        T-junctions, and the polygon whose straight edge is met.
    loose
        Borders not shared though they run within `NEAR_M` of each other.
    edges, unmatched
        How many different edges there are, and how many have no mate (the outer border among them).
    """

    overlaps: Overlap
    gaps: Region
    beyond: Region
    touches: Touches
    touch_edge_owner: IndexArray
    loose: Loose
    edges: int
    unmatched: int

    @property
    def clean(self) -> bool:
        """True where polygons neither overlap nor leave gaps nor reach beyond, and every border is shared."""
        counts = (len(self.overlaps), len(self.gaps), len(self.beyond), len(self.touches), len(self.loose))
        return not any(counts)


def topology_of(
    geometry: ObjectArray,
    *,
    outline: ObjectArray | None = None,
    rings: Rings | None = None,
    touch_m: float = TOUCH_M,
    near_m: float = NEAR_M,
    workers: int | None = None,
) -> Topology:
    """Find what keeps polygons from being a partition of their area.

    Parameters
    ----------
    geometry
        Shape (n,), valid polygons in a metric CRS; None and empty are nowhere.
    outline
        Polygons of the planning area; with it gaps are sought up to it, and what lies beyond is listed.
    rings
        The same polygons laid out flat, if they are so already.
    touch_m
        How near an edge a vertex lies on it.
    near_m
        How near each other two borders were meant to be one.
    workers
        Threads; default is the number of processors.

    Returns
    -------
    Topology
        Areas from 1e-6 m2 up: less is rounding of coordinates.

    Raises
    ------
    GeometryError
        If something else than polygons is given, or a coordinate is not finite.

    Examples
    --------
    >>> two = np.array([shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10)], dtype=object)
    >>> found = topology_of(two)
    >>> found.overlaps.area.tolist(), len(found.gaps), found.clean
    ([10.0], 0, False)
    """
    area = None if outline is None else shapely.get_parts(shapely.union_all(outline))
    seams = seams_of(geometry, area, rings)
    # a clean plan with an outline has no seam, and needs no grid
    layer = grid_of(geometry if len(seams) else geometry[:0])
    split = split_at(seams, touches_of(seams, _SPLIT_M))
    touches = _of_polygons(touches_of(seams, touch_m), seams)
    gaps, beyond = _regions(split, layer, area)
    return Topology(
        _overlaps(geometry, seams, layer, workers),
        gaps,
        beyond,
        touches,
        seams.owner[touches.edge],
        _loose(split, near_m),
        seams.edges,
        len(seams),
    )


def _of_polygons(touches: Touches, seams: Seams) -> Touches:
    keep = (touches.vertex_owner != OUTLINE) & (seams.owner[touches.edge] != OUTLINE)
    return Touches(*(getattr(touches, n)[keep] for n in ("place", "edge", "along", "away_m", "vertex_owner")))


def _regions(seams: Seams, layer: EdgeGrid, outline: ObjectArray | None) -> tuple[Region, Region]:
    faces = faces_of(seams, layer, None if outline is None else grid_of(outline, what="outline"))
    gaps = faces.shape[(faces.cover == 0) & (faces.planned > 0)]
    beyond = faces.shape[(faces.cover > 0) & (faces.planned == 0)]
    return _region(gaps, seams), _region(beyond, seams)


def _region(shape: ObjectArray, seams: Seams) -> Region:
    return Region(shape, shapely.area(shape), neighbours(shape, seams) if len(shape) else [])


def _overlaps(geometry: ObjectArray, seams: Seams, layer: EdgeGrid, workers: int | None) -> Overlap:
    rows = np.flatnonzero(suspects(geometry, seams, layer))
    # both polygons of a pair are suspects, so the largest, which may be a road body, need not be cut to be measured
    spared = rows[shapely.get_num_coordinates(geometry[rows]).argmax()] if len(rows) else -1
    rows = rows[rows != spared]
    found = measure(geometry[rows], layer, workers=workers, what="zone")
    one, other = rows[found.left], found.right
    keep = ((one < other) | (other == spared)) & (found.area >= MIN_AREA_M2)
    left, right = np.minimum(one, other)[keep], np.maximum(one, other)[keep]
    order = np.lexsort([right, left])
    left, right = left[order], right[order]
    return Overlap(left, right, found.area[keep][order], common_shapes(geometry, left, right))


def common_shapes(geometry: ObjectArray, left: IndexArray, right: IndexArray) -> ObjectArray:
    """Intersect pairs of polygons piece by piece, so that a road body is never handed over whole; shape (n,)."""
    if not len(left):
        return np.empty(0, dtype=object)
    involved = np.unique(np.concatenate([left, right]))
    pieces, owner = cut(geometry[involved], near=_common_boxes(geometry, left, right))
    owner = involved[owner]
    one, other = shapely.STRtree(pieces).query(pieces, predicate="intersects")
    width = len(geometry)
    key, wanted = owner[one] * width + owner[other], left * width + right
    at = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)  # pairs are ordered by left, then right
    hit = wanted[at] == key
    parts, pair = shapely.get_parts(shapely.intersection(pieces[one[hit]], pieces[other[hit]]), return_index=True)
    polygonal = shapely.get_type_id(parts) == 3
    return _joined(parts[polygonal], at[hit][pair[polygonal]], len(left))


def _common_boxes(geometry: ObjectArray, left: IndexArray, right: IndexArray) -> FloatArray:
    one, other = shapely.bounds(geometry[left]), shapely.bounds(geometry[right])
    return np.hstack([np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])])


def _joined(parts: ObjectArray, pair: IndexArray, count: int) -> ObjectArray:
    order = np.argsort(pair, kind="stable")
    groups = np.split(parts[order], np.searchsorted(pair[order], np.arange(1, count)))
    shapes = [g[0] if len(g) == 1 else shapely.union_all(g) for g in groups]
    result = np.empty(count, dtype=object)
    result[:] = shapes
    return result


def _loose(seams: Seams, near_m: float) -> Loose:
    real = np.flatnonzero(seams.owner != OUTLINE)
    lines = shapely.linestrings(np.stack([seams.start[real], seams.stop[real]], axis=1))
    one, other = _facing(seams, real, lines, near_m)
    owner = seams.owner[real]
    low, high = np.minimum(owner[one], owner[other]), np.maximum(owner[one], owner[other])
    rows = np.unique(np.column_stack([low, high, one]), axis=0)
    pairs, start = np.unique(rows[:, :2], axis=0, return_index=True)
    groups = np.split(rows[:, 2], start[1:]) if len(rows) else []
    shape = np.array([shapely.multilinestrings(lines[g]) for g in groups], dtype=object)
    length = shapely.length(shape).astype(np.float64)
    long = length >= near_m  # a notch at a corner is no border that was meant to be shared
    return Loose(pairs[long, 0], pairs[long, 1], length[long], shape[long])


def _facing(seams: Seams, real: IndexArray, lines: ObjectArray, near_m: float) -> tuple[IndexArray, IndexArray]:
    """Pairs of seams of two polygons, the second near the middle of the first and running the other way."""
    if not len(real):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    middle = shapely.points((seams.start[real] + seams.stop[real]) / 2)
    one, other = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=near_m)
    way = (seams.stop[real] - seams.start[real]) / seams.length[real][:, None]
    facing = (way[one] * way[other]).sum(axis=1) < _OPPOSITE
    facing &= seams.owner[real][one] != seams.owner[real][other]
    return one[facing].astype(np.int64), other[facing].astype(np.int64)


def mean_width(shape: ObjectArray) -> FloatArray:
    """Twice the area over the perimeter, shape (n,): the width of a long strip, half that of a square.

    Examples
    --------
    >>> mean_width(np.array([shapely.box(0, 0, 1000, 2)], dtype=object)).round(2).tolist()
    [2.0]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return 2.0 * shapely.area(shape) / shapely.length(shape)
