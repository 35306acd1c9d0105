"""Vertices put into polygons and taken out of them, many polygons at once. Decides nothing, moves nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray

__all__ = ["Ragged", "ragged"]


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Polygons as one array of vertices.

    Attributes
    ----------
    xy
        Shape (v, 2), closed rings one after the other.
    ring_start
        Shape (r + 1,), where each ring starts in `xy`.
    outer
        What shapely wants to know beyond the rings: where polygons start, and multipolygons.
    kind
        Polygon or multipolygon, as shapely names them.
    """

    xy: FloatArray
    ring_start: IndexArray
    outer: tuple[IndexArray, ...]
    kind: shapely.GeometryType

    @property
    def polygon(self) -> IndexArray:
        """Which of the polygons each vertex belongs to, shape (v,)."""
        start = self.ring_start
        for offsets in self.outer:
            start = start[offsets]
        return np.repeat(np.arange(len(start) - 1), np.diff(start))

    @property
    def closing(self) -> BoolArray:
        """Tell which vertices close a ring, shape (v,)."""
        last = np.zeros(len(self.xy), np.bool_)
        last[self.ring_start[1:] - 1] = True
        return last

    def beside(self, vertex: IndexArray) -> tuple[IndexArray, IndexArray]:
        """Vertices before and after some that close no ring, as rows of `xy`."""
        ring = np.searchsorted(self.ring_start, vertex, "right") - 1
        first = self.ring_start[ring] == vertex
        return np.where(first, self.ring_start[ring + 1] - 2, vertex - 1), vertex + 1

    def at(self, xy: FloatArray) -> ObjectArray:
        """Make the polygons with their vertices elsewhere, shape (n,)."""
        return self._shapes(xy, self.ring_start)

    def with_vertices(self, after: IndexArray, place: FloatArray) -> ObjectArray:
        """Make the polygons with places put in, each after a vertex that closes no ring; ordered where they share one.

        Parameters
        ----------
        after
            Shape (k,), ascending.
        place
            Shape (k, 2).

        Returns
        -------
        Shape (n,).
        """
        xy = np.insert(self.xy, after + 1, place, axis=0)
        return self._shapes(xy, self.ring_start + np.searchsorted(after + 1, self.ring_start, "left"))

    def without_vertices(self, gone: BoolArray) -> ObjectArray:
        """Make the polygons without some vertices; a ring whose first vertex goes starts at its next one.

        Parameters
        ----------
        gone
            Shape (v,); at least three vertices of every ring stay. What it says of closing vertices is not read.

        Returns
        -------
        Shape (n,).
        """
        keep = ~gone & ~self.closing
        ring = np.repeat(np.arange(len(self.ring_start) - 1), np.diff(self.ring_start))
        count = np.bincount(ring[keep], minlength=len(self.ring_start) - 1)
        start = np.concatenate([[0], np.cumsum(count + 1)])
        rows = np.flatnonzero(keep)
        first = rows[np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)] if len(rows) else rows
        xy = np.empty((int(start[-1]), 2))
        xy[start[1:] - 1] = self.xy[first]
        inside = np.ones(len(xy), np.bool_)
        inside[start[1:] - 1] = False
        xy[inside] = self.xy[rows]
        return self._shapes(xy, start)

    def _shapes(self, xy: FloatArray, ring_start: IndexArray) -> ObjectArray:
        shapes = np.asarray(shapely.from_ragged_array(self.kind, xy, (ring_start, *self.outer)), dtype=object)
        if self.kind == shapely.GeometryType.MULTIPOLYGON:
            single = shapely.get_num_geometries(shapes) == 1
            shapes[single] = shapely.get_geometry(shapes[single], 0)
        return shapes


def ragged(geometry: ObjectArray) -> Ragged:
    """Lay polygons out with what is needed to make them again.

    Parameters
    ----------
    geometry
        Shape (n,), polygons and multipolygons that are not empty.

    Returns
    -------
    Ragged

    Examples
    --------
    >>> flat = ragged(np.array([shapely.box(0, 0, 2, 2)], dtype=object))
    >>> flat.xy[0].tolist(), flat.with_vertices(np.array([0]), np.array([[2.0, 1.0]]))[0].wkt
    ([2.0, 0.0], 'POLYGON ((2 0, 2 1, 2 2, 0 2, 0 0, 2 0))')
    >>> flat.without_vertices(np.array([True, False, False, False, False]))[0].wkt
    'POLYGON ((2 2, 0 2, 0 0, 2 2))'
    """
    kind, xy, offsets = shapely.to_ragged_array(geometry, include_z=False)
    ring_start, *outer = (np.asarray(o, np.int64) for o in offsets)
    return Ragged(np.asarray(xy, np.float64), ring_start, tuple(outer), kind)
