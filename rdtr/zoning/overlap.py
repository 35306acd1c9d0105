"""Exact overlap areas of polygon pairs. No shapes are made here.

Officers need areas, and an area does not need an overlay: see `rdtr.zoning.gridarea` for why. GEOS stays the oracle in the
tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from rdtr.errors import GeometryError
from rdtr.progress import silent
from rdtr.types import FloatArray, IndexArray, ObjectArray, Progress
from rdtr.zoning.ahead import Ahead
from rdtr.zoning.boxes import candidates
from rdtr.zoning.edges import Rings, layout_of
from rdtr.zoning.grid import EdgeGrid, grid_of
from rdtr.zoning.laying import overlaps
from rdtr.zoning.pieces import cut
from rdtr.zoning.threads import WORTH_A_THREAD

__all__ = ["NOISE", "Overlaps", "candidates", "measure", "overlap_areas"]

NOISE: Final = 1e-12
"""Share of the smaller polygon below which an overlap is rounding of coordinates, not land."""

_BIG_LEFT: Final = 512  # vertices; a larger left polygon is cut, or a huge one would meet every edge of the plan


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Overlapping pairs, ordered by left, then by right.

    Attributes
    ----------
    left, right
        Shape (m,), int64 indices.
    area
        Shape (m,), square units of the CRS, float64.
    left_area
        Shape (n,), area of each left polygon.
    """

    left: IndexArray
    right: IndexArray
    area: FloatArray
    left_area: FloatArray


def overlap_areas(left: Any, right: Any, *, workers: int | None = None) -> tuple[IndexArray, IndexArray, FloatArray]:
    """Measure the overlap area of every pair of polygons that overlap.

    Parameters
    ----------
    left, right
        Shapes (n,) and (m,): polygons or multipolygons as arrays, GeoSeries or lists, in one metric CRS. None and empty
        overlap nothing; a coordinate that is not finite is an error. Valid polygons give the area of their
        intersection; in an invalid one each place counts as often as the rings go round it.
    workers
        Threads; default is the number of processors. The result does not depend on it.

    Returns
    -------
    left, right
        Shape (k,), int64: indices of the pairs, ordered by left, then by right.
    area
        Shape (k,), float64. Pairs that share less than 1e-12 of the smaller one are left out: that is rounding.

    Raises
    ------
    GeometryError
        If something else than polygons is given, or the two have different CRS.

    Examples
    --------
    >>> i, j, area = overlap_areas([shapely.box(0, 0, 10, 10)], [shapely.box(0, 0, 4, 10), shapely.box(4, 0, 20, 20)])
    >>> i.tolist(), j.tolist(), area.tolist()
    ([0, 0], [0, 1], [40.0, 60.0])
    """
    _require_same_crs(left, right)
    found = measure(_array(left), grid_of(_array(right), what="right"), workers=workers, what="left")
    return found.left, found.right, found.area


def measure(
    left: ObjectArray,
    layer: EdgeGrid,
    *,
    workers: int | None = None,
    progress: Progress = silent,
    what: str = "geometry",
) -> Overlaps:
    """Measure polygons against a prepared layer.

    Parameters
    ----------
    left
        Shape (n,), polygons.
    layer
        From `rdtr.zoning.grid.grid_of`.
    workers
        Threads; default is the number of processors.
    progress
        Called with (done, total) left polygons.
    what
        What the left polygons are, for messages.

    Returns
    -------
    Overlaps
        Overlaps with each owner of the layer, summed.
    """
    big = bool((shapely.get_num_coordinates(left) > _BIG_LEFT).any())
    small, source = cut(left, _BIG_LEFT) if big else (left, None)
    areas: list[FloatArray] = []

    def begin(start: int, rings: Rings) -> Callable[[int, int], tuple[Any, ...]]:
        areas.append(np.zeros(len(rings)))
        area = areas[-1]
        return lambda first, stop: overlaps(np.arange(first, stop), start, rings.flat, layer.flat, area)

    with Ahead(begin, workers if len(small) > WORTH_A_THREAD else 1) as ahead:
        layout_of(small, what, ahead.take)
        results = ahead.found(len(small), progress) or []
    nothing = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    polygon, owner, size = (np.concatenate(column) for column in zip(nothing, *results, strict=True))
    found = Overlaps(polygon, owner, size, np.concatenate(areas))
    whole = found if source is None else _sum_cut(found, source, len(left))
    smaller = np.minimum(whole.left_area[whole.left], layer.area[whole.right])
    real = whole.area > NOISE * smaller
    return Overlaps(whole.left[real], whole.right[real], whole.area[real], whole.left_area)


def _sum_cut(found: Overlaps, source: IndexArray, count: int) -> Overlaps:
    """Put the parts of cut left polygons together."""
    width = found.right.max(initial=0) + 1
    key, inverse = np.unique(source[found.left] * width + found.right, return_inverse=True)
    area = np.bincount(inverse, found.area, len(key)).astype(np.float64)
    left_area = np.bincount(source, found.left_area, count).astype(np.float64)
    return Overlaps(key // width, key % width, area, left_area)


def _array(geometry: Any) -> ObjectArray:
    return np.atleast_1d(np.asarray(geometry, dtype=object))


def _require_same_crs(left: Any, right: Any) -> None:
    crs_left, crs_right = getattr(left, "crs", None), getattr(right, "crs", None)
    if crs_left is not None and crs_right is not None and crs_left != crs_right:
        raise GeometryError(f"left is in {crs_left.name}, right in {crs_right.name}; bring both into one CRS first")
    for side, crs in (("left", crs_left), ("right", crs_right)):
        if crs is not None and crs.is_geographic:
            raise GeometryError(f"{side} is in degrees ({crs.name}); areas need a metric CRS, see to_crs")
