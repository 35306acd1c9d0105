"""One zoom of a layer of lines: its vertices in tile units of that zoom, with boxes and a tree. Encodes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.cells import Cells, cells_of
from rdtr.tiles.coverage import NEAR, zooms_of
from rdtr.tiles.heads import heads_of
from rdtr.tiles.kept import Arrays
from rdtr.tiles.levels import at_zoom, boxes_of
from rdtr.tiles.lines import line_commands
from rdtr.tiles.runs import run_boxes
from rdtr.tiles.visvalingam import line_importance
from rdtr.types import IndexArray, SmallArray
from rdtr.zoning.boxes import BoxTree, box_tree

__all__ = ["LineLevel", "line_level_of", "line_zooms"]


@dataclass(frozen=True, eq=False)
class LineLevel:
    """Lines of one zoom.

    Attributes
    ----------
    xy
        Shape (n, 2), int32 tile units of this zoom from `origin`.
    line_start
        Shape (lines + 1,).
    feature
        Shape (lines,), the row in the layer of each line, ascending.
    tree
        Over the boxes of the lines.
    run_start, runs
        Boxes of runs of vertices, see `rdtr.tiles.runs.run_boxes`.
    commands
        Lines as commands of a tile, see `rdtr.tiles.lines.line_commands`.
    origin
        Shape (2,), int64 tile units.
    """

    xy: np.ndarray
    line_start: IndexArray
    feature: IndexArray
    tree: BoxTree
    run_start: IndexArray
    runs: np.ndarray
    commands: tuple[SmallArray, IndexArray]
    origin: IndexArray
    _cells: dict[int, Cells] = field(default_factory=dict, repr=False)

    def cells(self, margin: int) -> Cells:
        """Return the lines by cell, listed at the first use."""
        if margin not in self._cells:
            self._cells[margin] = cells_of(self._boxes, self.origin, margin)
        return self._cells[margin]

    @property
    def arrays(self) -> Arrays:
        """What `rdtr.tiles.mvt.encode_lines` reads."""
        return self.xy, self.heads, self.feature, self.run_start, self.runs, self.commands[0]

    @cached_property
    def heads(self) -> np.ndarray:
        """What a tile asks first of a line, see `rdtr.tiles.heads`."""
        return heads_of(self.xy, self.line_start, self._boxes, self.commands[1], self.feature)

    @cached_property
    def _boxes(self) -> np.ndarray:
        boxes: np.ndarray = boxes_of(self.xy, self.line_start)
        return boxes

    def packed(self) -> Arrays:
        """As arrays alone, for `unpacked`."""
        tree = (self.tree.boxes, self.tree.level_start, self.tree.item)
        return (
            self.xy, self.line_start, self.feature, *tree, self.run_start, self.runs, *self.commands, self.origin,
        )  # fmt: skip

    @classmethod
    def unpacked(cls, arrays: Arrays) -> LineLevel:
        """Put together again what was `packed`."""
        xy, start, feature, boxes, level_start, item, run_start, runs, data, data_start, origin = arrays
        return cls(xy, start, feature, BoxTree(boxes, level_start, item), run_start, runs, (data, data_start), origin)


def line_level_of(
    x: IndexArray, y: IndexArray, start: IndexArray, feature: IndexArray, zoom: SmallArray, z: int
) -> LineLevel:
    """Take the vertices of a zoom and round them to its tile units.

    Parameters
    ----------
    x, y
        Fine units from the grid's upper left corner.
    start
        Shape (lines + 1,).
    feature
        Shape (lines,), rows in the layer.
    zoom
        By vertex, the lowest zoom at which it is drawn.
    z
        0 to `rdtr.tiles.coverage.FINE_ZOOM`, or more.

    Returns
    -------
    LineLevel
        Lines that fall on one unit are left out.
    """
    fine = np.column_stack([at_zoom(x, z), at_zoom(y, z)])
    origin = fine.min(axis=0) if len(fine) else np.zeros(2, np.int64)
    points, line_start, kept = _thin((fine - origin).astype(np.int32), start, zoom, z)
    tree = box_tree(boxes_of(points, line_start))
    run_start, runs = run_boxes(points, line_start)
    return LineLevel(
        points, line_start.astype(np.int32), feature[kept].astype(np.int32),
        replace(tree, item=tree.item.astype(np.int32)), run_start, runs, line_commands(points, line_start), origin,
    )  # fmt: skip


def line_zooms(x: IndexArray, y: IndexArray, start: IndexArray) -> SmallArray:
    """Lowest zoom at which each vertex of lines is drawn; ends, and places where lines meet, at all.

    Examples
    --------
    >>> far = 1 << 19
    >>> line_zooms(np.array([0, far, 2 * far]), np.array([0, 2, 0]), np.array([0, 3])).tolist()
    [0, 20, 0]
    """
    _, place, often = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True, return_counts=True)
    node = often[place.ravel()] > 1
    return zooms_of(line_importance(start, node, x.astype(np.float64), y.astype(np.float64), NEAR))


@kernel
def _thin(xy, line_start, zoom, z):
    """Vertices of zoom z, without doubled ones; lines of a single place go."""
    out = np.empty((len(xy), 2), np.int32)
    start = np.empty(len(line_start), np.int64)
    kept = np.empty(len(line_start) - 1, np.int64)
    start[0], n, lines = 0, 0, 0
    for r in range(len(line_start) - 1):
        first = n
        for i in range(line_start[r], line_start[r + 1]):
            if zoom[i] > z or (n > first and out[n - 1, 0] == xy[i, 0] and out[n - 1, 1] == xy[i, 1]):
                continue
            out[n, 0], out[n, 1] = xy[i, 0], xy[i, 1]
            n += 1
        if n - first < 2:
            n = first
            continue
        kept[lines] = r
        lines += 1
        start[lines] = n
    return out[:n].copy(), start[: lines + 1].copy(), kept[:lines].copy()
