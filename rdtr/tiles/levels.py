"""One zoom of a layer: its rings in tile units of that zoom, with boxes and a tree. Made at the first tile of a zoom.

Coordinates are rounded here, once for the whole plane, so that neighbouring tiles agree on their common edge and
neighbouring polygons on their border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from rdtr.jit import kernel
from rdtr.tiles.coverage import FINE_ZOOM, Coverage
from rdtr.tiles.rings import ring_commands
from rdtr.tiles.runs import run_boxes
from rdtr.types import BoolArray, IndexArray, SmallArray
from rdtr.zoning.boxes import BoxTree, box_tree

__all__ = ["Level", "at_zoom", "level_of"]


@dataclass(frozen=True, eq=False)
class Level:
    """Rings of one zoom.

    Attributes
    ----------
    xy
        Shape (n, 2), int32 tile units of this zoom from `origin`; closing vertices left out.
    ring_start
        Shape (rings + 1,).
    polygon
        Shape (rings,), the polygon each ring belongs to, ascending.
    polygon_ring
        Shape (polygons + 1,), where each polygon's rings start.
    box
        Shape (rings, 4), int32.
    tree
        Over `box`.
    run_start, runs
        Boxes of runs of vertices, see `rdtr.tiles.runs.run_boxes`.
    hole
        Shape (rings,), which rings are holes.
    commands
        Rings as commands of a tile, see `rdtr.tiles.rings.ring_commands`.
    origin
        Shape (2,), int64 tile units.
    mended, dropped
        How many polygons were mended after rounding; how many rings fell under the grid of this zoom.
    """

    xy: np.ndarray
    ring_start: IndexArray
    polygon: IndexArray
    polygon_ring: IndexArray
    box: np.ndarray
    tree: BoxTree
    run_start: IndexArray
    runs: np.ndarray
    hole: BoolArray
    commands: tuple[SmallArray, IndexArray]
    origin: IndexArray
    mended: int
    dropped: int

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What `rdtr.tiles.mvt.encode_polygons` reads."""
        return (
            self.xy, self.ring_start, self.polygon, self.box, self.run_start, self.runs, self.hole, self.commands,
        )  # fmt: skip


def level_of(coverage: Coverage, z: int) -> Level:
    """Take the vertices of a zoom, round them to its tile units, drop what vanished and mend what rounding broke.

    Parameters
    ----------
    coverage
        The layer.
    z
        0 to `FINE_ZOOM`.

    Returns
    -------
    Level
        Rings of fewer than three vertices or no area at this zoom are dropped: they are smaller than a unit of the tile.
    """
    x, y = at_zoom(coverage.x, z), at_zoom(coverage.y, z)
    origin = np.array([x.min(initial=0), y.min(initial=0)], np.int64)
    xy = np.column_stack([x - origin[0], y - origin[1]]).astype(np.int32)
    ring_polygon = np.repeat(np.arange(len(coverage)), np.diff(coverage.polygon_start))
    points, start, kept = _thin(coverage.vertex, coverage.ring_start, coverage.zoom, xy, z)
    polygon = ring_polygon[kept]
    dropped = len(ring_polygon) - len(kept)
    points, start, polygon, mended = _mend(points, start, polygon)
    box = _boxes(points, start)
    first = np.searchsorted(polygon, np.arange(len(coverage) + 1)).astype(np.int64)
    run_start, runs = run_boxes(points, start)
    tree = box_tree(box.astype(np.float64))
    hole = _areas(points, start) > 0
    commands = ring_commands(points, start)
    return Level(points, start, polygon, first, box, tree, run_start, runs, hole, commands, origin, mended, dropped)


def at_zoom(fine: IndexArray, z: int) -> IndexArray:
    """Round fine units to the tile units of a zoom."""
    shift = FINE_ZOOM - z
    return (fine + ((1 << shift) >> 1)) >> shift if shift >= 0 else fine << -shift


@kernel
def _thin(vertex, ring_start, zoom, xy, z):
    """Vertices of zoom z, without doubled ones and spikes; rings that lost their area go."""
    out = np.empty((len(vertex), 2), np.int32)
    start = np.empty(len(ring_start), np.int64)
    kept = np.empty(len(ring_start) - 1, np.int64)
    start[0], n, rings = 0, 0, 0
    for r in range(len(ring_start) - 1):
        first = n
        for i in range(ring_start[r], ring_start[r + 1]):
            v = vertex[i]
            if zoom[v] > z:
                continue
            px, py = xy[v, 0], xy[v, 1]
            if n > first and out[n - 1, 0] == px and out[n - 1, 1] == py:
                continue
            if n > first + 1 and out[n - 2, 0] == px and out[n - 2, 1] == py:
                n -= 1  # there and back again
                continue
            out[n, 0], out[n, 1] = px, py
            n += 1
        while n > first + 1 and out[n - 1, 0] == out[first, 0] and out[n - 1, 1] == out[first, 1]:
            n -= 1
        while n > first + 2 and out[n - 1, 0] == out[first + 1, 0] and out[n - 1, 1] == out[first + 1, 1]:
            n -= 1
            first_x, first_y = out[n, 0], out[n, 1]
            out[first, 0], out[first, 1] = first_x, first_y
            for i in range(first + 1, n - 1):
                out[i, 0], out[i, 1] = out[i + 1, 0], out[i + 1, 1]
            n -= 1
        twice = np.int64(0)
        for i in range(first, n):
            j = i + 1 if i + 1 < n else first
            twice += np.int64(out[i, 0]) * np.int64(out[j, 1]) - np.int64(out[j, 0]) * np.int64(out[i, 1])
        if n - first < 3 or twice == 0:
            n = first
            continue
        kept[rings] = r
        rings += 1
        start[rings] = n
    return out[:n].copy(), start[: rings + 1].copy(), kept[:rings].copy()


