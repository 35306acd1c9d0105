"""Big polygons cut into shards near faults, and put together again with all other vertices as they were. Repairs nothing.

GEOS cleans a coverage as a whole, and a road body of half a million vertices costs it seconds whatever is wrong. So big
polygons are cut along straight lines, away from faults where that can be, and the neighbours get the vertices where a line
crosses their common border: the shards are a coverage like any other. Afterwards the shards are joined and these vertices
taken out, which leaves every edge that nothing happened to bit by bit as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.cleaning import polygonal
from rdtr.zoning.faces import MIN_AREA_M2
from rdtr.zoning.knots import knotted_at
from rdtr.zoning.ragged import ragged
from rdtr.zoning.seams import Seams, numbered, seams_of, touches_of

__all__ = ["BIG", "Shards", "joined", "shards_of"]

BIG: Final = 1_000
"""Vertices above which a polygon is cut."""

_SHARE: Final = 8  # of them, a shard near a fault keeps one in so many; measured: 4 costs a tenth more, 1 a third
_ROOM_M: Final = 1.0  # round a fault, where a cut is best avoided
_PLACES: Final = np.array([0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65])  # where a box is cut, the best first
_ODD: Final = 1.7320508e-5  # added to where cuts lie, so that none lies on a border that was drawn to the millimetre
_ON_LINE_M: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Shards:
    """Polygons, the big ones cut.

    Attributes
    ----------
    whole
        Shape (n,), the polygons before.
    shape
        Shape (m,), shards in the order of their polygons.
    owner
        Shape (m,), ascending: polygon of each shard.
    crossing
        Shape (k, 2): vertices that cutting put in.
    """

    whole: ObjectArray
    shape: ObjectArray
    owner: IndexArray
    crossing: FloatArray


def shards_of(geometry: ObjectArray, seams: Seams, big: int = BIG) -> Shards:
    """Cut big polygons where their borders are not shared.

    Parameters
    ----------
    geometry
        Shape (n,), valid polygons.
    seams
        Their borders that are not shared: where faults may be.
    big
        Vertices above which a polygon is cut.

    Returns
    -------
    Shards

    Examples
    --------
    >>> disk = shapely.Point(0, 0).buffer(100, quad_segs=400)
    >>> both = np.array([disk, shapely.box(90, -1, 110, 1)], dtype=object)
    >>> shards = shards_of(both, seams_of(both))
    >>> len(shards.shape) > 4, bool(shapely.equals_exact(joined(shards, shards.shape)[0].normalize(), disk.normalize()))
    (True, True)
    """
    rows = np.flatnonzero(shapely.get_num_coordinates(geometry) > big)
    alone = Shards(geometry, geometry, np.arange(len(geometry)), np.empty((0, 2)))
    if not len(rows) or not len(seams):
        return alone
    near = np.hstack([np.minimum(seams.start, seams.stop) - _ROOM_M, np.maximum(seams.start, seams.stop) + _ROOM_M])
    shapes, owners, lines = [], [], []
    for row in rows:  # the few big ones
        parts, at = _cut(geometry[row], near, big // _SHARE)
        whole = abs(shapely.area(parts).sum() - geometry[row].area) < MIN_AREA_M2 * len(parts)
        if len(at) and whole and shapely.is_valid(parts).all():
            shapes.append(parts)
            owners.append(np.full(len(parts), row))
            lines.append(at)
    if not shapes:
        return alone
    small = np.setdiff1d(np.arange(len(geometry)), np.concatenate([o[:1] for o in owners]))
    owner = np.concatenate([small, *owners])
    order = np.argsort(owner, kind="stable")
    return _knotted(geometry, np.concatenate([geometry[small], *shapes])[order], owner[order], np.concatenate(lines))


def _cut(polygon: Any, near: FloatArray, most: int) -> tuple[ObjectArray, FloatArray]:
    """Halve a polygon wherever a fault is near; also the lines, as (axis, place)."""
    done: list[Any] = []
    lines: list[tuple[float, float]] = []
    todo = [(part, near) for part in shapely.get_parts(polygon)]
    while todo:
        shape, around = todo.pop()
        bounds = np.array(shape.bounds)
        around = around[(around[:, :2] <= bounds[2:]).all(axis=1) & (around[:, 2:] >= bounds[:2]).all(axis=1)]
        if not len(around) or shapely.get_num_coordinates(shape) <= most:
            done.append(shape)
            continue
        axis = int(bounds[3] - bounds[1] > bounds[2] - bounds[0])
        at = _quiet(bounds[axis], bounds[2 + axis], around[:, axis], around[:, 2 + axis])
        halves = _halves(shape, bounds, axis, at)
        if shapely.get_num_coordinates(halves).max(initial=0) >= shapely.get_num_coordinates(shape):
            done.append(shape)  # a star of needles gets no smaller
            continue
        lines.append((axis, at))
        todo += [(half, around) for half in halves]
    return np.array(done, dtype=object), np.array(lines).reshape(-1, 2)


def _quiet(low: float, high: float, first: FloatArray, last: FloatArray) -> float:
    """Where to cut a box so that few faults are cut, near its middle."""
    at = low + _PLACES * (high - low) + _ODD
    crossed = ((first[None, :] < at[:, None]) & (last[None, :] > at[:, None])).sum(axis=1)
    return float(at[crossed.argmin()])


def _halves(shape: Any, bounds: FloatArray, axis: int, at: float) -> ObjectArray:
    lower, upper = bounds.copy(), bounds.copy()
    lower[2 + axis] = upper[axis] = at
    try:
        with np.errstate(invalid="ignore"):  # GEOS divides by the length of edges that the box cuts to nothing
            parts: ObjectArray = shapely.get_parts([shapely.clip_by_rect(shape, *box) for box in (lower, upper)])
    except shapely.errors.GEOSException:  # some needle would be cut to what is no ring; the shape stays as it is
        return np.array([shape], dtype=object)
    return parts[shapely.get_type_id(parts) == 3]


def _knotted(whole: ObjectArray, shape: ObjectArray, owner: IndexArray, lines: FloatArray) -> Shards:
    """Make vertices on cuts the same for both shards, and put them into whatever else has its border there."""
    big = np.concatenate([[False], owner[1:] == owner[:-1]])
    big[:-1] |= big[1:]
    flat = ragged(shape[big])
    on = np.isin(flat.xy[:, 0], lines[lines[:, 0] == 0, 1]) | np.isin(flat.xy[:, 1], lines[lines[:, 0] == 1, 1])
    xy = flat.xy.copy()
    for x, y in ((0, 1), (1, 0)):  # GEOS rounds where an edge meets a cut differently from either side
        xy[on] = _evened(xy[on], x, y)
    shape = shape.copy()
    shape[big] = flat.at(xy)
    crossing = np.unique(xy[on], axis=0)
    seams = seams_of(shape)
    touches = touches_of(seams, _ON_LINE_M)
    return Shards(whole, knotted_at(shape, seams, touches.chosen(_among(touches.place, crossing))), owner, crossing)


def _evened(xy: FloatArray, first: int, second: int) -> FloatArray:
    order = np.lexsort([xy[:, second], xy[:, first]])
    ordered = xy[order]
    apart = (np.diff(ordered[:, first]) != 0.0) | (np.diff(ordered[:, second]) > _ON_LINE_M)
    leader = np.maximum.accumulate(np.where(np.concatenate([[True], apart]), np.arange(len(xy)), 0))
    result = np.empty_like(xy)
    result[order] = ordered[leader]
    return result


def _among(place: FloatArray, known: FloatArray) -> BoolArray:
    """Tell which places are, bit by bit, among known ones."""
    one, other = (np.ascontiguousarray(v).view(np.complex128).ravel() for v in (place, known))
    return np.isin(one, other)


def joined(shards: Shards, shape: ObjectArray) -> ObjectArray:
    """Put shards together again.

    Parameters
    ----------
    shards
        As they were cut.
    shape
        Shape (m,), the shards after something was done to some of them; empty ones are gone.

    Returns
    -------
    geometry
        Shape (n,). Polygons none of whose shards changed are the same objects as before.
    """
    if shards.shape is shards.whole:
        return shape
    result = shards.whole.copy()
    changed = np.array([a is not b for a, b in zip(shape, shards.shape, strict=True)], np.bool_)
    rows = np.unique(shards.owner[changed])
    for row in rows:
        parts = shape[slice(*np.searchsorted(shards.owner, [row, row + 1]))]
        parts = parts[~shapely.is_empty(parts)]
        result[row] = _union(parts) if len(parts) else shapely.Polygon()
    there = rows[~shapely.is_empty(result[rows])]
    if len(there):
        plain = _unknotted(result[there], shards.crossing)
        right = shapely.is_valid(plain)  # a needle may have two edges so near each other that they need the vertices
        result[there[right]] = plain[right]
    return result


def _union(parts: ObjectArray) -> Any:
    if len(parts) == 1:
        return parts[0]
    try:
        union = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:  # something moved a vertex on a cut
        union = shapely.union_all(parts)
    return polygonal(union)


def _unknotted(geometry: ObjectArray, crossing: FloatArray) -> ObjectArray:
    """Take the vertices of cuts out of edges that are straight there; corners stay, and so do those of another edge."""
    flat = ragged(geometry)
    gone = _among(flat.xy, crossing) & ~flat.closing
    rows = np.flatnonzero(gone)
    if not len(rows):
        return geometry
    before, after = flat.beside(rows)
    a, b, here = flat.xy[before], flat.xy[after], flat.xy[rows]
    length = np.hypot(*(b - a).T)
    away = np.abs((here - a)[:, 0] * (b - a)[:, 1] - (here - a)[:, 1] * (b - a)[:, 0]) / np.maximum(length, _ON_LINE_M)
    between = ((here - a) * (b - a)).sum(axis=1) > 0.0
    gone[rows] = (away <= _ON_LINE_M) & between & (((here - b) * (a - b)).sum(axis=1) > 0.0) & _on_one_edge(here, a, b)
    return flat.without_vertices(gone)


def _on_one_edge(here: FloatArray, a: FloatArray, b: FloatArray) -> BoolArray:
    """Tell which vertices have, in all polygons together, two neighbours only."""
    number, _ = numbered(np.vstack([here, a, b]))
    vertex, one, other = np.split(number, 3)
    pairs = np.unique(np.column_stack([np.tile(vertex, 2), np.concatenate([one, other])]), axis=0)
    return np.bincount(pairs[:, 0], minlength=int(number.max()) + 1)[vertex] == 2
