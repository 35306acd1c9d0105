"""Templates: the outline of a cut block as linear expressions, so that thousands of like blocks are drawn at once.

A point of a template is not a number but a recipe: x is a sum of shares of (width, radius, cut 1, cut 2, bend), y the
same with the height. Neighbouring zones and the road body use the very same points, which makes the coverage exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rdtr.sample.uses import HALVES, NOTCH, THIRDS, WHOLE
from rdtr.types import FloatArray, IndexArray

__all__ = ["Template", "template"]

_ARC = 6  # points on a rounded corner
_TERMS = 5
_EXTENT, _RADIUS, _CUT1, _CUT2, _BEND = np.eye(_TERMS)
_ZERO = np.zeros(_TERMS)


@dataclass(frozen=True, slots=True)
class Template:
    """One way to draw a block.

    Attributes
    ----------
    points
        Shape (k, 2, 5): recipes of x and y; the first `ring` points are the outline, counter-clockwise.
    ring
        How many points the outline has.
    zones
        For each zone the points around it.
    """

    points: FloatArray
    ring: int
    zones: tuple[IndexArray, ...]


@lru_cache(maxsize=4096)
def template(kind: int, along_x: int, along_y: int) -> Template:
    """Return the template of a block.

    Parameters
    ----------
    kind
        How it is cut, see `rdtr.sample.uses`.
    along_x, along_y
        Pieces that its sides are divided into.

    Examples
    --------
    >>> whole = template(WHOLE, 2, 1)
    >>> whole.ring, len(whole.zones)
    (26, 1)
    """
    if kind == NOTCH:
        return _notch(along_x, along_y)
    cuts = {WHOLE: [], HALVES: [_CUT1], THIRDS: [_CUT1, _CUT2]}[kind]
    return _slices(cuts, along_x, along_y)


def _point(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.stack([x, y])


def _arc(x: FloatArray, y: FloatArray, start: float) -> list[FloatArray]:
    angle = np.linspace(start, start + np.pi / 2, _ARC)
    return [_point(x + np.cos(a) * _RADIUS, y + np.sin(a) * _RADIUS) for a in angle]


def _corners() -> tuple[list[FloatArray], ...]:
    """Arcs at bottom left, bottom right, top right, top left."""
    near, far = _RADIUS, _EXTENT - _RADIUS
    quarter = np.pi / 2
    return (
        _arc(near, near, 2 * quarter),
        _arc(far, near, 3 * quarter),
        _arc(far, far, 0.0),
        _arc(near, far, quarter),
    )


def _between(first: FloatArray, last: FloatArray, pieces: int) -> list[FloatArray]:
    return [first + (last - first) * (i / pieces) for i in range(1, pieces)]


def _side(
    first: FloatArray, last: FloatArray, stops: list[FloatArray], pieces: int
) -> tuple[list[FloatArray], list[int]]:
    """Points strictly between two corners by way of the stops, and where the stops stand among them."""
    each = max(1, -(-pieces // (len(stops) + 1)))
    points: list[FloatArray] = []
    places: list[int] = []
    here = first
    for stop in stops:
        points += [*_between(here, stop, each), stop]
        places.append(len(points) - 1)
        here = stop
    return points + _between(here, last, each), places


def _slices(cuts: list[FloatArray], along_x: int, along_y: int) -> Template:
    low_left, low_right, top_right, top_left = _corners()
    bottom, at_bottom = _side(low_left[-1], low_right[0], [_point(c, _ZERO) for c in cuts], along_x)
    right, _ = _side(low_right[-1], top_right[0], [], along_y)
    top, at_top = _side(top_right[-1], top_left[0], [_point(c, _EXTENT) for c in cuts[::-1]], along_x)
    left, _ = _side(top_left[-1], low_left[0], [], along_y)
    ring = [*low_left, *bottom, *low_right, *right, *top_right, *top, *top_left, *left]
    start_bottom = _ARC
    start_top = _ARC * 3 + len(bottom) + len(right)
    ends = [start_bottom + i for i in at_bottom], [start_top + i for i in at_top][::-1]
    inner: list[FloatArray] = []
    lines: list[list[int]] = []
    for cut in cuts:
        line = _bowed(cut, along_y)
        lines.append([len(ring) + len(inner) + i for i in range(len(line))])
        inner += line
    zones = _walk(len(ring), ends, lines)
    return Template(np.array([*ring, *inner]), len(ring), zones)


def _bowed(cut: FloatArray, pieces: int) -> list[FloatArray]:
    """Points of a cut from bottom to top; a long one sways, as river banks do."""
    waves = max(1, pieces // 4)
    return [_point(cut + np.sin(np.pi * waves * i / pieces) * _BEND, _EXTENT * (i / pieces)) for i in range(1, pieces)]


def _walk(ring: int, ends: tuple[list[int], list[int]], lines: list[list[int]]) -> tuple[IndexArray, ...]:
    """Go around each slice: along the bottom, up a cut, along the top, down the cut before."""
    bottom, top = ends
    zones = []
    for i in range(len(lines) + 1):
        from_bottom = list(range(bottom[i - 1], (bottom[i] if i < len(lines) else top[-1]) + 1)) if i else []
        up = lines[i] if i < len(lines) else []
        if not lines:
            around = list(range(ring))
        elif i == 0:
            around = [*range(top[0], ring), *range(bottom[0] + 1), *up]
        elif i < len(lines):
            around = [*from_bottom, *up, *range(top[i], top[i - 1] + 1), *lines[i - 1][::-1]]
        else:
            around = [*from_bottom, *lines[i - 1][::-1]]
        zones.append(np.array(around))
    return tuple(zones)


def _notch(along_x: int, along_y: int) -> Template:
    low_left, low_right, top_right, top_left = _corners()
    bottom, at_bottom = _side(low_left[-1], low_right[0], [_point(_CUT1, _ZERO)], along_x)
    right, _ = _side(low_right[-1], top_right[0], [], along_y)
    top, _ = _side(top_right[-1], top_left[0], [], along_x)
    left, at_left = _side(top_left[-1], low_left[0], [_point(_ZERO, _CUT2)], along_y)
    ring = [*low_left, *bottom, *low_right, *right, *top_right, *top, *top_left, *left]
    inner = [_point(_CUT1, _CUT2)]
    foot = _ARC + at_bottom[0]
    side = len(ring) - len(left) + at_left[0]
    corner = np.array([*range(side, len(ring)), *range(foot + 1), len(ring)])
    rest = np.array([*range(foot, side + 1), len(ring)])
    return Template(np.array([*ring, *inner]), len(ring), (corner, rest))
