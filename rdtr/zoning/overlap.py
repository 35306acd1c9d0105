"""Exact overlap areas of polygon pairs, and how deep each overlap reaches. No shapes are made here.

Officers need areas, and an area does not need an overlay: see `rdtr.zoning.kernels` for why. GEOS stays the oracle in the
tests.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from rdtr.errors import GeometryError
from rdtr.jit import kernel
from rdtr.progress import silent
from rdtr.types import FloatArray, IndexArray, ObjectArray, Progress
from rdtr.zoning.boxes import FANOUT
from rdtr.zoning.depth import (
    MAX_CONVEX_EDGES,
    MAX_EDGES,
    SAMPLES,
    convex_sides,
    gap_to_piece,
    incentre,
    inner_samples,
    piece_depth,
    piece_depth_bounds,
)
from rdtr.zoning.edges import Rings, rings_of
from rdtr.zoning.kernels import edges_of_ring_set, pair_area, polygon_area
from rdtr.zoning.pieces import Pieces, cut, pieces_of

__all__ = ["NOISE", "Overlaps", "candidates", "measure", "overlap_areas"]

NOISE: Final = 1e-12
"""Share of the smaller polygon below which an overlap is rounding of coordinates, not land."""

_CHUNK: Final = 8192
_BIG_LEFT: Final = (
    512  # vertices; above it the left polygon is cut too, or a huge one would meet every edge of the plan
)


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Overlapping pairs, ordered by left, then by right.

    Attributes
    ----------
    left, right
        Shape (m,), int64 indices.
    area
        Shape (m,), square units of the CRS, float64. With `reach` also pairs of area 0 that lie near each other.
    depth
        Shape (m,), how far the right one reaches into the left one, a lower bound; minus the gap where they do not
        overlap; NaN where it was not measured (no `reach`, or the left one meets one right polygon only).
    depth_high
        Shape (m,), the upper bound; equal to `depth` in convex polygons, infinite in those with many edges.
    left_area
        Shape (n,), area of each left polygon.
    """

    left: IndexArray
    right: IndexArray
    area: FloatArray
    depth: FloatArray
    depth_high: FloatArray
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
    found = measure(_array(left), pieces_of(_array(right), what="right"), workers=workers, what="left")
    return found.left, found.right, found.area


