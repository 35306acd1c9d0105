"""Polygons as flat arrays of rings: what the kernels read. No geometry is made or changed here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rdtr.errors import GeometryError
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.kernels import polygon_measures, ring_signs

__all__ = ["Rings", "plain_rings", "rings_of"]

_POLYGON, _MULTIPOLYGON, _MISSING = 3, 6, -1


@dataclass(frozen=True, slots=True)
class Rings:
    """Polygons laid out flat.

    Attributes
    ----------
    xy
        Shape (v, 2), closed rings one after the other.
    ring_start
        Shape (r + 1,), where each ring starts in `xy`.
    sign
        Shape (r,), float64: +1 where the ring, walked as stored, has its polygon on the left; -1 where it has it on the
        right; so no ring is ever turned round.
    polygon_start
        Shape (n + 1,), where each polygon starts in `ring_start`; a missing or empty one has no ring.
    bounds
        Shape (n, 4), xmin ymin xmax ymax; NaN for a missing or empty one.
    area
        Shape (n,); 0 for a missing or empty one.
    """

    xy: FloatArray
    ring_start: IndexArray
    sign: FloatArray
    polygon_start: IndexArray
    bounds: FloatArray
    area: FloatArray

    def __len__(self) -> int:
        return len(self.polygon_start) - 1

    @property
    def flat(self) -> tuple[FloatArray, IndexArray, FloatArray, IndexArray, FloatArray]:
        """What the kernels read."""
        return self.xy, self.ring_start, self.sign, self.polygon_start, self.bounds

    @property
    def vertices(self) -> IndexArray:
        """Vertices of each polygon, the closing ones counted, shape (n,)."""
        return np.diff(self.ring_start[self.polygon_start])


def rings_of(geometry: ObjectArray, what: str = "geometry") -> Rings:
    """Lay polygons and multipolygons out flat.

    Parameters
    ----------
    geometry
        Shape (n,). None and empty give a polygon without rings.
    what
        What the geometries are, for messages.

    Returns
    -------
    Rings

    Raises
    ------
    GeometryError
        If one is neither a polygon nor a multipolygon, or has a coordinate that is not finite.

    Examples
    --------
    >>> r = rings_of(np.array([shapely.box(0, 0, 2, 1), None], dtype=object))
    >>> r.polygon_start.tolist(), r.sign.tolist(), r.vertices.tolist()
    ([0, 1, 1], [1.0], [5, 0])
    """
    kind = shapely.get_type_id(geometry)
    _require_polygons(kind, geometry, what)
    rings = _laid_out(geometry, kind)
    if rings is None:
        raise GeometryError(f"{what}: a coordinate is not a finite number; repair or leave out that geometry")
    return rings


def plain_rings(geometry: ObjectArray) -> Rings | None:
    """Lay polygons and multipolygons out flat; None where one is missing, something else, or not finite.

    Examples
    --------
    >>> plain_rings(np.array([shapely.Point(0, 0)], dtype=object)) is None
    True
    """
    kind = shapely.get_type_id(geometry)
    return _laid_out(geometry, kind) if ((kind == _POLYGON) | (kind == _MULTIPOLYGON)).all() else None


def _laid_out(geometry: ObjectArray, kind: IndexArray) -> Rings | None:
    xy = shapely.get_coordinates(geometry)  # ring after ring, whether they are the only one or not
    if not np.isfinite(xy).all():
        return None
    rings_per, ring_counts, exterior = _ring_sizes(geometry, kind)
    ring_start = np.concatenate([[0], np.cumsum(ring_counts)]).astype(np.int64)
    polygon_start = np.concatenate([[0], np.cumsum(rings_per)]).astype(np.int64)
    sign = ring_signs(xy, ring_start, exterior)
    return Rings(xy, ring_start, sign, polygon_start, *polygon_measures(xy, ring_start, sign, polygon_start))


def _ring_sizes(geometry: ObjectArray, kind: IndexArray) -> tuple[IndexArray, IndexArray, BoolArray]:
    """Rings of each polygon, shape (n,), vertices of each ring, and whether it is an outer one, shape (r,) each.

    Only polygons of several rings are taken apart: GEOS copies what it takes apart.
    """
    counts = shapely.get_num_coordinates(geometry).astype(np.int64)
    rings_per = (counts > 0).astype(np.int64)
    several = (kind == _MULTIPOLYGON) | ((kind == _POLYGON) & (shapely.get_num_interior_rings(geometry) > 0))
    if not several.any():
        return rings_per, counts[counts > 0], np.ones(int(rings_per.sum()), np.bool_)
    parts, owner = shapely.get_parts(geometry[several], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    rings_per[several] = np.bincount(owner[part], minlength=int(several.sum()))
    from_several = np.repeat(several, rings_per)
    sizes, exterior = np.empty(len(from_several), np.int64), np.ones(len(from_several), np.bool_)
    sizes[~from_several] = counts[~several & (counts > 0)]
    sizes[from_several] = shapely.get_num_coordinates(rings)
    exterior[from_several] = np.concatenate([[True], part[1:] != part[:-1]])[: len(part)]
    return rings_per, sizes, exterior


def _require_polygons(kind: IndexArray, geometry: ObjectArray, what: str) -> None:
    wrong = ~np.isin(kind, (_POLYGON, _MULTIPOLYGON, _MISSING))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise GeometryError(f"{what} {row + 1}: a {geometry[row].geom_type} was found where a polygon is wanted")
