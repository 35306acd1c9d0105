"""Cells: rectangles of the town plane between road centre lines, and their division by new roads, many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from rdtr.types import BoolArray, FloatArray, IndexArray, SmallArray

__all__ = ["ARTERI", "KOLEKTOR", "LINGKUNGAN", "LOKAL", "ROADS", "ROAD_WIDTH_M", "Cells", "Roads", "divide"]

ARTERI, KOLEKTOR, LOKAL, LINGKUNGAN = range(4)
ROADS = ("arteri", "kolektor", "lokal", "lingkungan")
ROAD_WIDTH_M = np.array([26.0, 17.0, 9.5, 6.0])
"""Whole width of the road body (BJ) by class; made up, of the usual order."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rectangles bounded by road centre lines.

    Attributes
    ----------
    rect
        Shape (n, 4): u0, v0, u1, v1.
    road
        Shape (n, 4): class of the road along the left, bottom, right and top side.
    parent
        Shape (n,): what each cell is a part of.
    target
        Shape (n, 2): the wanted size along u and v.
    """

    rect: FloatArray
    road: SmallArray
    parent: IndexArray
    target: FloatArray

    def __len__(self) -> int:
        return len(self.rect)

    @property
    def size(self) -> FloatArray:
        """Shape (n, 2): extent along u and v."""
        return self.rect[:, 2:] - self.rect[:, :2]

    @property
    def centre(self) -> FloatArray:
        """Shape (n, 2): middle of each cell."""
        return (self.rect[:, 2:] + self.rect[:, :2]) / 2

    @property
    def block(self) -> FloatArray:
        """Shape (n, 4): what remains between the road bodies."""
        half = ROAD_WIDTH_M[self.road] / 2
        return self.rect + half * np.array([1.0, 1.0, -1.0, -1.0])

    def take(self, which: BoolArray | IndexArray) -> Cells:
        """Return some of the cells."""
        return Cells(*(getattr(self, f.name)[which] for f in fields(self)))

    @classmethod
    def join(cls, parts: list[Self]) -> Cells:
        """Put cells behind one another."""
        return Cells(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def in_order(self) -> Cells:
        """Sort by parent, then in rows from the south-west."""
        u, v = self.centre.T
        return self.take(np.lexsort([np.round(u, 3), np.round(v, 3), self.parent]))

    def as_parents(self, target: FloatArray) -> Cells:
        """Start the next, finer division: each cell becomes the parent of its parts."""
        return replace(self, parent=np.arange(len(self)), target=target)


@dataclass(frozen=True, slots=True)
class Roads:
    """Straight pieces of road centre line on the town plane: ``line`` shape (n, 4) u0, v0, u1, v1, and ``road``."""

    line: FloatArray
    road: SmallArray

    @classmethod
    def join(cls, parts: list[Self]) -> Roads:
        """Put roads behind one another."""
        return Roads(np.concatenate([p.line for p in parts]), np.concatenate([p.road for p in parts]))


def divide(
    cells: Cells, road_of: Callable[[Cells], SmallArray], rng: np.random.Generator, *, wobble: float, early: float = 0.0
) -> tuple[Cells, Roads]:
    """Divide cells by new roads until each is about as large as it wants to be.

    All cells of one generation are halved at once, so the work is some twenty rounds whatever the size of the town.

    Parameters
    ----------
    cells
        With their wanted sizes.
    road_of
        Chooses the class of the road that halves a cell.
    rng
        Where cuts fall, and who stops early.
    wobble
        How far a cut strays, as a share of the wanted size.
    early
        Chance that a cell of two blocks stays whole, which leaves room for parks and schools.

    Returns
    -------
    cells, roads
        The parts in order, and the centre lines of the new roads.
    """
    done: list[Cells] = []
    roads: list[Roads] = [Roads(np.empty((0, 4)), np.empty(0, np.int8))]
    while len(cells):
        blocks = np.maximum(np.rint(cells.size / cells.target), 1.0)
        whole = (blocks.max(axis=1) <= 1.0) | ((blocks.prod(axis=1) <= 2.0) & (rng.random(len(cells)) < early))
        done.append(cells.take(whole))
        cells = cells.take(~whole)
        cells, new = _halve(cells, blocks[~whole], road_of(cells), rng, wobble)
        roads.append(new)
    return Cells.join(done).in_order(), Roads.join(roads)


def _halve(
    cells: Cells, blocks: FloatArray, road: SmallArray, rng: np.random.Generator, wobble: float
) -> tuple[Cells, Roads]:
    row = np.arange(len(cells))
    axis = np.argmax(np.where(blocks > 1.0, cells.size / np.sqrt(cells.target), -1.0), axis=1)
    low, high = cells.rect[row, axis], cells.rect[row, axis + 2]
    n = blocks[row, axis]
    part = np.floor((n + rng.integers(0, 2, len(row))) / 2) / n
    cut = low + (high - low) * part + rng.uniform(-wobble, wobble, len(row)) * cells.target[row, axis]
    first, second = cells.rect.copy(), cells.rect.copy()
    first[row, axis + 2], second[row, axis] = cut, cut
    first_road, second_road = cells.road.copy(), cells.road.copy()
    first_road[row, axis + 2], second_road[row, axis] = road, road
    line = cells.rect.copy()
    line[row, axis], line[row, axis + 2] = cut, cut
    parts = [replace(cells, rect=first, road=first_road), replace(cells, rect=second, road=second_road)]
    return Cells.join(parts), Roads(line, road)
