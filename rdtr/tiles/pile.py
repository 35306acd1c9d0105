"""Features of a layer gathered before they are written, since only then it is known how its values are numbered.

Compiled; cuts no geometry and knows no zoom.
"""

from __future__ import annotations

from rdtr.jit import lean_kernel, lean_routine
from rdtr.places import fetch, store
from rdtr.tiles.features import put_feature
from rdtr.tiles.tags import forget, meet, number_tags, put_tags, put_values
from rdtr.tiles.wire import SLACK, copy_short

__all__ = ["TOO_LONG", "TOO_MUCH", "add", "enlist", "write"]

TOO_MUCH, TOO_LONG = -1, -2
"""What encoders return instead of a size: no room for what is written, or for the vertices of one geometry."""

MOST_HEAD = 64
"""Bytes of a feature beside its tags and geometry, and those that are written beyond it for a moment."""


@lean_kernel
def add(features, first, last, owner, geometry, size, pile, tags, desk, counts):
    """Put features of one geometry on the pile; return whether there was room.

    Parameters
    ----------
    features, first, last
        Rows in the layer, from one to the other.
    owner
        Whose geometry it is: which polygon, line or point of the layer.
    geometry, size
        Its bytes.
    pile
        Bytes of all geometries; for each feature its row, where its geometry starts and ends, and the owner; and what
        `rdtr.tiles.laid` keeps.
    tags, desk, counts
        See `rdtr.tiles.tags.meet`; `counts` goes on with the features and the bytes on the pile, and the features that
        were written last.
    """
    data, at = pile[0], counts[3]
    if at + size + SLACK > len(data) or not enlist(
        features, first, last, owner, at, at + size, pile, tags, desk, counts
    ):
        return False
    counts[3] = copy_short(data, at, geometry, 0, size)
    return True


@lean_kernel
def enlist(features, first, last, owner, begin, end, pile, tags, desk, counts):
    """Put features on the pile as `add` does, whose geometry is there already, from `begin` to `end`."""
    listed, n = pile[1], counts[2]
    if n + last - first > len(listed):
        return False
    for k in range(first, last):
        feature = fetch(features, k)
        store(listed, 4 * n, feature)
        store(listed, 4 * n + 1, begin)
        store(listed, 4 * n + 2, end)
        store(listed, 4 * n + 3, owner)
        n += 1
        meet(feature, tags, desk, counts)
    counts[2] = n
    return True


@lean_routine
def write(kind, out, pile, tags, desk, counts):
    """Write the features on the pile, then columns and values; clear the desk.

    Returns the number of bytes, or `TOO_MUCH`. The pile then says where in `out` the geometry of each feature lies.
    """
    data, listed, said = pile[0], pile[1], desk[8]
    number_tags(tags, desk, counts)
    size = 0
    for k in range(counts[2]):
        feature, first, last = fetch(listed, 4 * k), fetch(listed, 4 * k + 1), fetch(listed, 4 * k + 2)
        tag_bytes = put_tags(said, feature, tags, desk)
        if size + last - first + tag_bytes + MOST_HEAD > len(out):
            size = TOO_MUCH
            break
        size = put_feature(out, size, feature, kind, said, tag_bytes, data, first, last)
        store(listed, 4 * k + 1, size - (last - first))
        store(listed, 4 * k + 2, size)
    if size > 0:
        size = put_values(out, size, tags, desk, counts)
    counts[4] = counts[2]
    forget(desk, counts)
    return size
