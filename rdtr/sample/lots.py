"""Lots: rows of parcels along the streets. Plots are cut into one or two rows, rows into lots, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from rdtr.sample.frame import Frame
from rdtr.sample.plots import Plots
from rdtr.sample.tables import numbers
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray

__all__ = ["Rows", "draw_lots", "lay_rows"]

_NO_ROAD = 9
_CHUNK = 100_000  # lots drawn at a time: bounds the memory
_CHAMFER_M = 2.6
_JITTER = 0.07  # a lot is narrower or wider than its neighbour by this share


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of lots along a street.

    Attributes
    ----------
    plot
        Shape (n,): the plot each row is cut from.
    axis
        Shape (n,): 0 where the row runs along u, 1 along v.
    along
        Shape (n, 2): where it begins and ends.
    front, back
        Shape (n,): places of the street line and of the line behind.
    corner
        Shape (n, 2): whether there is a street at its beginning and at its end.
    lots
        Shape (n,): how many lots.
    road
        Shape (n,): class of the street in front.
    """

    plot: IndexArray
    axis: IndexArray
    along: FloatArray
    front: FloatArray
    back: FloatArray
    corner: BoolArray
    lots: IndexArray
    road: IndexArray


def lay_rows(plots: Plots, seed: int) -> Rows:
    """Cut plots into rows.

    Parameters
    ----------
    plots
        What is parcelled.
    seed
        Of the width of the lots.
    """
    rng = np.random.default_rng([seed, 7])
    axis, two = _arrange(plots)
    plot = np.repeat(np.arange(len(plots)), np.where(two, 2, 1))
    second = np.append(False, plot[1:] == plot[:-1])
    axis, two, rect, road = axis[plot], two[plot], plots.rect[plot], _roads(plots)[plot]
    row = np.arange(len(plot))
    low_side, high_side = 1 - axis, 3 - axis
    along = np.column_stack([rect[row, axis], rect[row, axis + 2]])
    low, high = rect[row, 1 - axis], rect[row, 3 - axis]
    from_high = np.where(two, second, road[row, high_side] < road[row, low_side])
    middle = (low + high) / 2 + (high - low) * rng.uniform(-0.06, 0.06, len(plots))[plot]
    front = np.where(from_high, high, low)
    back = np.where(two, middle, np.where(from_high, low, high))
    facing = road[row, np.where(from_high, high_side, low_side)]
    corner = np.column_stack([road[row, axis], road[row, axis + 2]]) < _NO_ROAD
    lots = _count(along[:, 1] - along[:, 0], plots.subzone[plot], rng)
    return Rows(plot, axis, along, front, back, corner & (facing < _NO_ROAD)[:, None], lots, facing)


def _roads(plots: Plots) -> IndexArray:
    return np.where(plots.road < 0, _NO_ROAD, plots.road).astype(np.int64)


def _arrange(plots: Plots) -> tuple[IndexArray, BoolArray]:
    """Choose which way the rows of each plot run, and whether there are two of them back to back."""
    road = _roads(plots)
    size = plots.rect[:, 2:] - plots.rect[:, :2]
    facing_v, facing_u = road[:, [1, 3]].min(axis=1), road[:, [0, 2]].min(axis=1)
    on_main = np.minimum(facing_u, facing_v) <= 1
    better = np.where(on_main & (facing_u != facing_v), facing_v < facing_u, size[:, 0] >= size[:, 1])
    along_u = np.where(facing_v == _NO_ROAD, False, np.where(facing_u == _NO_ROAD, True, better))
    axis = np.where(along_u, 0, 1)
    row = np.arange(len(plots))
    deep = size[row, 1 - axis]
    through = (road[row, 1 - axis] < _NO_ROAD) & (road[row, 3 - axis] < _NO_ROAD)
    return axis, through & (deep > 1.5 * numbers("subzones", "lot_d_m")[plots.subzone])


def _count(length: FloatArray, subzone: IndexArray, rng: np.random.Generator) -> IndexArray:
    width = numbers("subzones", "lot_w_m")[subzone] * rng.uniform(0.88, 1.14, len(length))
    return np.maximum(np.rint(np.nan_to_num(length / width, nan=1.0)), 1.0).astype(np.int64)


def draw_lots(frame: Frame, rows: Rows, seed: int) -> tuple[ObjectArray, IndexArray]:
    """Draw every lot.

    Most are quadrangles; at street corners some are cut off, and here and there two neighbours have a step between
    them, which makes both L-shaped.

    Returns
    -------
    geometry
        Shape (sum of lots,), polygons on the map in the order of the rows.
    row
        The row of each.
    """
    rng = np.random.default_rng([seed, 8])
    ends = np.cumsum(rows.lots)
    breaks = np.searchsorted(ends, np.arange(_CHUNK, ends[-1] + _CHUNK, _CHUNK))
    starts = np.concatenate([[0], np.unique(np.minimum(breaks + 1, len(ends)))])
    parts = [_draw(frame, rows, np.arange(a, b), rng) for a, b in pairwise(starts)]
    return np.concatenate(parts), np.repeat(np.arange(len(ends)), rows.lots)


