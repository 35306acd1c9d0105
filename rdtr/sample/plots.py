"""Plots: the rectangles that are parcelled. They follow the zones as a cadastre does: about a metre off, on its own."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from rdtr.sample.cells import LINGKUNGAN, LOKAL
from rdtr.sample.frame import Frame
from rdtr.sample.outline import from_side
from rdtr.sample.outskirts import Outskirts
from rdtr.sample.places import quarter_at
from rdtr.sample.rungs import EAST, NORTH, SOUTH, WEST
from rdtr.sample.streets import Streets
from rdtr.sample.tables import code_index
from rdtr.sample.uses import HALVES, NOTCH, THIRDS, WHOLE, Uses
from rdtr.types import FloatArray, IndexArray, SmallArray

__all__ = ["Plots", "lay_plots"]

# For each way to cut a block: zone, then which bounds of x and y its rectangle runs between
# (0 the near side, 1 the first cut, 2 the second, 3 the far side). The rest of a notched block is two rectangles.
_PARTS = {
    WHOLE: ((0, 0, 3, 0, 3),),
    HALVES: ((0, 0, 1, 0, 3), (1, 1, 3, 0, 3)),
    THIRDS: ((0, 0, 1, 0, 3), (1, 1, 2, 0, 3), (2, 2, 3, 0, 3)),
    NOTCH: ((0, 0, 1, 0, 1), (1, 1, 3, 0, 3), (1, 0, 1, 1, 3)),
}
_UNPARCELLED = ("HL", "PS", "EM", "BA", "BJ", "RTH-8")
_STRAY_M = (0.35, 1.40)  # how far a front stands from the block; lots add up to a decimetre of their own
_INTO_ROAD_M = (1.8, 3.4)
_ACROSS_CUT_M = (3.5, 8.0)


@dataclass(frozen=True, slots=True)
class Plots:
    """Rectangles of the town plane that are divided into lots.

    Attributes
    ----------
    rect
        Shape (n, 4): u0, v0, u1, v1.
    road
        Shape (n, 4): class of the road along the left, bottom, right and top side, -1 where there is none.
    subzone
        Shape (n,): what the plot is mostly planned for, a row of ``subzones``.
    quarter
        Shape (n,): the quarter it lies in or nearest to.
    """

    rect: FloatArray
    road: SmallArray
    subzone: IndexArray
    quarter: IndexArray

    def __len__(self) -> int:
        return len(self.rect)

    @classmethod
    def beside(cls, streets: Streets, rect: FloatArray, road: SmallArray, subzone: IndexArray) -> Plots:
        """Make plots outside the blocks; they belong to the nearest quarter."""
        return cls(rect, road, subzone, quarter_at(streets, (rect[:, :2] + rect[:, 2:]) / 2))


def lay_plots(frame: Frame, streets: Streets, uses: Uses, ring: Outskirts, parcels: int, seed: int) -> Plots:
    """Lay out everything that will be parcelled.

    Parameters
    ----------
    frame, streets, uses, ring
        The town.
    parcels
        About how many lots there will be; a few of them stand over water or outside the plan.
    seed
        Of where the lines of the cadastre stray.
    """
    rng = np.random.default_rng([seed, 6])
    return _join(
        [
            _in_blocks(streets, uses, rng),
            _around_town(streets, ring),
            _on_stilts(frame, streets, parcels, rng),
            _beyond(streets, ring, "R-1", (EAST,), (-9.0, 21.0, 62.0), parcels // 1400 + 1, rng),
            _beyond(streets, ring, "P-2", (SOUTH, WEST, NORTH), (-8.0, 60.0, 130.0), parcels // 900 + 2, rng),
        ]
    )


def _join(parts: list[Plots]) -> Plots:
    return Plots(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Plots)))


def _stray(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return rng.uniform(*_STRAY_M, shape) * rng.choice([-1.0, 1.0], shape)


def _in_blocks(streets: Streets, uses: Uses, rng: np.random.Generator) -> Plots:
    rect, road = streets.blocks.block, streets.blocks.road
    bounds = _bounds(rect, uses, rng)
    parts = []
    for kind, shapes in _PARTS.items():  # four ways to cut
        rows = np.flatnonzero(uses.kind == kind)
        turn = uses.turn[rows]
        for slot, x0, x1, y0, y1 in shapes:
            x, y = bounds[rows, 0][:, [x0, x1]], bounds[rows, 1][:, [y0, y1]]
            u, v = from_side(x, y, rect[rows], turn)
            box = np.column_stack([u.min(axis=1), v.min(axis=1), u.max(axis=1), v.max(axis=1)])
            touches = np.array([x0 == 0, y0 == 0, x1 == 3, y1 == 3])
            own_side = (np.arange(4) - turn[:, None]) % 4
            facing = np.where(touches[own_side], road[rows], -1)
            parts.append(Plots(box, facing, uses.subzone[rows, slot], streets.blocks.parent[rows]))
    plots = _join(parts)
    wanted = ~np.isin(plots.subzone, code_index(list(_UNPARCELLED)))
    return Plots(*(getattr(plots, f.name)[wanted] for f in fields(Plots)))


def _bounds(rect: FloatArray, uses: Uses, rng: np.random.Generator) -> FloatArray:
    """Where the lines of the cadastre run in each block's own frame, shape (n, 2, 4): x and y of the four bounds."""
    n = len(rect)
    size = rect[:, 2:] - rect[:, :2]
    size = np.where((uses.turn % 2 == 1)[:, None], size[:, ::-1], size)
    side = _stray(rng, (n, 4))
    widened = rng.random((n, 4)) < 0.03  # the plan widens a road into lots that are there already
    side = np.where(widened, -rng.uniform(*_INTO_ROAD_M, (n, 4)), side)
    cut = _stray(rng, (n, 2))
    across = rng.random((n, 2)) < 0.08  # lots that were there before the zones
    cut = np.where(across, rng.uniform(*_ACROSS_CUT_M, (n, 2)) * np.sign(cut), cut)
    cut = uses.cut + np.clip(cut, -0.4 * uses.cut, 0.4 * uses.cut)
    x = np.column_stack([side[:, 0], cut, size[:, 0] - side[:, 2]])
    y = np.column_stack([side[:, 1], cut[:, 1], cut[:, 1], size[:, 1] - side[:, 3]])
    return np.stack([x, y], axis=1)


