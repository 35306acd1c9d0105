"""One zoom of a layer: its rings in tile units of that zoom, with boxes and a tree. Made at the first tile of a zoom.

Coordinates are rounded here, once for the whole plane, so that neighbouring tiles agree on their common edge and
neighbouring polygons on their border.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.cells import Cells, cells_of
from rdtr.tiles.coverage import FINE_ZOOM, Coverage
from rdtr.tiles.heads import heads_of
from rdtr.tiles.kept import Arrays
from rdtr.tiles.mending import mend
from rdtr.tiles.rings import ring_areas, ring_commands
from rdtr.tiles.runs import run_boxes
from rdtr.types import BoolArray, IndexArray, SmallArray
from rdtr.zoning.boxes import BoxTree, box_tree

__all__ = ["Level", "at_zoom", "boxes_of", "level_of"]


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
    box: np.ndarray
    tree: BoxTree
    run_start: IndexArray
    runs: np.ndarray
    hole: BoolArray
    commands: tuple[SmallArray, IndexArray]
    origin: IndexArray
    mended: int
    dropped: int
    _cells: dict[int, Cells] = field(default_factory=dict, repr=False)

    def cells(self, margin: int) -> Cells:
        """Return the rings by cell, listed at the first use."""
        if margin not in self._cells:
            self._cells[margin] = cells_of(self.box, self.origin, margin)
        return self._cells[margin]

    @property
    def arrays(self) -> Arrays:
        """What `rdtr.tiles.mvt.encode_polygons` reads."""
        return self.xy, self.heads, self.run_start, self.runs, self.commands[0]

    @cached_property
    def heads(self) -> np.ndarray:
        """What a tile asks first of a ring, see `rdtr.tiles.heads`."""
        return heads_of(self.xy, self.ring_start, self.box, self.commands[1], self.polygon, self.hole)

    def packed(self) -> Arrays:
        """As arrays alone, for `unpacked`."""
        tree = (self.tree.boxes, self.tree.level_start, self.tree.item)
        counts = np.array([self.mended, self.dropped])
        return (
            self.xy, self.ring_start, self.polygon, self.box, *tree, self.run_start, self.runs, self.hole, *self.commands,
            self.origin, counts,
        )  # fmt: skip

    @classmethod
    def unpacked(cls, arrays: Arrays) -> Level:
        """Put together again what was `packed`."""
        xy, start, polygon, box, boxes, level_start, item, run_start, runs, hole, data, data_start, origin, counts = (
            arrays
        )
        tree, commands = BoxTree(boxes, level_start, item), (data, data_start)
        return cls(
            xy, start, polygon, box, tree, run_start, runs, hole, commands, origin, int(counts[0]), int(counts[1])
        )


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
    origin = at_zoom(coverage.origin, z)
    x, y = (
        at_zoom(at.astype(np.int64) + low, z) for at, low in zip((coverage.x, coverage.y), coverage.origin, strict=True)
    )
    xy = np.column_stack([x - origin[0], y - origin[1]]).astype(np.int32)
    ring_polygon = np.repeat(np.arange(len(coverage), dtype=np.int32), np.diff(coverage.polygon_start))
    points, start, kept = _thin(coverage.vertex, coverage.ring_start, coverage.zoom, xy, z)
    polygon = ring_polygon[kept]
    dropped = len(ring_polygon) - len(kept)
    points, start, polygon, mended = mend(points, start, polygon)
    start, polygon = start.astype(np.int32), polygon.astype(np.int32)
    box = boxes_of(points, start)
    run_start, runs = run_boxes(points, start)
    tree = box_tree(box)
    tree = replace(tree, item=tree.item.astype(np.int32))
    hole = ring_areas(points, start) > 0
    commands = ring_commands(points, start)
    return Level(points, start, polygon, box, tree, run_start, runs, hole, commands, origin, mended, dropped)


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
def boxes_of(points, start):
    """Box of every ring or line: left, top, right, bottom."""
    box = np.empty((len(start) - 1, 4), np.int32)
    for r in range(len(start) - 1):
        box[r, 0], box[r, 1] = points[start[r], 0], points[start[r], 1]
        box[r, 2], box[r, 3] = box[r, 0], box[r, 1]
        for i in range(start[r], start[r + 1]):
            box[r, 0], box[r, 2] = min(box[r, 0], points[i, 0]), max(box[r, 2], points[i, 0])
            box[r, 1], box[r, 3] = min(box[r, 1], points[i, 1]), max(box[r, 3], points[i, 1])
    return box