def measure(
    left: ObjectArray,
    layer: Pieces,
    owner: IndexArray | None = None,
    *,
    reach: float = -1.0,
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
        From `rdtr.zoning.pieces.pieces_of`.
    owner
        Shape (pieces,), what each piece belongs to; default is the polygon it was cut from. Overlaps are summed by it.
    reach
        Metres; if not negative, depths are measured too, and pairs of no overlap that are nearer than this are listed.
    workers
        Threads; default is the number of processors.
    progress
        Called with (done, total) left polygons.
    what
        What the left polygons are, for messages.

    Returns
    -------
    Overlaps
    """
    small, source = cut(left, _BIG_LEFT) if _any_big(left) else (left, None)
    rings = rings_of(small, what)
    right_owner = layer.owner if owner is None else owner
    area = np.zeros(len(small), np.float64)
    flat, flat_layer = _flat(rings), _flat_layer(layer)

    def run(start: int) -> tuple[Any, ...]:
        stop = min(start + _CHUNK, len(small))
        return _chunk(start, stop, flat, flat_layer, right_owner, reach, area)

    starts = range(0, len(small), _CHUNK)
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        results = []
        for done, result in enumerate(pool.map(run, starts), 1):
            results.append(result)
            progress(min(done * _CHUNK, len(small)), len(small))
    hit_left, hit_right, hit_area, low, high = (_joined(results, k) for k in range(5))
    found = Overlaps(hit_left.astype(np.int64), hit_right.astype(np.int64), hit_area, low, high, area)
    whole = found if source is None else _sum_cut(found, source, len(left))
    return _without_noise(whole, _owner_area(layer, right_owner), reach)


def _joined(results: list[tuple[Any, ...]], column: int) -> FloatArray:
    return np.concatenate([r[column] for r in results]) if results else np.empty(0, np.float64)


def _array(geometry: Any) -> ObjectArray:
    return np.atleast_1d(np.asarray(geometry, dtype=object))


def _require_same_crs(left: Any, right: Any) -> None:
    crs_left, crs_right = getattr(left, "crs", None), getattr(right, "crs", None)
    if crs_left is not None and crs_right is not None and crs_left != crs_right:
        raise GeometryError(f"left is in {crs_left.name}, right in {crs_right.name}; bring both into one CRS first")
    for side, crs in (("left", crs_left), ("right", crs_right)):
        if crs is not None and crs.is_geographic:
            raise GeometryError(f"{side} is in degrees ({crs.name}); areas need a metric CRS, see to_crs")


def _any_big(geometry: ObjectArray) -> bool:
    return bool((shapely.get_num_coordinates(geometry) > _BIG_LEFT).any())


def _flat(rings: Rings) -> tuple[Any, ...]:
    return rings.xy, rings.ring_start, rings.sign, rings.polygon_start, rings.bounds


def _flat_layer(layer: Pieces) -> tuple[Any, ...]:
    tree = layer.tree
    return tree.boxes, tree.level_start, tree.item, layer.edge_start, layer.left, layer.right, layer.sign


def _owner_area(layer: Pieces, owner: IndexArray) -> FloatArray:
    if owner is layer.owner:
        return layer.area
    return np.full(int(owner.max(initial=-1)) + 1, np.inf)


def _sum_cut(found: Overlaps, source: IndexArray, count: int) -> Overlaps:
    """Put the parts of cut left polygons together; of a cut one no depth is known (its cut edges are no boundary)."""
    left = source[found.left]
    was_cut = np.bincount(source, minlength=count) > 1
    key = left * (found.right.max(initial=0) + 1) + found.right
    unique, inverse = np.unique(key, return_inverse=True)
    area = np.bincount(inverse, found.area, len(unique)).astype(np.float64)
    depth, high = np.full(len(unique), -np.inf), np.full(len(unique), -np.inf)
    cut_here = was_cut[left] & (found.area > 0.0)
    np.maximum.at(depth, inverse, np.where(cut_here, 0.0, found.depth))
    np.maximum.at(high, inverse, np.where(cut_here, np.inf, found.depth_high))
    first = np.zeros(len(unique), np.int64)
    first[inverse[::-1]] = np.arange(len(inverse))[::-1]
    return Overlaps(
        left[first],
        found.right[first],
        area,
        depth,
        high,
        np.bincount(source, found.left_area, count).astype(np.float64),
    )


def _without_noise(found: Overlaps, right_area: FloatArray, reach: float) -> Overlaps:
    smaller = np.minimum(found.left_area[found.left], right_area[found.right])
    real = found.area > NOISE * smaller
    area = np.where(real, found.area, 0.0)
    keep = real if reach < 0 else real | (found.depth <= 0.0)
    return Overlaps(
        found.left[keep], found.right[keep], area[keep], found.depth[keep], found.depth_high[keep], found.left_area
    )


@kernel
def _grown(array, size):
    bigger = np.empty(size, array.dtype)
    bigger[: len(array)] = array
    return bigger


@kernel
def _candidates(box, boxes, level_start, item, stack, found):
    """Write the leaves whose boxes meet `box`; return their number and the buffer they are in."""
    count = 0
    top = len(level_start) - 2
    if top < 0 or level_start[top + 1] == level_start[top]:
        return count, found
    size = 1
    stack[0, 0], stack[0, 1] = top, 0
    while size:
        size -= 1
        level, index = stack[size, 0], stack[size, 1]
        b = level_start[level] + index
        if boxes[b, 0] > box[2] or boxes[b, 2] < box[0] or boxes[b, 1] > box[3] or boxes[b, 3] < box[1]:
            continue
        if level == 0:
            if count == len(found):
                found = _grown(found, 2 * count)
            found[count] = item[index]
            count += 1
            continue
        first = index * FANOUT
        last = min(first + FANOUT, level_start[level] - level_start[level - 1])
        for child in range(first, last):
            stack[size, 0], stack[size, 1] = level - 1, child
            size += 1
    return count, found


@kernel
def candidates(box, boxes, level_start, item):
    """Return the leaves of a box tree whose boxes meet `box`, in no order."""
    stack = np.empty((FANOUT * (len(level_start) + 1), 2), np.int64)
    count, found = _candidates(box, boxes, level_start, item, stack, np.empty(64, np.int64))
    return found[:count].copy()


@kernel
def _merge(owners, areas, lows, highs, count):
    """Put the hits of one owner together and sort them by owner; return how many remain.

    A parcel has a handful of hits, for which insertion beats any sort; a giant one is sorted the ordinary way first.
    """
    if count > 64:
        order = np.argsort(owners[:count], kind="mergesort")
        owners[:count], areas[:count] = owners[:count][order], areas[:count][order]
        lows[:count], highs[:count] = lows[:count][order], highs[:count][order]
    n = 0
    for k in range(count):
        o, a, low, high = owners[k], areas[k], lows[k], highs[k]
        at = n
        while at > 0 and owners[at - 1] > o:
            at -= 1
        if at > 0 and owners[at - 1] == o:
            areas[at - 1] += a
            # NaN, "not measured", wins: what a maximum makes of it depends on the order
            lows[at - 1] = np.nan if np.isnan(low) or np.isnan(lows[at - 1]) else max(lows[at - 1], low)
            highs[at - 1] = np.nan if np.isnan(high) or np.isnan(highs[at - 1]) else max(highs[at - 1], high)
            continue
        for m in range(n, at, -1):
            owners[m], areas[m], lows[m], highs[m] = owners[m - 1], areas[m - 1], lows[m - 1], highs[m - 1]
        owners[at], areas[at], lows[at], highs[at] = o, a, low, high
        n += 1
    return n


@kernel
def _depths(p, rings, edges, count, place, layer, pieces, alone, areas, lows, highs, hits, reach, scratch):
    """Write how deep each candidate piece reaches into polygon p, or how far it is."""
    xy, ring_start, ring_sign, polygon_start = rings
    ox, oy, width, height, area = place
    edge_start, left, right, sign = layer
    sides, centre, samples = scratch
    n_sides, n_samples = 0, 0
    if alone:
        pass  # its only part is the last to vanish, whatever its depth; only the gaps to others are wanted
    elif polygon_start[p + 1] - polygon_start[p] == 1:
        r = polygon_start[p]
        n_sides = convex_sides(xy, ring_start[r], ring_start[r + 1], ring_sign[r], ox, oy, sides)
    if n_sides:
        incentre(sides, n_sides, centre)
    elif count <= MAX_EDGES and not alone:
        n_samples = inner_samples(edges, count, width, height, samples)
    for h in range(hits):
        first, last = edge_start[pieces[h]], edge_start[pieces[h] + 1]
        if areas[h] <= NOISE * area:
            areas[h] = 0.0
            gap = gap_to_piece(edges, count, ox, oy, width, height, reach, left, right, first, last)
            lows[h] = -gap if gap < reach else -np.inf
            highs[h] = lows[h]
        elif alone:
            continue
        elif n_sides:
            lows[h] = piece_depth(sides, n_sides, centre, ox, oy, width, height, left, right, sign, first, last)
            highs[h] = lows[h]
        elif count <= MAX_EDGES:
            lows[h], highs[h] = piece_depth_bounds(
                edges, count, samples, n_samples, ox, oy, width, height, left, right, sign, first, last
            )
        else:
            lows[h], highs[h] = 0.0, np.inf


@kernel
def _chunk(start, stop, rings, layer, owner, reach, area_out):
    """Measure polygons start..stop against the layer; the only function that knows the whole way."""
    xy, ring_start, ring_sign, polygon_start, bounds = rings
    boxes, level_start, item, edge_start, left, right, sign = layer
    size = 4 * (stop - start) + 16
    out_left, out_right = np.empty(size, np.int64), np.empty(size, np.int64)
    out_area, out_low, out_high = np.empty(size, np.float64), np.empty(size, np.float64), np.empty(size, np.float64)
    n = 0
    stack = np.empty((FANOUT * (len(level_start) + 1), 2), np.int64)
    found = np.empty(64, np.int64)
    edges = np.empty((64, 6), np.float64)
    scratch = (np.empty((MAX_CONVEX_EDGES, 3), np.float64), np.empty(3, np.float64), np.empty((SAMPLES, 3), np.float64))
    box = np.empty(4, np.float64)
    owners, areas = np.empty(64, np.int64), np.empty(64, np.float64)
    lows, highs = np.empty(64, np.float64), np.empty(64, np.float64)
    margin = max(reach, 0.0)
    for p in range(start, stop):
        first_ring, last_ring = polygon_start[p], polygon_start[p + 1]
        if first_ring == last_ring:
            continue
        ox, oy = bounds[p, 0], bounds[p, 1]
        width, height = bounds[p, 2] - ox, bounds[p, 3] - oy
        vertices = ring_start[last_ring] - ring_start[first_ring]
        if vertices > len(edges):
            edges = np.empty((vertices, 6), np.float64)
        count = edges_of_ring_set(xy, ring_start, ring_sign, first_ring, last_ring, ox, oy, edges)
        area = polygon_area(edges, count)
        area_out[p] = area
        box[0], box[1], box[2], box[3] = ox - margin, oy - margin, bounds[p, 2] + margin, bounds[p, 3] + margin
        hits, found = _candidates(box, boxes, level_start, item, stack, found)
        if hits > len(owners):
            owners, areas = np.empty(hits, np.int64), np.empty(hits, np.float64)
            lows, highs = np.empty(hits, np.float64), np.empty(hits, np.float64)
        several, parts, part_owner = False, 0, -1
        for h in range(hits):
            q = found[h]
            owners[h] = owner[q]
            areas[h] = pair_area(
                edges, count, area, width, height, ox, oy, left, right, sign, edge_start[q], edge_start[q + 1]
            )
            lows[h], highs[h] = np.nan, np.nan
            several = several or owners[h] != owners[0]
            if areas[h] > NOISE * area and owners[h] != part_owner:
                part_owner, parts = owners[h], parts + 1
        if reach >= 0.0 and several:
            _depths(
                p,
                (xy, ring_start, ring_sign, polygon_start),
                edges,
                count,
                (ox, oy, width, height, area),
                (edge_start, left, right, sign),
                found,
                parts <= 1,
                areas,
                lows,
                highs,
                hits,
                reach,
                scratch,
            )
        hits = _merge(owners, areas, lows, highs, hits)
        if n + hits > len(out_left):
            bigger = 2 * (n + hits)
            out_left, out_right = _grown(out_left, bigger), _grown(out_right, bigger)
            out_area, out_low, out_high = _grown(out_area, bigger), _grown(out_low, bigger), _grown(out_high, bigger)
        for h in range(hits):
            if areas[h] > 0.0 or (reach >= 0.0 and lows[h] > -reach):
                out_left[n], out_right[n], out_area[n] = p, owners[h], areas[h]
                out_low[n], out_high[n] = lows[h], highs[h]
                n += 1
    return out_left[:n], out_right[:n], out_area[:n], out_low[:n], out_high[:n]