def _around_town(streets: Streets, ring: Outskirts) -> Plots:
    road = np.full((len(ring.plots), 4), -1, dtype=np.int8)
    # the road around the town lies on the town's side: north of the southern plots, west of the eastern ones
    inward = np.array([3, 0, 1, 2])
    road[np.arange(len(road)), inward[ring.plot_side]] = LOKAL
    return Plots.beside(streets, ring.plots, road, ring.plot_subzone)


def _on_stilts(frame: Frame, streets: Streets, parcels: int, rng: np.random.Generator) -> Plots:
    """Rows of houses that stand half over the river."""
    reaches = streets.blocks.take(streets.on_river).block
    count = min(parcels // 1500 + 1, 6 * len(reaches))
    reach = reaches[np.arange(count) % len(reaches)]
    length = np.minimum(70.0, 0.12 * (reach[:, 2] - reach[:, 0]))
    share = 0.1 + 0.14 * (np.arange(count) // len(reaches)) + rng.uniform(0.0, 0.02, count)
    u0 = reach[:, 0] + share * (reach[:, 2] - reach[:, 0])
    v0 = reach[:, 1] + frame.bank_m - 7.0
    rect = np.column_stack([u0, v0, u0 + length, v0 + 15.0])
    return Plots.beside(streets, rect, _facing(count, 1), np.repeat(code_index(["R-1"]), count))


def _beyond(
    streets: Streets,
    ring: Outskirts,
    code: str,
    sides: tuple[int, ...],
    reach: tuple[float, float, float],
    count: int,
    rng: np.random.Generator,
) -> Plots:
    """Plots that straddle the edge of the plan or lie outside it.

    `reach` is from where to where across the edge, and how long along it.
    """
    parts = []
    for side in sides:  # at most four
        rungs = np.flatnonzero(ring.side == side)[3:-8]
        spread = min(-(-count // len(sides)), max(1, len(rungs) // 12))
        at = (np.arange(spread) + rng.uniform(0.2, 0.6, spread)) / spread * len(rungs)
        u, v = ring.edge[rungs[at.astype(int)]].T
        near, far, length = reach
        rect = {
            SOUTH: [u, v - far, u + length, v - near],
            EAST: [u + near, v, u + far, v + length],
            NORTH: [u - length, v + near, u, v + far],
            WEST: [u - far, v - length, u - near, v],
        }[side]
        facing = {SOUTH: 3, EAST: 0, NORTH: 1, WEST: 2}[side]
        planned = np.repeat(code_index([code]), spread)
        parts.append(Plots.beside(streets, np.column_stack(rect), _facing(spread, facing), planned))
    return _join(parts)


def _facing(count: int, side: int) -> SmallArray:
    road = np.full((count, 4), -1, dtype=np.int8)
    road[:, side] = LINGKUNGAN
    return road
