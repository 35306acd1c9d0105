"""Loose edges chained into lines. Compiled; knows no layer."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["chain_edges"]


@kernel
def chain_edges(edges, vertices):
    """Chain edges into lines that end where other than two edges meet; a closed line without such a place is a ring.

    Parameters
    ----------
    edges
        Shape (n, 2), vertex ids.
    vertices
        How many vertices there are.

    Returns
    -------
    start, vertex
        Where each line starts in `vertex`, and the vertex ids of all lines.
    """
    n = len(edges)
    degree = np.zeros(vertices + 1, np.int64)
    for e in range(n):
        degree[edges[e, 0] + 1] += 1
        degree[edges[e, 1] + 1] += 1
    first = np.cumsum(degree)
    fill = first[:-1].copy()
    around = np.empty(2 * n, np.int64)
    for e in range(n):
        for end in range(2):
            v = edges[e, end]
            around[fill[v]] = e
            fill[v] += 1
    used = np.zeros(n, np.bool_)
    start, vertex = np.empty(n + 1, np.int64), np.empty(2 * n, np.int64)
    lines, size = 0, 0
    for turn in range(2):  # lines with ends first, then rings
        for e in range(n):
            for end in range(2):
                v = edges[e, end]
                if used[e] or (turn == 0 and first[v + 1] - first[v] == 2):
                    continue
                start[lines] = size
                lines += 1
                vertex[size] = v
                size += 1
                here = e
                while not used[here]:
                    used[here] = True
                    v = edges[here, 0] if edges[here, 1] == v else edges[here, 1]
                    vertex[size] = v
                    size += 1
                    if first[v + 1] - first[v] != 2:
                        break
                    a, b = around[first[v]], around[first[v] + 1]
                    here = b if a == here else a
    start[lines] = size
    return start[: lines + 1].copy(), vertex[:size].copy()
