"""Outlines: the rings of the blocks and the zones in them, drawn from templates and bent onto the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rdtr.sample.frame import Frame
from rdtr.sample.streets import Streets
from rdtr.sample.template import Template, template
from rdtr.sample.uses import Uses
from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["Drawn", "draw_blocks", "from_side"]

_STEP_M = 14.0  # a vertex about this often along a side: the road body then has some 35 vertices a block
_PIECES = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64])
_RADIUS_M = 5.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn.

    Attributes
    ----------
    rings
        Shape (n blocks,): outline of each block, a hole of the road body.
    zones
        Shape (n zones,): polygons in the order of the blocks, then of their cuts.
    block, slot
        Shape (n zones,): where each zone comes from.
    """

    rings: ObjectArray
    zones: ObjectArray
    block: IndexArray
    slot: IndexArray


def draw_blocks(frame: Frame, streets: Streets, uses: Uses, seed: int) -> Drawn:
    """Draw every block and every zone in it.

    Blocks that are cut alike and have as many vertices share a template and are drawn in one go: some hundred goes
    whatever the size of the town.
    """
    rng = np.random.default_rng([seed, 4])
    rect = streets.blocks.block
    size, recipe = _measures(rect, uses, np.where(streets.on_river, 3.5, 1.2) * rng.uniform(-1.0, 1.0, len(rect)))
    first = np.concatenate([[0], np.cumsum(uses.zones_per_block)])
    rings, zones = np.empty(len(rect), object), np.empty(first[-1], object)
    for which, shape in _alike(uses.kind, size):
        x, y = _places(shape, recipe[which], rect[which], uses.turn[which])
        xy = np.stack(frame.to_map(x, y), axis=-1)
        rings[which] = shapely.linearrings(xy[:, : shape.ring])
        for slot, around in enumerate(shape.zones):
            zones[first[which] + slot] = shapely.polygons(xy[:, around])
    block = np.repeat(np.arange(len(rect)), uses.zones_per_block)
    return Drawn(rings, zones, block, np.arange(len(block)) - first[block])


def from_side(x: FloatArray, y: FloatArray, rect: FloatArray, turn: IndexArray) -> tuple[FloatArray, FloatArray]:
    """Turn places of a block's own frame (x away from the side its first zone lies on) back into the town plane.

    Parameters
    ----------
    x, y
        Shape (n, k), metres from the corner of the block.
    rect
        Shape (n, 4), blocks.
    turn
        Shape (n,), see `rdtr.sample.uses.Uses`.

    Returns
    -------
    u, v
        Shape (n, k).
    """
    cos, sin = np.array([1, 0, -1, 0])[turn, None], np.array([0, 1, 0, -1])[turn, None]
    u0 = np.where(turn % 3 == 0, rect[:, 0], rect[:, 2])[:, None]
    v0 = np.where(turn < 2, rect[:, 1], rect[:, 3])[:, None]
    return u0 + x * cos - y * sin, v0 + x * sin + y * cos


def _measures(rect: FloatArray, uses: Uses, bend: FloatArray) -> tuple[FloatArray, FloatArray]:
    size = rect[:, 2:] - rect[:, :2]
    size = np.where((uses.turn % 2 == 1)[:, None], size[:, ::-1], size)
    radius = np.minimum(_RADIUS_M, 0.16 * size.min(axis=1))
    shared = np.column_stack([radius, uses.cut, bend])
    return size, np.stack([np.column_stack([size[:, i], shared]) for i in (0, 1)], axis=1)


def _alike(kind: IndexArray, size: FloatArray) -> list[tuple[IndexArray, Template]]:
    pieces = np.searchsorted(_PIECES, np.minimum(size / _STEP_M, _PIECES[-1]))
    keys, group = np.unique(np.column_stack([kind, pieces]), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(group.ravel()))[:-1])
    shapes = [template(int(k), int(_PIECES[i]), int(_PIECES[j])) for k, i, j in keys]
    return list(zip(parts, shapes, strict=True))


def _places(shape: Template, recipe: FloatArray, rect: FloatArray, turn: IndexArray) -> tuple[FloatArray, FloatArray]:
    x = recipe[:, 0] @ shape.points[:, 0].T
    y = recipe[:, 1] @ shape.points[:, 1].T
    return from_side(x, y, rect, turn)
