"""Fronts: where places face polygons that have none, such as road bodies, and what lies across. Draws nothing.

A road body is one polygon through a whole city and belongs to no block. Every street front is an edge between a place and
none, but only streets that part two places are borders of them. So from every front it is looked across.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rdtr.tiles.coverage import FINE_ZOOM, OFF_UNITS, Borders, Coverage
from rdtr.tiles.lookout import edge_segments, look, pieces_of
from rdtr.types import BoolArray, FloatArray, IndexArray
from rdtr.zoning.boxes import box_tree

__all__ = ["Fronts", "fronts_of", "parting"]

REACH_M: Final = 100.0
"""So far it is looked across: wider than a street with its verges, than a canal or a railway; what is farther away, over a
lake or a wood without codes, does not lie on the other side of a street."""

PIECE_M: Final = 50.0
"""A front is judged in pieces of about this length, for along a street the place on the other side may change."""

SHORT_M: Final = 25.0
"""A piece shorter than this, a street's width, looks once; and where it meets nothing, down a street that begins across."""

CORNER_M: Final = 8.0
"""A piece shorter than this is a cut corner of a block, and looks anywhere over a crossing."""

SHOWN_M: Final = 0.6
"""Vertices that lie nearer to the line without them are passed over here: a front's direction is wanted, not its grain."""

BEND: Final = math.cos(math.radians(45.0))
"""A piece ends where a front turns by more than this."""


@dataclass(frozen=True, eq=False)
class Fronts:
    """Fronts in pieces.

    Attributes
    ----------
    piece
        Shape (edges,), the piece of each edge of the coverage; -1 for edges that are none.
    owner
        Shape (pieces,), one of the polygons whose front it is; all of them have the same place.
    across
        Shape (pieces, looks), the polygon with a place that is met first across, -1 for none within `REACH_M`.
    length
        Shape (pieces,), metres.
    before, after
        Shape (pieces,), the neighbours along the front, -1 for none.
    """

    piece: IndexArray
    owner: IndexArray
    across: IndexArray
    length: FloatArray
    before: IndexArray
    after: IndexArray


def fronts_of(coverage: Coverage, borders: Borders, place: IndexArray, blank: BoolArray, unit_m: float) -> Fronts:
    """Find the fronts toward polygons without a place, and look across.

    Parameters
    ----------
    coverage, borders
        Polygons and their edges.
    place
        Shape (polygons + 1,), a number for each place; the last is outside, and not asked.
    blank
        Shape (polygons + 1,), which polygons have no place; outside is none of them.
    unit_m
        Metres of a fine unit.

    Returns
    -------
    Fronts
        Polygons without a place that touch are looked across together.
    """
    x, y = coverage.x, coverage.y
    rings = np.flatnonzero(np.repeat(blank[:-1], np.diff(coverage.polygon_start)))
    metres = x.astype(np.float64) * unit_m, y.astype(np.float64) * unit_m
    edges = coverage.vertex, coverage.ring_start, rings, coverage.zoom <= _zoom_shown(unit_m)
    segment, ends, facing, ring = edge_segments(*edges, _facing(coverage, borders), *metres, PIECE_M)
    named = np.where(blank, -1, place)
    named[-1] = -1
    of_segment, first, length, before, after = pieces_of(ends, facing, ring, named, *metres, PIECE_M, BEND)
    met = np.flatnonzero(~blank[facing])  # what is blank on both sides ends no look
    begin, end = ([at[ends[met, side]] for at in metres] for side in (0, 1))
    sides = [side(a, b) for side in (np.minimum, np.maximum) for a, b in zip(begin, end, strict=True)]
    tree = box_tree(np.column_stack(sides))
    leaves = tree.boxes, tree.level_start, met[tree.item]
    across = look(first, length, SHORT_M, of_segment, ends, facing, named, *metres, *leaves, REACH_M)
    piece = np.full(len(borders.edge), -1, np.int64)
    on = np.flatnonzero(segment >= 0)
    piece[borders.edge_of[on]] = of_segment[segment[on]]
    return Fronts(piece, facing[first], across, length, before, after)


def _zoom_shown(unit_m: float) -> int:
    """Zoom at which `SHOWN_M` are as many units as a vertex may lie off and be passed over."""
    finer = math.floor(math.log2(SHOWN_M / OFF_UNITS / unit_m))
    return min(max(FINE_ZOOM - finer, 0), FINE_ZOOM)


def _facing(coverage: Coverage, borders: Borders) -> IndexArray:
    """Polygon on the other side of the edge that begins at each vertex of all rings, -1 for none."""
    forward = borders.edge[borders.edge_of, 0] == coverage.vertex
    return borders.polygons[borders.edge_of, forward.astype(np.int8)]


def parting(fronts: Fronts, place: IndexArray) -> BoolArray:
    """Tell which pieces are borders of a place.

    Parameters
    ----------
    fronts
        See `fronts_of`.
    place
        Shape (polygons + 1,), a number for each place, perhaps of a higher level than the pieces were made by.

    Returns
    -------
    array
        Shape (pieces,). Across a border lies another place, or none within `REACH_M`: the sea, a wood. A street inside a
        place is none. Where a piece sees both, what it sees more often counts. Cut corners, and short pieces that see
        nothing, follow their neighbours where these agree.
    """
    seen, own = fronts.across >= 0, place[fronts.owner][:, np.newaxis]
    same = (seen & (place[fronts.across] == own)).sum(axis=1)
    parts = 2 * same <= seen.sum(axis=1)
    before, after = parts[fronts.before], parts[fronts.after]
    unsure = fronts.length < np.where(seen.any(axis=1), CORNER_M, SHORT_M)
    return np.where(unsure & (fronts.before >= 0) & (fronts.after >= 0) & (before == after), before, parts)
