"""Uses: which sub-zones each block is planned for, and along which lines it is cut between them. No geometry here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.sample.cells import LOKAL, ROADS
from rdtr.sample.districts import named
from rdtr.sample.frame import Frame
from rdtr.sample.streets import Streets
from rdtr.sample.tables import code_index, column, numbers
from rdtr.types import BoolArray, FloatArray, IndexArray

__all__ = ["HALVES", "NOTCH", "THIRDS", "WHOLE", "Uses", "plan_uses"]

WHOLE, HALVES, THIRDS, NOTCH = range(4)
"""How a block is cut: not, by one line, by two lines, or into a corner and the rest."""

_SMALLEST_M = 7.0  # no zone is thinner, or the rounded corners would eat it


@dataclass(frozen=True, slots=True)
class Uses:
    """The planned uses of every block. `plan_uses` fills the arrays step by step; afterwards nobody changes them.

    Attributes
    ----------
    kind
        Shape (n,): `WHOLE`, `HALVES`, `THIRDS` or `NOTCH`.
    turn
        Shape (n,): which side the first zone lies on: 0 left, 1 bottom, 2 right, 3 top. A block is cut in a frame of its
        own (x away from that side) and turned back.
    cut
        Shape (n, 2): places of the cuts in metres from that side; for a notch, its extent along x and y.
    subzone
        Shape (n, 3): rows of ``subzones`` in the order of the cuts, -1 where there is no such zone.
    """

    kind: IndexArray
    turn: IndexArray
    cut: FloatArray
    subzone: IndexArray

    @property
    def zones_per_block(self) -> IndexArray:
        """Shape (n,): one to three."""
        return (self.subzone >= 0).sum(axis=1)


def plan_uses(frame: Frame, streets: Streets, seed: int) -> Uses:
    """Choose the sub-zones of every block.

    Parameters
    ----------
    frame, streets
        The town so far.
    seed
        Of the random choices.
    """
    rng = np.random.default_rng([seed, 3])
    n = len(streets.blocks)
    character = streets.character[streets.blocks.parent]
    primary = _primary(character, rng)
    special = _specials(frame, streets, character, primary, rng)
    uses = Uses(
        np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros((n, 2)), np.column_stack([primary, np.full((n, 2), -1)])
    )
    rest = _fronts(uses, streets, character, ~special, rng)
    _pairs(uses, streets, rest, rng)
    _airstrip(uses, streets, character)
    _river(uses, frame, streets, rng)
    _drop_thin(uses, streets)
    return uses


def _choose(weight: FloatArray, roll: FloatArray) -> IndexArray:
    """Turn rolls of 0..1 into choices; a roll beyond the sum of the weights gives -1."""
    choice = np.searchsorted(np.cumsum(weight), roll, side="right")
    return np.where(choice < len(weight), choice, -1)


def _primary(character: IndexArray, rng: np.random.Generator) -> IndexArray:
    mix, weight = code_index(list(column("mix", "subzone"))), numbers("mix", "weight")
    of = np.array([named(c) for c in column("mix", "character")])
    roll = rng.random(len(character))
    primary = np.full(len(character), -1)
    for kind in np.unique(of):  # the ten characters
        here = character == kind
        choice = _choose(weight[of == kind], roll[here] * weight[of == kind].sum())
        primary[here] = mix[of == kind][choice]
    return primary


def _specials(
    frame: Frame, streets: Streets, character: IndexArray, primary: IndexArray, rng: np.random.Generator
) -> BoolArray:
    """Place what a town has a few of, changing `primary`; returns which blocks are taken."""
    place = streets.blocks.centre / [frame.width_m, frame.height_m]
    rank = _rank_within(streets.blocks.size.prod(axis=1), character)
    taken = (character < 0) | (character == named("airport"))
    codes, share, least = (column("specials", "subzone"), numbers("specials", "share"), numbers("specials", "least"))
    where, near, large = column("specials", "where"), column("specials", "near"), numbers("specials", "large")
    # one round for each of some twenty special uses: each chooses among what the ones before it left
    for row, subzone in enumerate(code_index(list(codes))):
        open_to = ~taken & np.isin(character, [named(c) for c in where[row].split()])
        score = 0.5 * rng.random(len(taken)) + large[row] * rank + _nearness(near[row], place)
        best = np.argsort(np.where(open_to, -score, np.inf), kind="stable")
        count = min(int(max(least[row], round(share[row] * len(taken)))), int(open_to.sum()))
        primary[best[:count]], taken[best[:count]] = subzone, True
    return taken


def _rank_within(area: FloatArray, group: IndexArray) -> FloatArray:
    """Rank blocks by area among their like, 0 to 1: a large block in a dense quarter is small elsewhere."""
    order = np.lexsort([area, group])
    sizes = np.bincount(group - group.min())
    place = np.arange(len(area)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rank = np.empty(len(area))
    rank[order] = place / np.repeat(np.maximum(sizes, 1), sizes)
    return rank


def _nearness(what: str, place: FloatArray) -> FloatArray:
    s, t = place.T
    centre = named("centre")
    anchor = numbers("districts", "anchor_s")[centre], numbers("districts", "anchor_t")[centre]
    nearness: dict[str, FloatArray] = {
        "": np.zeros_like(s),
        "centre": -1.5 * np.hypot(s - anchor[0], t - anchor[1]),
        "coast": 1.5 * s,
        "river": -2.0 * np.abs(t - 0.47),
        "edge": np.maximum(np.abs(s - 0.5), np.abs(t - 0.5)),
    }
    return nearness[what]


def _fronts(
    uses: Uses, streets: Streets, character: IndexArray, free: BoolArray, rng: np.random.Generator
) -> BoolArray:
    """Put shops and the like along the main roads; returns which blocks are still free."""
    side = np.argmin(streets.blocks.road, axis=1)
    road = streets.blocks.road[np.arange(len(side)), side]
    fronts = code_index(list(column("fronts", "subzone")))
    of = np.array([named(c) for c in column("fronts", "character")])
    along = np.array([ROADS.index(r) for r in column("fronts", "road")])
    roll = rng.random(len(side))
    choice = np.full(len(side), -1)
    for kind, klass in {*zip(of.tolist(), along.tolist(), strict=True)}:  # some twenty pairs of character and road
        rows = np.flatnonzero((of == kind) & (along == klass))
        here = np.flatnonzero(free & (character == kind) & (road == klass))
        picked = _choose(numbers("fronts", "chance")[rows], roll[here])
        choice[here[picked >= 0]] = rows[picked[picked >= 0]]
    done = np.flatnonzero((choice >= 0) & (road <= LOKAL))
    done = done[fronts[choice[done]] != uses.subzone[done, 0]]
    _strip(uses, streets, done, side[done], fronts[choice[done]], numbers("subzones", "lot_d_m"), rng)
    free = free.copy()
    free[done] = False
    return free


def _strip(
    uses: Uses,
    streets: Streets,
    rows: IndexArray,
    side: IndexArray,
    subzone: IndexArray,
    depth_m: FloatArray,
    rng: np.random.Generator,
) -> None:
    deep = _across(streets, rows, side)
    usual = np.nan_to_num(depth_m[subzone], nan=14.0) * rng.uniform(0.95, 1.15, len(rows))
    # a block of two rows is cut between them, a deeper one behind the first row
    at = np.where(deep < 2.7 * usual, deep * rng.uniform(0.47, 0.53, len(rows)), usual)
    uses.kind[rows], uses.turn[rows], uses.cut[rows, 0] = HALVES, side, at
    uses.subzone[rows, 1] = uses.subzone[rows, 0]
    uses.subzone[rows, 0] = subzone


def _across(streets: Streets, rows: IndexArray, side: IndexArray) -> FloatArray:
    rect = streets.blocks.block[rows]
    return np.where(side % 2 == 0, rect[:, 2] - rect[:, 0], rect[:, 3] - rect[:, 1])


def _pairs(uses: Uses, streets: Streets, free: BoolArray, rng: np.random.Generator) -> None:
    primary, second = code_index(list(column("pairs", "primary"))), code_index(list(column("pairs", "subzone")))
    shape, chance = column("pairs", "shape"), numbers("pairs", "chance")
    roll, turn = rng.random(len(free)), rng.integers(0, 4, len(free))
    choice = np.full(len(free), -1)
    for code in np.unique(primary):  # some fifteen sub-zones
        rows = np.flatnonzero(primary == code)
        here = np.flatnonzero(free & (uses.subzone[:, 0] == code))
        picked = _choose(chance[rows], roll[here])
        choice[here[picked >= 0]] = rows[picked[picked >= 0]]
    for name, cut in (("strip", _cut_strip), ("half", _cut_half), ("notch", _cut_notch)):
        rows = np.flatnonzero((choice >= 0) & (shape[choice] == name))
        cut(uses, streets, rows, turn[rows], second[choice[rows]], rng)


def _cut_strip(
    uses: Uses, streets: Streets, rows: IndexArray, turn: IndexArray, second: IndexArray, rng: np.random.Generator
) -> None:
    _strip(uses, streets, rows, turn, second, numbers("subzones", "lot_d_m"), rng)


def _cut_half(
    uses: Uses, streets: Streets, rows: IndexArray, turn: IndexArray, second: IndexArray, rng: np.random.Generator
) -> None:
    rect = streets.blocks.block[rows]
    along_u = (rect[:, 2] - rect[:, 0]) > (rect[:, 3] - rect[:, 1])
    uses.turn[rows] = np.where(along_u, 0, 1) + 2 * (turn % 2)
    uses.kind[rows] = HALVES
    uses.cut[rows, 0] = _across(streets, rows, uses.turn[rows]) * rng.uniform(0.35, 0.6, len(rows))
    uses.subzone[rows, 1], uses.subzone[rows, 0] = uses.subzone[rows, 0], second


def _cut_notch(
    uses: Uses, streets: Streets, rows: IndexArray, turn: IndexArray, second: IndexArray, rng: np.random.Generator
) -> None:
    wide, high = _across(streets, rows, turn), _across(streets, rows, turn + 1)
    long_x = wide > high
    share = rng.uniform(0.28, 0.42, len(rows))
    half = rng.uniform(0.48, 0.52, len(rows))  # one of two rows of lots
    uses.kind[rows], uses.turn[rows] = NOTCH, turn
    uses.cut[rows, 0] = wide * np.where(long_x, share, half)
    uses.cut[rows, 1] = high * np.where(long_x, half, share)
    uses.subzone[rows, 1], uses.subzone[rows, 0] = uses.subzone[rows, 0], second


def _airstrip(uses: Uses, streets: Streets, character: IndexArray) -> None:
    rows = np.flatnonzero(character == named("airport"))
    rect = streets.blocks.block[rows]
    turn = np.where((rect[:, 2] - rect[:, 0]) > (rect[:, 3] - rect[:, 1]), 1, 0)
    across = _across(streets, rows, turn)
    strip = np.minimum(110.0, across * 0.5)
    uses.kind[rows], uses.turn[rows] = THIRDS, turn
    uses.cut[rows] = np.column_stack([(across - strip) / 2, (across + strip) / 2])
    uses.subzone[rows] = code_index(["P-2", "TR", "RTH-8"])


def _river(uses: Uses, frame: Frame, streets: Streets, rng: np.random.Generator) -> None:
    rows = np.flatnonzero(streets.on_river)
    bank = frame.bank_m + rng.uniform(-3.0, 3.0, (len(rows), 2))
    across = _across(streets, rows, np.ones(len(rows), np.int64))
    uses.kind[rows], uses.turn[rows] = THIRDS, 1
    uses.cut[rows] = np.column_stack([bank[:, 0], across - bank[:, 1]])
    uses.subzone[rows] = code_index(["PS", "BA", "PS"])


def _drop_thin(uses: Uses, streets: Streets) -> None:
    """Leave blocks whole that are too small for their cut."""
    every = np.arange(len(uses.kind))
    wide, high = _across(streets, every, uses.turn), _across(streets, every, uses.turn + 1)
    first, second = uses.cut.T
    thin = (uses.kind != WHOLE) & ((first < _SMALLEST_M) | (wide - first < _SMALLEST_M))
    thin |= (uses.kind == NOTCH) & ((second < _SMALLEST_M) | (high - second < _SMALLEST_M))
    rows = np.flatnonzero(thin)
    uses.subzone[rows, 0] = uses.subzone[rows, 1]
    uses.subzone[rows, 1:], uses.kind[rows] = -1, WHOLE
