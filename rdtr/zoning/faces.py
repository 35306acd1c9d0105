"""Faces between the seams of a coverage, and how many polygons cover each: where gaps come from. Measures no pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.covercount import count_cover, inside_points
from rdtr.zoning.edges import rings_of
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.seams import OUTLINE, Seams

__all__ = ["MIN_AREA_M2", "Faces", "faces_of", "neighbours"]

MIN_AREA_M2: Final = 1e-6
"""Below this an overlap or a gap is rounding of coordinates: along a border of 100 m it is a tenth of a micrometre."""

_TOUCH_M: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Bounded faces, shape (n,) each, ordered by their lower left corners.

    Attributes
    ----------
    shape
        Polygons, at least `MIN_AREA_M2` large.
    cover
        How many polygons of the coverage lie over each.
    planned
        How many outlines; 1 everywhere inside where none is given.
    place
        Shape (n, 2): a place well inside each.
    """

    shape: ObjectArray
    cover: IndexArray
    planned: IndexArray
    place: FloatArray


def faces_of(seams: Seams, layer: EdgeGrid, outline: EdgeGrid | None = None) -> Faces:
    """Node the seams and count what covers each face.

    Parameters
    ----------
    seams
        Borders at which the cover changes; the fewer, the less work: n log n of them.
    layer
        The edges of the coverage.
    outline
        Those of the planning area.

    Returns
    -------
    Faces
    """
    shape = _polygonized(seams)
    rings = rings_of(shape, "face")
    place = inside_points(rings.xy, rings.ring_start, rings.polygon_start)
    planned = np.ones(len(shape), np.int64) if outline is None else count_cover(place, outline.flat, outline.owners)
    return Faces(shape, count_cover(place, layer.flat, layer.owners), planned, place)


def _polygonized(seams: Seams) -> ObjectArray:
    if not len(seams):
        return np.empty(0, dtype=object)
    lines = shapely.linestrings(np.stack([seams.start, seams.stop], axis=1))
    noded = shapely.get_parts(shapely.unary_union(shapely.line_merge(shapely.multilinestrings(lines))))
    faces = shapely.get_parts(shapely.polygonize(noded))
    faces = faces[shapely.area(faces) >= MIN_AREA_M2]
    bounds = shapely.bounds(faces).reshape(-1, 4)
    return faces[np.lexsort([bounds[:, 1], bounds[:, 0]])]


def neighbours(shape: ObjectArray, seams: Seams) -> list[tuple[int, ...]]:
    """Name the polygons whose seams bound each shape, ascending; shape (n,)."""
    real = np.flatnonzero(seams.owner != OUTLINE)
    lines = shapely.linestrings(np.stack([seams.start[real], seams.stop[real]], axis=1))
    middle, which = _middles(shape)
    point, line = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=_TOUCH_M)
    pairs = np.unique(np.column_stack([which[point], seams.owner[real][line]]), axis=0)
    parts = np.split(pairs[:, 1], np.searchsorted(pairs[:, 0], np.arange(1, len(shape))))
    return [tuple(int(v) for v in part) for part in parts]


def _middles(shape: ObjectArray) -> tuple[ObjectArray, IndexArray]:
    """Middle of every edge of polygons, and whose it is: a border that meets a polygon in a point has none there."""
    rings, owner = shapely.get_rings(shape, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return shapely.points((xy[1:] + xy[:-1])[same] / 2), owner[ring[1:][same]]
