"""How much each vertex matters: Visvalingam's effective areas, one number for both sides of a border. Compiled arithmetic.

Source: M. Visvalingam, J. D. Whyatt, Line generalisation by repeated elimination of points, The Cartographic Journal 30
(1993). An arc is what lies between two nodes of the coverage; it is walked once, whichever polygon meets it first, so the
two polygons that share it keep the same vertices at every zoom.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["importance", "keep_corners", "line_importance", "nodes_of_rings"]


@kernel
def nodes_of_rings(vertex, ring_start, degree, lowest):
    """Mark nodes: vertices where other than two borders meet; a ring without one gets its lowest vertex."""
    node = np.zeros(len(degree), np.bool_)
    for v in range(len(degree)):
        node[v] = degree[v] != 2
    for r in range(len(ring_start) - 1):
        start, stop = ring_start[r], ring_start[r + 1]
        found, best = False, vertex[start]
        for i in range(start, stop):
            found = found or node[vertex[i]]
            if lowest[vertex[i]] < lowest[best]:
                best = vertex[i]
        if not found:
            node[best] = True
    return node


@kernel
def _weight(x, y, a, b, c, near):
    """How much b matters between a and c: the area by which the border would move, or less where it lies near to it."""
    dx, dy, px, py = x[c] - x[a], y[c] - y[a], x[b] - x[a], y[b] - y[a]
    across = dx * py - dy * px
    along, whole = dx * px + dy * py, dx * dx + dy * dy
    if along <= 0.0:
        off = px * px + py * py
    elif along >= whole:
        off = (px - dx) ** 2 + (py - dy) ** 2
    else:
        off = across * across / whole
    area, (flat, far) = abs(across) * 0.5, near
    return area if off >= far else min(area, flat * off)


@kernel
def _sift_down(heap, where, key, size, k):
    item = heap[k]
    while True:
        child = 2 * k + 1
        if child >= size:
            break
        if child + 1 < size and key[heap[child + 1]] < key[heap[child]]:
            child += 1
        if key[heap[child]] >= key[item]:
            break
        heap[k] = heap[child]
        where[heap[k]] = k
        k = child
    heap[k] = item
    where[item] = k


@kernel
def _sift_up(heap, where, key, k):
    item = heap[k]
    while k > 0:
        parent = (k - 1) // 2
        if key[heap[parent]] <= key[item]:
            break
        heap[k] = heap[parent]
        where[heap[k]] = k
        k = parent
    heap[k] = item
    where[item] = k


@kernel
def _simplify(arc, count, x, y, near, result, heap, where, before, after, key):
    """Eliminate the inner vertices of one arc, smallest effective area first, and write the area at which each goes."""
    size = 0
    for k in range(count):
        before[k], after[k] = k - 1, k + 1
    for k in range(1, count - 1):
        key[k] = _weight(x, y, arc[k - 1], arc[k], arc[k + 1], near)
        heap[size], where[k] = k, size
        size += 1
    for k in range(size // 2 - 1, -1, -1):
        _sift_down(heap, where, key, size, k)
    least = 0.0
    while size:
        k = heap[0]
        size -= 1
        if size:
            heap[0] = heap[size]
            where[heap[0]] = 0
            _sift_down(heap, where, key, size, 0)
        least = max(least, key[k])
        result[arc[k]] = least
        a, b = before[k], after[k]
        after[a], before[b] = b, a
        for m in (a, b):
            if 0 < m < count - 1:
                old = key[m]
                key[m] = max(_weight(x, y, arc[before[m]], arc[m], arc[after[m]], near), least)
                if key[m] < old:
                    _sift_up(heap, where, key, where[m])
                else:
                    _sift_down(heap, where, key, size, where[m])


@kernel
def importance(vertex, ring_start, node, x, y, near):
    """Effective area of every vertex of a coverage, in square units; infinite for nodes.

    Parameters
    ----------
    vertex
        Vertex ids of all rings, one ring after the other, the closing vertex left out.
    ring_start
        Where each ring starts in `vertex`.
    node
        By vertex id.
    x, y
        Coordinates by vertex id, float64.
    near
        What a square unit off the line between the neighbours counts for, at most, and the square distance from which on
        area alone counts. So a vertex that hardly leaves a long straight line does not matter, however large the area; but
        no border moves so far that it crosses its neighbours.
    """
    result = np.full(len(x), -1.0)
    longest = 0
    for r in range(len(ring_start) - 1):
        longest = max(longest, ring_start[r + 1] - ring_start[r])
    arc = np.empty(longest + 2, np.int64)
    heap, where = np.empty(longest + 2, np.int64), np.empty(longest + 2, np.int64)
    before, after = np.empty(longest + 2, np.int64), np.empty(longest + 2, np.int64)
    key = np.empty(longest + 2, np.float64)
    for r in range(len(ring_start) - 1):
        start, n = ring_start[r], ring_start[r + 1] - ring_start[r]
        first = -1
        for i in range(n):
            if node[vertex[start + i]]:
                first = i
                break
        if first < 0:
            continue
        count = 0
        for i in range(n + 1):
            v = vertex[start + (first + i) % n]
            arc[count] = v
            count += 1
            if node[v]:
                result[v] = np.inf
                if count > 2 and result[arc[1]] < 0.0:
                    _simplify(arc, count, x, y, near, result, heap, where, before, after, key)
                arc[0], count = v, 1
    return result


@kernel
def line_importance(line_start, node, x, y, near):
    """Effective area of every vertex of lines; infinite for their ends and for nodes.

    Parameters
    ----------
    line_start
        Shape (lines + 1,).
    node, x, y
        By vertex.
    near
        As in `importance`.
    """
    result = np.full(len(x), np.inf)
    longest = 0
    for r in range(len(line_start) - 1):
        longest = max(longest, line_start[r + 1] - line_start[r])
    arc = np.empty(longest + 2, np.int64)
    heap, where = np.empty(longest + 2, np.int64), np.empty(longest + 2, np.int64)
    before, after = np.empty(longest + 2, np.int64), np.empty(longest + 2, np.int64)
    key = np.empty(longest + 2, np.float64)
    for r in range(len(line_start) - 1):
        count = 0
        for i in range(line_start[r], line_start[r + 1]):
            arc[count] = i
            count += 1
            if count > 1 and (node[i] or i + 1 == line_start[r + 1]):
                _simplify(arc, count, x, y, near, result, heap, where, before, after, key)
                arc[0], count = i, 1
    return result


@kernel
def keep_corners(vertex, ring_start, x, y, area, zoom, ring_units, fine_zoom):
    """Draw the four weightiest vertices of every ring from the zoom on at which the ring covers `ring_units`.

    A vertex has one zoom for all the polygons that use it, so borders stay shared.

    Parameters
    ----------
    vertex, ring_start, x, y, area
        As in `importance`, and what it returned.
    zoom
        By vertex, int8; a copy with lower zooms is returned.
    ring_units
        Square tile units.
    fine_zoom
        The zoom of the units of `x` and `y`.
    """
    result = zoom.copy()
    for r in range(len(ring_start) - 1):
        first, last = ring_start[r], ring_start[r + 1]
        if last - first < 3:
            continue
        ox, oy = x[vertex[first]], y[vertex[first]]
        twice, j = 0.0, last - 1
        for i in range(first, last):
            a, b = vertex[j], vertex[i]
            twice += float(x[a] - ox) * float(y[b] - oy) - float(x[b] - ox) * float(y[a] - oy)
            j = i
        covered = abs(twice) * 0.5
        if covered <= 0.0:
            continue
        seen = np.int8(min(max(np.ceil(fine_zoom - 0.5 * np.log2(covered / ring_units)), 0.0), float(fine_zoom)))
        weight = np.full(4, -1.0)
        corner = np.full(4, -1, np.int64)
        for i in range(first, last):
            v = vertex[i]
            least = 0
            for k in range(1, 4):
                if weight[k] < weight[least]:
                    least = k
            if area[v] > weight[least]:
                weight[least], corner[least] = area[v], v
        for k in range(4):
            if corner[k] >= 0:
                result[corner[k]] = min(result[corner[k]], seen)
    return result
