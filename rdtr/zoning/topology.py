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
from rdtr.zoning.commonland import common_of_faces, common_shapes
from rdtr.zoning.covercount import owning_pairs
from rdtr.zoning.edges import Rings
from rdtr.zoning.faces import MIN_AREA_M2, Faces, faces_of, neighbours
from rdtr.zoning.grid import EdgeGrid, grid_of
from rdtr.zoning.loose import Loose, loose_borders
from rdtr.zoning.overlap import measure
from rdtr.zoning.seams import OUTLINE, Seams, Touches, numbered, seams_of, split_at, touches_of
from rdtr.zoning.suspects import suspects

__all__ = ["NEAR_M", "TOUCH_M", "Loose", "Overlap", "Region", "Topology", "mean_width", "topology_of"]

TOUCH_M: Final = 1e-3
"""A vertex nearer than this to a neighbour's straight edge lies on it: a millimetre, below what any plan can mean."""

NEAR_M: Final = 0.5
"""Two unmatched borders nearer than this were meant to be one: a tenth of a millimetre on a map of 1:5,000."""

_SPLIT_M: Final = 1e-9  # going over a vertex this far beside an edge moves no area that could be seen
_BESIDE_M: Final = 1e-6  # a vertex farther than rounding beside an edge


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
    touches = touches_of(seams, max(touch_m, _SPLIT_M), _SPLIT_M)
    split = split_at(seams, touches.chosen(touches.away_m <= _SPLIT_M))
    touches = _without_own(geometry, _of_polygons(_away_from_ends(touches, seams, touch_m), seams), seams)
    faces = faces_of(split, layer, None if area is None else grid_of(area, what="outline"))
    return Topology(
        _overlaps(geometry, seams, layer, faces, workers),
        _region(faces.shape[(faces.cover == 0) & (faces.planned > 0)], split),
        _region(faces.shape[(faces.cover > 0) & (faces.planned == 0)], split),
        touches,
        seams.owner[touches.edge],
        loose_borders(split, near_m),
        seams.edges,
        len(seams),
    )


def _away_from_ends(touches: Touches, seams: Seams, reach_m: float) -> Touches:
    length = seams.length[touches.edge]
    inside = (touches.along * length > reach_m) & ((1.0 - touches.along) * length > reach_m)
    return touches.chosen(inside & (touches.away_m <= reach_m))


def _of_polygons(touches: Touches, seams: Seams) -> Touches:
    keep = (touches.vertex_owner != OUTLINE) & (seams.owner[touches.edge] != OUTLINE)
    return touches.chosen(keep)


def _without_own(geometry: ObjectArray, touches: Touches, seams: Seams) -> Touches:
    """Leave out vertices that the polygon with the edge has too: it only comes near itself there, as at a needle."""
    asked = np.flatnonzero(touches.away_m > _BESIDE_M)
    if not len(asked):
        return touches
    owner = seams.owner[touches.edge[asked]]
    zones = np.unique(owner)
    xy, zone = shapely.get_coordinates(geometry[zones], return_index=True)
    number, _ = numbered(np.vstack([xy, touches.place[asked]]))
    places = np.zeros(len(number), np.bool_)
    places[number[len(xy) :]] = True
    there = np.flatnonzero(places[number[: len(xy)]])  # vertices at such a place, of whatever zone
    own = zone[there] * len(number) + number[there]
    key = np.searchsorted(zones, owner) * len(number) + number[len(xy) :]
    keep = np.ones(len(touches), np.bool_)
    keep[asked] = ~np.isin(key, own)
    return touches.chosen(keep)


def _region(shape: ObjectArray, seams: Seams) -> Region:
    return Region(shape, shapely.area(shape), neighbours(shape, seams) if len(shape) else [])


def _overlaps(geometry: ObjectArray, seams: Seams, layer: EdgeGrid, faces: Faces, workers: int | None) -> Overlap:
    rows = np.flatnonzero(suspects(geometry, seams, layer))
    # both polygons of a pair are suspects, so the largest, which may be a road body, need not be cut to be measured
    spared = rows[shapely.get_num_coordinates(geometry[rows]).argmax()] if len(rows) else -1
    rows = rows[rows != spared]
    found = measure(geometry[rows], layer, workers=workers, what="zone")
    one, other = rows[found.left], found.right
    keep = ((one < other) | (other == spared)) & (found.area >= MIN_AREA_M2)
    left, right = np.minimum(one, other)[keep], np.maximum(one, other)[keep]
    order = np.lexsort([right, left])
    left, right, area = left[order], right[order], found.area[keep][order]
    twice = faces.cover == 2
    pairs = owning_pairs(faces.place[twice], layer.flat, layer.owners)
    shape, known = common_of_faces(faces.shape[twice], pairs, left, right, area)
    # what several seams of others cross, or three polygons share, is left to GEOS
    shape[~known] = common_shapes(geometry, left[~known], right[~known])
    return Overlap(left, right, area, shape)


def mean_width(shape: ObjectArray) -> FloatArray:
    """Twice the area over the perimeter, shape (n,): the width of a long strip, half that of a square.

    Examples
    --------
    >>> mean_width(np.array([shapely.box(0, 0, 1000, 2)], dtype=object)).round(2).tolist()
    [2.0]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return 2.0 * shapely.area(shape) / shapely.length(shape)
