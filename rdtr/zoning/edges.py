"""Polygons as flat arrays of rings: what the kernels read. No geometry is made or changed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from rdtr.errors import GeometryError
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.kernels import lone_rings, polygon_areas, ring_signs, starts_of

__all__ = ["Layout", "Rings", "layout_of", "rings_of"]

_POLYGON, _MULTIPOLYGON, _MISSING = 3, 6, -1
_PIECE: Final = 8192  # polygons at a time: what GEOS has of them stays in the cache from one question to the next


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
    return layout_of(geometry, what).whole()


def layout_of(
    geometry: ObjectArray, what: str = "geometry", watch: Callable[[int, Rings], None] | None = None
) -> Layout:
    """Lay polygons out flat as `rings_of` does, but leave them in pieces until all in one are asked for.

    `watch` is called with the first row and the rings of each piece, while others are still to come.
    """
    layout = Layout(geometry)
    for start, piece in layout.pieces():
        if piece is None:
            _require_polygons(geometry, start, what)
            raise GeometryError(f"{what}: a coordinate is not a finite number; repair or leave out that geometry")
        if watch is not None:
            watch(start, piece)
    return layout


class Layout:
    """Polygons being laid out flat piece by piece: the first ones can be used while others are still to come.

    Parameters
    ----------
    geometry
        Shape (n,), polygons and multipolygons; None and empty give a polygon without rings.

    Attributes
    ----------
    bounds, area
        Those of `Rings`, once all pieces are laid out.

    Examples
    --------
    >>> layout = Layout(np.array([shapely.box(0, 0, 2, 1), shapely.box(0, 0, 3, 1)], dtype=object))
    >>> [(start, piece.area.tolist()) for start, piece in layout.pieces()], len(layout.whole())
    ([(0, [2.0, 3.0])], 2)
    """

    def __init__(self, geometry: ObjectArray) -> None:
        self._geometry = geometry
        self.bounds, self.area = np.empty((len(geometry), 4)), np.empty(len(geometry))
        self._pieces: list[Rings] = []

    def __len__(self) -> int:
        return len(self._geometry)

    def pieces(self) -> Iterator[tuple[int, Rings | None]]:
        """Lay out one piece after the other.

        Yields
        ------
        start, rings
            The row of its first polygon and the piece, which counts rows and vertices from there; None, and nothing
            after it, where something is no polygon or has a coordinate that is not finite.
        """
        for start in range(0, max(len(self), 1), _PIECE):
            piece = self._piece(start, min(start + _PIECE, len(self)))
            yield start, piece
            if piece is None:
                return
            self._pieces.append(piece)

    def _piece(self, start: int, stop: int) -> Rings | None:
        geometry, bounds, area = self._geometry[start:stop], self.bounds[start:stop], self.area[start:stop]
        kind = shapely.get_type_id(geometry)
        if not ((kind == _POLYGON) | (kind == _MULTIPOLYGON) | (kind == _MISSING)).all():
            return None
        # ring after ring, whether they are the only one or not
        xy, owner = shapely.get_coordinates(geometry, return_index=True)
        first = starts_of(owner, len(geometry))
        sign, alone = lone_rings(xy, first, bounds, area)
        if not np.isfinite(area).all() and not np.isfinite(xy).all():
            return None
        if not alone.all():
            return _apart(geometry, xy, first, alone, bounds, area)
        there = np.diff(first) > 0
        polygon_start = np.arange(len(geometry) + 1) if there.all() else _starts(there)
        ring_start = first if there.all() else np.append(first[:-1][there], first[-1])
        return Rings(xy, ring_start, sign if there.all() else sign[there], polygon_start, bounds, area)

    def whole(self) -> Rings:
        """Return all polygons in one, once all pieces are laid out; they stay in one from then on."""
        if len(self._pieces) > 1:
            sizes = np.concatenate([np.diff(p.ring_start) for p in self._pieces])
            rings_per = np.concatenate([np.diff(p.polygon_start) for p in self._pieces])
            sign = np.concatenate([p.sign for p in self._pieces])
            xy = _taken_over(self._pieces, int(sizes.sum()))
            self._pieces = [Rings(xy, _starts(sizes), sign, _starts(rings_per), self.bounds, self.area)]
        return self._pieces[0]


def _taken_over(pieces: list[Rings], size: int) -> FloatArray:
    """Vertices of all pieces; each piece is let go when its own are copied: of a million parcels both would be too much."""
    xy, stop = np.empty((size, 2)), size
    while pieces:
        piece = pieces.pop()
        xy[stop - len(piece.xy) : stop] = piece.xy
        stop -= len(piece.xy)
    return xy


def _starts(sizes: IndexArray | BoolArray) -> IndexArray:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _apart(
    geometry: ObjectArray, xy: FloatArray, start: IndexArray, alone: BoolArray, bounds: FloatArray, area: FloatArray
) -> Rings:
    """Tell the rings of polygons apart where some may have several; their area is written anew."""
    rings_per, sizes, exterior = _ring_sizes(geometry, start, alone)
    ring_start, polygon_start = _starts(sizes), _starts(rings_per)
    sign = ring_signs(xy, ring_start, exterior)
    area[:] = polygon_areas(xy, ring_start, sign, polygon_start)
    return Rings(xy, ring_start, sign, polygon_start, bounds, area)


def _ring_sizes(geometry: ObjectArray, start: IndexArray, alone: BoolArray) -> tuple[IndexArray, IndexArray, BoolArray]:
    """Rings of each polygon, shape (n,), vertices of each ring, and whether it is an outer one, shape (r,) each.

    Only polygons that come back to their first vertex too early are taken apart: GEOS copies what it takes apart, and even
    to count holes takes it half as long as to hand out the vertices.
    """
    counts, several = np.diff(start), ~alone
    rings_per = (counts > 0).astype(np.int64)
    parts, owner = shapely.get_parts(geometry[several], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    rings_per[several] = np.bincount(owner[part], minlength=int(several.sum()))
    from_several = np.repeat(several, rings_per)
    sizes, exterior = np.empty(len(from_several), np.int64), np.ones(len(from_several), np.bool_)
    sizes[~from_several] = counts[alone & (counts > 0)]
    sizes[from_several] = shapely.get_num_coordinates(rings)
    exterior[from_several] = np.concatenate([[True], part[1:] != part[:-1]])[: len(part)]
    return rings_per, sizes, exterior


def _require_polygons(geometry: ObjectArray, start: int, what: str) -> None:
    wrong = ~np.isin(shapely.get_type_id(geometry[start:]), (_POLYGON, _MULTIPOLYGON, _MISSING))
    if wrong.any():
        row = start + int(np.flatnonzero(wrong)[0])
        raise GeometryError(f"{what} {row + 1}: a {geometry[row].geom_type} was found where a polygon is wanted")
