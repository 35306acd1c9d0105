"""The outskirts: what lies between the road around the town and the edge of the plan, with the coast in the east.

They are a ladder bent around the town: three rails (the road, a middle line, the edge of the plan) and rungs between
them. A zone is a piece of the ladder, one or two bands deep, so that neighbours share every vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rdtr.sample.frame import Frame
from rdtr.sample.rungs import EAST, SIDES, WEST, Rungs, set_rungs
from rdtr.sample.tables import code_index, column, numbers
from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["Outskirts", "draw_outskirts"]

_MIDDLE = 0.42
_TILLED = frozenset({"P-1", "P-2", "P-3", "R-5", "IK-2", "W"})


@dataclass(frozen=True, slots=True)
class Outskirts:
    """The ring around the town.

    Attributes
    ----------
    rails
        Shape (3, k, 2): the outer edge of the road body, the middle, the edge of the plan; on the map, counter-clockwise.
    side
        Shape (k,): side of the town of each rung; -1 on a corner.
    zones, subzone, place
        Polygons, their rows of ``subzones``, and a spot on the town plane beside each.
    plots, plot_subzone, plot_side
        Shape (m, 4): rectangles of the town plane that can be parcelled; the sub-zone of each, and its side of the town.
    edge
        Shape (k, 2): the edge of the plan on the town plane.
    """

    rails: FloatArray
    side: IndexArray
    zones: ObjectArray
    subzone: IndexArray
    place: FloatArray
    plots: FloatArray
    plot_subzone: IndexArray
    plot_side: IndexArray
    edge: FloatArray

    @property
    def coast(self) -> FloatArray:
        """Shape (k, 2): the coast line on the map, from south to north."""
        return self.rails[2][self.side == EAST]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of the ladder: its rungs, first and last included, and the codes of its bands."""

    rows: IndexArray
    side: int
    codes: tuple[str, ...]


def draw_outskirts(frame: Frame, seed: int) -> Outskirts:
    """Draw the outskirts of a town.

    Parameters
    ----------
    frame
        The town plane.
    seed
        Of the shape of the edge and the lengths of the zones.

    Examples
    --------
    >>> ring = draw_outskirts(Frame.of_width(1500.0, seed=0), seed=0)
    >>> bool(shapely.coverage_is_valid(ring.zones))
    True
    """
    rungs = set_rungs(frame, np.random.default_rng([seed, 5]))
    town = np.stack([rungs.at(frame, share) for share in (0.0, _MIDDLE, 1.0)])
    rails = np.stack(frame.to_map(town[..., 0], town[..., 1]), axis=-1)
    pieces = _pieces(frame, rungs)
    # some hundred pieces of different lengths, hence the loops
    bands = [(p, code, band) for p in pieces for band, code in enumerate(p.codes)]
    tilled = [p for p in pieces if p.codes[0] in _TILLED and (rungs.side[p.rows] == p.side).all()]
    return Outskirts(
        rails,
        rungs.side,
        np.array([shapely.Polygon(_around(rails, p, band)) for p, _, band in bands], dtype=object),
        code_index([code for _, code, _ in bands]),
        np.array([rungs.foot[p.rows[len(p.rows) // 2]] for p, _, _ in bands]),
        np.array([_plot(rungs, p) for p in tilled]).reshape(-1, 4),
        code_index([p.codes[0] for p in tilled]),
        np.array([p.side for p in tilled], dtype=np.int64),
        town[2],
    )


def _pieces(frame: Frame, rungs: Rungs) -> list[_Piece]:
    starts = np.flatnonzero(rungs.stop)
    pieces = []
    for start, end in zip(starts, np.append(starts[1:], starts[0] + len(rungs)), strict=True):
        rows = np.arange(start, end + 1) % len(rungs)
        middle = rows[len(rows) // 2]
        side = int(rungs.side[middle]) if rungs.side[middle] >= 0 else int(rungs.side[start])
        pieces.append(_Piece(rows, side, _codes(frame, rungs.foot[middle], side)))
    return pieces


def _codes(frame: Frame, foot: FloatArray, side: int) -> tuple[str, ...]:
    if side in (EAST, WEST) and abs(foot[1] - frame.river_v) < frame.water_m / 2:
        return ("BA",)
    s, t = foot / [frame.width_m, frame.height_m]
    along = float(np.clip([s, t, 1.0 - s, 1.0 - t][side], 0.0, 0.999))
    fits = (column("outskirts", "side") == SIDES[side]) & (numbers("outskirts", "start") <= along)
    row = np.flatnonzero(fits & (along < numbers("outskirts", "end")))[0]
    inner, outer = column("outskirts", "inner")[row], column("outskirts", "outer")[row]
    return (inner, outer) if outer else (inner,)


def _around(rails: FloatArray, piece: _Piece, band: int) -> FloatArray:
    low, high = (0, 2) if len(piece.codes) == 1 else (band, band + 1)
    rows = piece.rows
    # a piece of two bands shares the middle vertex of its rungs with a neighbour that is cut there
    last = rails[low + 1 : high, rows[-1]]
    first = rails[low + 1 : high, rows[0]]
    return np.concatenate([rails[low, rows], last, rails[high, rows[::-1]], first])


def _plot(rungs: Rungs, piece: _Piece) -> FloatArray:
    depth = 0.97 * float(rungs.depth_m[piece.rows].min()) * (1.0 if len(piece.codes) == 1 else _MIDDLE)
    ends = rungs.foot[piece.rows[[0, -1]]]
    reach = ends + rungs.out[piece.rows[0]] * depth
    corners = np.concatenate([ends, reach])
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])
