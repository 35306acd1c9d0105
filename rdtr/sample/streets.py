"""The streets: from the arterial grid through wards (SWP) and quarters (blok) down to blocks. No zones here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.sample.cells import ARTERI, KOLEKTOR, LINGKUNGAN, LOKAL, Cells, Roads, divide
from rdtr.sample.districts import block_size, characters
from rdtr.sample.frame import Frame
from rdtr.types import BoolArray, FloatArray, IndexArray, SmallArray

__all__ = ["PERIMETER", "Streets", "lay_streets"]

PERIMETER = np.array([LOKAL, LOKAL, KOLEKTOR, LOKAL], dtype=np.int8)
"""Class of the road around the town: west, south, east (the coast road), north."""

_REACH_M = 620.0  # a bridge about every 600 m
_LANE_LOKAL_M = 175.0  # larger cells are halved by a lokal road, smaller ones by a lingkungan road


@dataclass(frozen=True, slots=True)
class Streets:
    """The street network and what lies between.

    Attributes
    ----------
    wards, quarters, blocks
        SWP, blok and building blocks, each with the one above as its parent. The river's reaches are wards, quarters
        and blocks of their own: the last ones of each.
    character
        Of each quarter, a row of the table ``districts``; -1 on the river.
    roads
        Centre lines.
    """

    wards: Cells
    quarters: Cells
    blocks: Cells
    character: IndexArray
    roads: Roads

    @property
    def on_river(self) -> BoolArray:
        """Which blocks are reaches of the river."""
        return self.character[self.blocks.parent] < 0


def lay_streets(frame: Frame, seed: int) -> Streets:
    """Lay the whole street network.

    Parameters
    ----------
    frame
        The town plane.
    seed
        Of the random cuts.

    Examples
    --------
    >>> streets = lay_streets(Frame.of_width(1500.0, seed=0), seed=0)
    >>> bool((streets.blocks.size.min(axis=1) > 10).all())
    True
    """
    rng = np.random.default_rng([seed, 2])
    land, river, main = _main_grid(frame, rng)
    wards, ward_roads = divide(land, _ward_road(frame), rng, wobble=0.10)
    quarter_m = float(np.clip(0.17 * frame.size_m, 125.0, 460.0))
    quarters, quarter_roads = divide(wards.as_parents(_square(len(wards), quarter_m)), _kolektor, rng, wobble=0.14)
    character = characters(frame, quarters, rng)
    blocks, block_roads = divide(quarters.as_parents(block_size(character, rng)), _lane, rng, wobble=0.07, early=0.10)
    reaches, bridges = divide(river, _kolektor, rng, wobble=0.10)
    return Streets(
        wards,
        quarters,
        Cells.join([blocks, _as_blocks(reaches, len(quarters))]),
        np.append(character, -1),
        Roads.join([main, ward_roads, quarter_roads, block_roads, bridges]),
    )


def _as_blocks(reaches: Cells, parent: int) -> Cells:
    return Cells(reaches.rect, reaches.road, np.full(len(reaches), parent), reaches.target)


def _main_grid(frame: Frame, rng: np.random.Generator) -> tuple[Cells, Cells, Roads]:
    columns = max(2, round(frame.width_m / 2600.0))
    inner = np.arange(1, columns) / columns + 0.06 / columns + rng.uniform(-0.08, 0.08, columns - 1) / columns
    u = np.concatenate([[0.0], inner, [1.0]]) * frame.width_m
    half = frame.water_m / 2 + frame.bank_m + 6.0  # 6 m: about half the two roads along the river
    v = np.array([0.0, frame.river_v - half, frame.river_v + half, frame.height_m])
    rows = [_row(u, v[i], v[i + 1]) for i in range(3)]
    for row, bottom, top in zip(rows, (PERIMETER[1], LOKAL, LOKAL), (LOKAL, LOKAL, PERIMETER[3]), strict=True):
        row.road[:, 1], row.road[:, 3] = bottom, top
    land = Cells.join([rows[0], rows[2]])
    ward_m = max(820.0, frame.size_m / 3.4)
    land = Cells(land.rect, land.road, land.parent, _square(len(land), ward_m))
    river = Cells(rows[1].rect, rows[1].road, rows[1].parent, np.tile([_REACH_M, 1e9], (columns, 1)))
    return land, river, _main_roads(frame, u, v)


def _row(u: FloatArray, v0: float, v1: float) -> Cells:
    n = len(u) - 1
    rect = np.column_stack([u[:-1], np.full(n, v0), u[1:], np.full(n, v1)])
    road = np.full((n, 4), ARTERI, dtype=np.int8)
    road[0, 0], road[-1, 2] = PERIMETER[0], PERIMETER[2]
    return Cells(rect, road, np.zeros(n, np.int64), np.ones((n, 2)))


def _main_roads(frame: Frame, u: FloatArray, v: FloatArray) -> Roads:
    upright = np.column_stack([u, np.zeros_like(u), u, np.full_like(u, frame.height_m)])
    level = np.column_stack([np.zeros_like(v), v, np.full_like(v, frame.width_m), v])
    classes = [PERIMETER[0], *[ARTERI] * (len(u) - 2), PERIMETER[2], PERIMETER[1], LOKAL, LOKAL, PERIMETER[3]]
    return Roads(np.vstack([upright, level]), np.array(classes, dtype=np.int8))


def _square(n: int, side_m: float) -> FloatArray:
    return np.full((n, 2), side_m)


def _ward_road(frame: Frame) -> _RoadOf:
    # a small town has arteries only where they leave it
    road = ARTERI if frame.size_m > 2600.0 else KOLEKTOR
    return _RoadOf(np.inf, road, road)


@dataclass(frozen=True, slots=True)
class _RoadOf:
    long_m: float
    long_road: int
    short_road: int

    def __call__(self, cells: Cells) -> SmallArray:
        long = cells.size.max(axis=1) > self.long_m
        return np.where(long, self.long_road, self.short_road).astype(np.int8)


_kolektor = _RoadOf(np.inf, KOLEKTOR, KOLEKTOR)
_lane = _RoadOf(_LANE_LOKAL_M, LOKAL, LINGKUNGAN)