@kernel
def _boxes(points, start):
    box = np.empty((len(start) - 1, 4), np.int32)
    for r in range(len(start) - 1):
        box[r, 0], box[r, 1] = points[start[r], 0], points[start[r], 1]
        box[r, 2], box[r, 3] = box[r, 0], box[r, 1]
        for i in range(start[r], start[r + 1]):
            box[r, 0], box[r, 2] = min(box[r, 0], points[i, 0]), max(box[r, 2], points[i, 0])
            box[r, 1], box[r, 3] = min(box[r, 1], points[i, 1]), max(box[r, 3], points[i, 1])
    return box


def _mend(points: np.ndarray, start: IndexArray, polygon: IndexArray) -> tuple[np.ndarray, IndexArray, IndexArray, int]:
    """Make polygons that rounding broke valid again, on the same whole-number grid; the others are not touched."""
    broken = _broken(points, start, polygon)
    if not len(broken):
        return points, start, polygon, 0
    rings: list[np.ndarray] = []
    owner: list[int] = []
    for p in broken:  # a few in a thousand
        for ring in _mended(points, start, np.flatnonzero(polygon == p)):
            rings.append(ring)
            owner.append(int(p))
    keep = ~np.isin(polygon, broken)
    count = np.diff(start)
    kept_points = points[np.repeat(keep, count)]
    all_polygon = np.concatenate([polygon[keep], np.array(owner, np.int64)])
    all_count = np.concatenate([count[keep], np.array([len(r) for r in rings], np.int64)])
    all_points = np.concatenate([kept_points, *rings]) if rings else kept_points
    order = np.argsort(all_polygon, kind="stable")
    first = np.concatenate([[0], np.cumsum(all_count)])
    rows = np.concatenate([np.arange(first[k], first[k + 1]) for k in order]) if len(order) else np.empty(0, np.int64)
    new_start = np.concatenate([[0], np.cumsum(all_count[order])]).astype(np.int64)
    return np.ascontiguousarray(all_points[rows]), new_start, all_polygon[order], len(broken)


def _closed(points: np.ndarray, start: IndexArray, rows: IndexArray) -> list[np.ndarray]:
    return [np.vstack([points[start[r] : start[r + 1]], points[start[r]]]) for r in rows]


def _broken(points: np.ndarray, start: IndexArray, polygon: IndexArray) -> IndexArray:
    """Polygons that GEOS finds invalid: a ring that crosses or touches itself, a hole that crosses its shell."""
    hole = _areas(points, start) > 0
    order = np.lexsort((hole, polygon))  # the shell first
    shells = np.bincount(polygon[~hole], minlength=int(polygon.max(initial=-1)) + 1)
    single = order[shells[polygon[order]] == 1]
    count = np.diff(start)[single] + 1
    first = np.concatenate([[0], np.cumsum(count)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], count)
    rows = np.repeat(start[single], count) + within % np.repeat(count - 1, count)
    owner, polygon_first = np.unique(polygon[single], return_index=True)
    offsets = (first, np.append(polygon_first, len(single)))
    shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points[rows].astype(np.float64), offsets)
    odd = np.unique(polygon[shells[polygon] != 1])  # multi-parts: one by one, they are few
    broken_odd = [p for p in odd if not _is_sound(points, start, np.flatnonzero(polygon == p))]
    return np.union1d(owner[~shapely.is_valid(shapes)], np.array(broken_odd, np.int64)).astype(np.int64)


@kernel
def _areas(points, start):
    """Twice the signed area of every ring; negative for shells, since y points down."""
    result = np.empty(len(start) - 1, np.int64)
    for r in range(len(start) - 1):
        twice = np.int64(0)
        j = start[r + 1] - 1
        for i in range(start[r], start[r + 1]):
            twice += np.int64(points[j, 0]) * np.int64(points[i, 1]) - np.int64(points[i, 0]) * np.int64(points[j, 1])
            j = i
        result[r] = twice
    return result


def _is_sound(points: np.ndarray, start: IndexArray, rows: IndexArray) -> bool:
    rings = [shapely.Polygon(ring) for ring in _closed(points, start, rows)]
    if not all(ring.is_valid for ring in rings):
        return False
    hole = [_twice_area(points[start[r] : start[r + 1]]) > 0 for r in rows]
    shells = [ring for ring, is_hole in zip(rings, hole, strict=True) if not is_hole]
    holes = [ring for ring, is_hole in zip(rings, hole, strict=True) if is_hole]
    area = sum(ring.area for ring in shells) - sum(ring.area for ring in holes)
    return abs(shapely.difference(shapely.union_all(shells), shapely.union_all(holes)).area - area) < 1e-6


def _mended(points: np.ndarray, start: IndexArray, rows: IndexArray) -> list[np.ndarray]:
    area = _areas(points, start)[rows]
    rings = np.array([shapely.Polygon(ring) for ring in _closed(points, start, rows)], dtype=object)
    rings = shapely.make_valid(rings, method="structure")
    whole, holes = shapely.union_all(rings[area < 0]), rings[area > 0]
    if len(holes):
        whole = shapely.difference(whole, shapely.union_all(holes))
    shape = shapely.set_precision(whole, 1.0)
    result = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        part = shapely.orient_polygons(part)  # in the plane of the screen: shell one way, holes the other
        for k, ring in enumerate([part.exterior, *part.interiors]):
            xy = np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int32)
            shell = k == 0
            result.append(xy if (_twice_area(xy) < 0) == shell else xy[::-1])
    return result


def _twice_area(xy: np.ndarray) -> float:
    x, y = xy[:, 0].astype(np.float64), xy[:, 1].astype(np.float64)
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