def _draw(frame: Frame, rows: Rows, which: IndexArray, rng: np.random.Generator) -> ObjectArray:
    lots = rows.lots[which]
    node = _Nodes.of(rows, which, rng)
    first = np.repeat(np.concatenate([[0], np.cumsum(lots + 1)[:-1]]), lots) + _within(lots)
    along, deep, used = _corners(node, first, first + 1)
    row = np.repeat(which, lots)[:, None]
    across = rows.front[row] + np.sign(rows.back - rows.front)[row] * deep
    on_u = rows.axis[row] == 0
    x, y = frame.to_map(np.where(on_u, along, across)[used], np.where(on_u, across, along)[used])
    ring = np.repeat(np.arange(len(used)), used.sum(axis=1))
    return shapely.polygons(shapely.linearrings(np.column_stack([x, y]), indices=ring))


def _within(lots: IndexArray) -> IndexArray:
    return np.arange(lots.sum()) - np.repeat(np.cumsum(lots) - lots, lots)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Side lines of lots: one more than lots in each row.

    A line runs from the street (along `front`, depth `set_back`) to the line behind (along `back`, depth `depth`); with
    a step it jumps by `step` at depth `step_at`. `chamfer` is what is cut off beside it, at the ends of a row.
    """

    front: FloatArray
    back: FloatArray
    set_back: FloatArray
    depth: FloatArray
    step: FloatArray
    step_at: FloatArray
    chamfer: FloatArray

    @classmethod
    def of(cls, rows: Rows, which: IndexArray, rng: np.random.Generator) -> _Nodes:
        lots = rows.lots[which]
        row = np.repeat(which, lots + 1)
        index = _within(lots + 1)
        n = rows.lots[row]
        length = rows.along[row, 1] - rows.along[row, 0]
        inner = (index > 0) & (index < n)
        width = length / n
        at = rows.along[row, 0] + length * (index / n)
        depth = np.abs(rows.back - rows.front)[row]
        front = at + np.where(inner, rng.uniform(-_JITTER, _JITTER, len(row)), 0.0) * width
        back = at + np.where(inner, rng.uniform(-_JITTER, _JITTER, len(row)), 0.0) * width
        stepped = inner & (index % 2 == 1) & (rng.random(len(row)) < 0.07)
        step = np.where(stepped, rng.uniform(0.18, 0.34, len(row)) * rng.choice([-1.0, 1.0], len(row)) * width, 0.0)
        ended = np.where(index == 0, rows.corner[row, 0], rows.corner[row, 1]) & ~inner
        cut_off = ended & (rng.random(len(row)) < 0.55)
        chamfer = np.where(cut_off, np.minimum(_CHAMFER_M, 0.25 * np.minimum(width, depth)), 0.0)
        set_back = rng.uniform(-0.08, 0.08, len(row))
        return cls(front, back, set_back, depth, step, depth * rng.uniform(0.4, 0.65, len(row)), chamfer)


def _corners(node: _Nodes, left: IndexArray, right: IndexArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Places along and deep of up to ten corners a lot, shape (n, 10), and which of them a lot has.

    In order: two at the street on the left (one without a chamfer), two on the right, two at a step on the right, the
    two behind, two at a step on the left.
    """
    width = node.front[right] - node.front[left]
    beside_left, beside_right = node.chamfer[left], node.chamfer[right]
    turn_left, turn_right = _on_line(node, left), _on_line(node, right)
    along = [
        node.front[left],
        node.front[left] + np.minimum(beside_left, 0.4 * width),
        node.front[right] - np.minimum(beside_right, 0.4 * width),
        node.front[right],
        turn_right,
        turn_right + node.step[right],
        node.back[right] + node.step[right],
        node.back[left] + node.step[left],
        turn_left + node.step[left],
        turn_left,
    ]
    deep = [
        node.set_back[left] + beside_left,
        node.set_back[left],
        node.set_back[right],
        node.set_back[right] + beside_right,
        node.step_at[right],
        node.step_at[right],
        node.depth[right],
        node.depth[left],
        node.step_at[left],
        node.step_at[left],
    ]
    always = np.ones(len(left), dtype=bool)
    has = [beside_left, always, always, beside_right, *[node.step[right]] * 2, always, always, *[node.step[left]] * 2]
    return np.column_stack(along), np.column_stack(deep), np.column_stack(has) != 0


def _on_line(node: _Nodes, which: IndexArray) -> FloatArray:
    share = node.step_at[which] / node.depth[which]
    return node.front[which] + (node.back[which] - node.front[which]) * share
