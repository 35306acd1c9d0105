"""Rungs: the stations around the town from which its outskirts are drawn. No zones here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rdtr.sample.cells import ROAD_WIDTH_M
from rdtr.sample.frame import Frame
from rdtr.sample.streets import PERIMETER
from rdtr.types import BoolArray, FloatArray, IndexArray

__all__ = ["EAST", "NORTH", "SIDES", "SOUTH", "WEST", "Rungs", "set_rungs"]

SOUTH, EAST, NORTH, WEST = range(4)
SIDES = ("south", "east", "north", "west")
_STEP_M = 18.0
_CORNER_M = 24.0
_CORNER_POINTS = 9
# depth at the middle of the south side, the south-east corner, the middle of the east side ... as a share of the town
_DEPTH = np.array([0.085, 0.055, 0.070, 0.065, 0.080, 0.130, 0.150, 0.120])
_DEPTH_M = (85.0, 620.0)


@dataclass(frozen=True, slots=True)
class Rungs:
    """Stations around the town, counter-clockwise from its south-west corner.

    Attributes
    ----------
    foot
        Shape (k, 2): places on the outer edge of the road around the town, on the town plane.
    out
        Shape (k, 2): unit vectors away from the town.
    side
        Shape (k,): `SOUTH`, `EAST`, `NORTH`, `WEST`, or -1 on a corner.
    stop
        Shape (k,): where one zone may end and the next begin.
    depth_m
        Shape (k,): how far the plan reaches.
    """

    foot: FloatArray
    out: FloatArray
    side: IndexArray
    stop: BoolArray
    depth_m: FloatArray

    def __len__(self) -> int:
        return len(self.foot)

    def at(self, frame: Frame, share: float) -> FloatArray:
        """Places at a share of the depth, shape (k, 2), on the town plane; the river widens towards the sea."""
        place = self.foot + self.out * (self.depth_m * share)[:, None]
        off = self.foot[:, 1] - frame.river_v
        mouth = 0.9 * frame.water_m * np.tanh(off / frame.water_m) * np.exp(-((off / (5.0 * frame.water_m)) ** 2))
        place[:, 1] += np.where(self.side == EAST, mouth * share, 0.0)
        return place


def set_rungs(frame: Frame, rng: np.random.Generator) -> Rungs:
    """Set the rungs around a town."""
    half = ROAD_WIDTH_M[PERIMETER] / 2
    west, south = -half[0], -half[1]
    east, north = frame.width_m + half[2], frame.height_m + half[3]
    corners = np.array([[west, south], [east, south], [east, north], [west, north]])
    way = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    feet, outs, sides, stops = [], [], [], []
    for side in range(4):
        start = corners[side] + way[side] * _CORNER_M
        length = float(np.abs(corners[(side + 1) % 4] - corners[side]).max()) - 2 * _CORNER_M
        along, stop = _stations(_halts(frame, side, length, start, rng), length)
        out = np.array([way[side][1], -way[side][0]])
        arc, arc_out = _corner(corners[(side + 1) % 4], out, way[side])
        feet += [start + along[:, None] * way[side], arc]
        outs += [np.tile(out, (len(along), 1)), arc_out]
        sides += [np.full(len(along), side), np.full(len(arc), -1)]
        stops += [stop, np.zeros(len(arc), dtype=bool)]
    foot = np.concatenate(feet)
    return Rungs(foot, np.concatenate(outs), np.concatenate(sides), np.concatenate(stops), _depths(frame, foot, rng))


def _halts(frame: Frame, side: int, length: float, start: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Where zones end along a side, the river's banks among them."""
    count = max(2, round(length / float(np.clip(0.14 * frame.size_m, 130.0, 420.0))))
    halts = (np.arange(1, count) + rng.uniform(-0.25, 0.25, count - 1)) / count * length
    if side in (SOUTH, NORTH):
        return halts
    river = abs(frame.river_v - start[1])
    near = frame.water_m / 2 + frame.bank_m
    halts = halts[np.abs(halts - river) > near + 40.0]
    banks = river + np.array([-1.0, 1.0]) * frame.water_m / 2
    return np.sort(np.concatenate([halts, banks]))


def _stations(halts: FloatArray, length: float) -> tuple[FloatArray, BoolArray]:
    ends = np.concatenate([[0.0], halts, [length]])
    pieces = [np.linspace(a, b, max(2, int(np.ceil((b - a) / _STEP_M))), endpoint=False) for a, b in pairwise(ends)]
    along = np.concatenate(pieces)
    stop = np.zeros(len(along), dtype=bool)
    stop[np.cumsum([len(p) for p in pieces])[:-1]] = True
    return along, stop


def _corner(corner: FloatArray, out: FloatArray, way: FloatArray) -> tuple[FloatArray, FloatArray]:
    angle = np.linspace(0.0, np.pi / 2, _CORNER_POINTS)[:-1, None]
    direction = np.cos(angle) * out + np.sin(angle) * way
    return corner - _CORNER_M * (out + way) + _CORNER_M * direction, direction


def _depths(frame: Frame, foot: FloatArray, rng: np.random.Generator) -> FloatArray:
    step = np.hypot(*(np.roll(foot, -1, axis=0) - foot).T)
    along = (np.cumsum(step) - step) / step.sum()
    middle = 0.5 * frame.width_m / (2.0 * (frame.width_m + frame.height_m))
    depth = np.interp((along - middle) % 1.0, np.arange(9) / 8, np.append(_DEPTH, _DEPTH[0])) * frame.size_m
    phase = rng.uniform(0.0, 2 * np.pi, 4)
    waves = np.array([[5, 0.16], [11, 0.12], [23, 0.07], [41, 0.02]])
    sway = sum(size * np.sin(2 * np.pi * count * along + p) for (count, size), p in zip(waves, phase, strict=True))
    return np.clip(depth, *_DEPTH_M) * (1.0 + sway)
