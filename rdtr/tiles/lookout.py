"""Looking across from the edges of polygons: edges joined into straight pieces, rays, what they meet. Compiled.

Knows no places but by their numbers.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.zoning.boxes import FANOUT

__all__ = ["LOOKS", "edge_segments", "look", "pieces_of"]

LOOKS = 3
"""How often is looked from a piece at most: the third time decides between two, or where one went through a gap."""


@kernel
def edge_segments(vertex, ring_start, rings, shown, across, x, y, longest):
    """Join the edges of rings between vertices that are shown.

    Parameters
    ----------
    vertex, ring_start
        See `rdtr.tiles.coverage.Coverage`.
    rings
        Which rings.
    shown
        Shape (v,), which vertices; all are shown at which the polygon across changes.
    across
        Shape (n,), the polygon across the edge that begins at each entry of `vertex`.
    x, y, longest
        Of the vertices, metres. A segment that has become so long ends at its next vertex, shown or not.

    Returns
    -------
    segment, ends, facing, ring
        The segment of each edge, -1 for none; by segment its two vertices, the polygon across, and its ring. A ring
        without vertices that are shown has no segment.
    """
    segment = np.full(len(vertex), -1, np.int64)
    ends = np.empty((len(vertex), 2), np.int64)
    facing, ring = np.empty(len(vertex), np.int64), np.empty(len(vertex), np.int64)
    n = 0
    for r in rings:
        begin, size, before = ring_start[r], ring_start[r + 1] - ring_start[r], n
        first = 0
        while first < size and not shown[vertex[begin + first]]:
            first += 1
        for step in range(size if first < size else 0):
            i = begin + (first + step) % size
            v = vertex[i]
            if shown[v] or np.hypot(x[v] - x[ends[n - 1, 0]], y[v] - y[ends[n - 1, 0]]) >= longest:
                ends[n, 0], facing[n], ring[n] = v, across[i], r
                if n > before:
                    ends[n - 1, 1] = v
                n += 1
            segment[i] = n - 1
        if n > before:
            ends[n - 1, 1] = ends[before, 0]
    return segment, ends[:n].copy(), facing[:n].copy(), ring[:n].copy()


@kernel
def pieces_of(ends, facing, ring, place, x, y, longest, bend):
    """Join segments that face the same place into pieces that are about straight.

    Parameters
    ----------
    ends, facing, ring
        See `edge_segments`.
    place
        Shape (polygons + 1,), a number for each place, -1 for none; the last is outside.
    x, y
        Of the vertices, metres.
    longest
        A piece ends before it would become longer; a segment is not cut.
    bend
        Cosine of the angle to its first segment at which a piece ends.

    Returns
    -------
    piece, first, length, before, after
        The piece of each segment, -1 for those that face no place; by piece its first segment, its length, and its
        neighbours along the ring, -1 where there is none.
    """
    total = len(facing)
    piece = np.full(total, -1, np.int64)
    first, length = np.empty(total, np.int64), np.zeros(total, np.float64)
    before, after = np.full(total, -1, np.int64), np.full(total, -1, np.int64)
    n, ring_first = 0, 0
    from_x, from_y, going = 0.0, 0.0, 0.0
    for k in range(total):
        begins = k == 0 or ring[k] != ring[k - 1]
        if begins:
            ring_first = k
        own = place[facing[k]]
        if own >= 0:
            dx, dy = x[ends[k, 1]] - x[ends[k, 0]], y[ends[k, 1]] - y[ends[k, 0]]
            d = np.hypot(dx, dy)
            follows = not begins and piece[k - 1] >= 0
            if (
                not follows
                or place[facing[k - 1]] != own
                or length[n - 1] + d > longest
                or dx * from_x + dy * from_y < bend * d * going
            ):
                if follows:
                    before[n], after[n - 1] = n - 1, n
                first[n] = k
                from_x, from_y, going = dx, dy, d
                n += 1
            piece[k] = n - 1
            length[n - 1] += d
        ends_here = k + 1 == total or ring[k + 1] != ring[k]
        if ends_here and piece[k] >= 0 and piece[ring_first] >= 0 and piece[k] != piece[ring_first]:
            before[piece[ring_first]], after[piece[k]] = piece[k], piece[ring_first]
    return piece, first[:n].copy(), length[:n].copy(), before[:n].copy(), after[:n].copy()


@kernel
def _meets(from_x, from_y, to_x, to_y, k, ends, x, y):
    """Share of a ray at which it meets a segment; 2 where it does not, or only where it begins."""
    ax, ay = x[ends[k, 0]], y[ends[k, 0]]
    ex, ey = x[ends[k, 1]] - ax, y[ends[k, 1]] - ay
    dx, dy = to_x - from_x, to_y - from_y
    across = dx * ey - dy * ex
    if across == 0.0:
        return 2.0
    t = ((ax - from_x) * ey - (ay - from_y) * ex) / across
    u = ((ax - from_x) * dy - (ay - from_y) * dx) / across
    return t if 1e-6 < t <= 1.0 and 0.0 <= u <= 1.0 else 2.0


@kernel
def _first_met(from_x, from_y, to_x, to_y, ends, x, y, boxes, level_start, item, stack):
    """Segment of a tree that a ray meets first, -1 for none. What is found makes the box smaller in which it is sought."""
    left, right, low, high = min(from_x, to_x), max(from_x, to_x), min(from_y, to_y), max(from_y, to_y)
    best, nearest, size = -1, 2.0, 0
    if len(item):
        stack[0, 0], stack[0, 1], size = len(level_start) - 2, 0, 1
    while size:
        size -= 1
        level, index = stack[size, 0], stack[size, 1]
        b = level_start[level] + index
        if boxes[b, 0] > right or boxes[b, 2] < left or boxes[b, 1] > high or boxes[b, 3] < low:
            continue
        if level:
            last = min((index + 1) * FANOUT, level_start[level] - level_start[level - 1])
            for child in range(index * FANOUT, last):
                stack[size, 0], stack[size, 1] = level - 1, child
                size += 1
            continue
        t = _meets(from_x, from_y, to_x, to_y, item[index], ends, x, y)
        if t < nearest:
            best, nearest = item[index], t
            at_x, at_y = from_x + t * (to_x - from_x), from_y + t * (to_y - from_y)
            left, right, low, high = min(from_x, at_x), max(from_x, at_x), min(from_y, at_y), max(from_y, at_y)
    return best


@kernel
def _spot(at, k, gone, piece, ends, x, y):
    """Follow a piece up to so many metres from its beginning; return the segment there, and the metres before it."""
    while True:
        d = np.hypot(x[ends[k, 1]] - x[ends[k, 0]], y[ends[k, 1]] - y[ends[k, 0]])
        if gone + d >= at or k + 1 == len(piece) or piece[k + 1] != piece[k]:
            return k, gone, d
        gone += d
        k += 1


@kernel
def look(first, length, short, piece, ends, facing, place, x, y, boxes, level_start, item, reach):
    """Look across from the pieces, straight away from them into the polygon whose ring it is.

    Parameters
    ----------
    first, length, piece
        See `pieces_of`.
    short
        A piece shorter than this looks once, from its middle.
    ends, facing, place, x, y
        As there.
    boxes, level_start, item
        Tree over the segments that end a look.
    reach
        How far, metres.

    Returns
    -------
    across
        Shape (pieces, `LOOKS`), what the segment faces that is met first, -1 for none. Where two looks see the same place
        there is no third.
    """
    found = np.full((len(first), LOOKS), -1, np.int64)
    stack = np.empty((FANOUT * (len(level_start) + 1), 2), np.int64)
    for p in range(len(first)):
        for s in range(LOOKS if length[p] >= short else 1):
            if s == 2 and found[p, 0] >= 0 and found[p, 1] >= 0 and place[found[p, 0]] == place[found[p, 1]]:
                break
            at = length[p] * (0.5 if length[p] < short else (1.0 / 6.0, 5.0 / 6.0, 0.5)[s])
            k, gone, d = _spot(at, first[p], 0.0, piece, ends, x, y)
            if d == 0.0:
                continue
            dx, dy = (x[ends[k, 1]] - x[ends[k, 0]]) / d, (y[ends[k, 1]] - y[ends[k, 0]]) / d
            on = min(at - gone, d)
            from_x, from_y = x[ends[k, 0]] + on * dx, y[ends[k, 0]] + on * dy
            for far in (reach / 4.0, reach):  # most streets are narrow, and near by there is less to try
                # rings have their polygon on their left in the plane; here y points down
                to_x, to_y = from_x + dy * far, from_y - dx * far
                met = _first_met(from_x, from_y, to_x, to_y, ends, x, y, boxes, level_start, item, stack)
                if met >= 0:
                    found[p, s] = facing[met]
                    break
    return found
