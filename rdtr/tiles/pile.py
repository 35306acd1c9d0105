"""Features of a layer gathered before they are written, since only then it is known how its values are numbered.

Compiled; cuts no geometry and knows no zoom.
"""

from __future__ import annotations

from rdtr.jit import lean_kernel, lean_routine
from rdtr.tiles.features import put_feature
from rdtr.tiles.tags import forget, meet, number_tags, put_values, size_of_tags
from rdtr.tiles.wire import copy

__all__ = ["TOO_LONG", "TOO_MUCH", "add", "write"]

TOO_MUCH, TOO_LONG = -1, -2
"""What encoders return instead of a size: no room for what is written, or for the vertices of one geometry."""

MOST_HEAD = 64
"""Bytes of a feature beside its tags and geometry."""


@lean_kernel
def add(features, first, last, geometry, size, pile, tags, desk, counts):
    """Put features of one geometry on the pile; return whether there was room.

    Parameters
    ----------
    features, first, last
        Rows in the layer, from one to the other.
    geometry, size
        Its bytes.
    pile
        Bytes of all geometries, and for each feature its row and where its geometry starts and ends.
    tags, desk, counts
        See `rdtr.tiles.tags.meet`; `counts` goes on with the features and the bytes on the pile.
    """
    data, listed = pile
    n, at = counts[2], counts[3]
    if at + size > len(data) or n + last - first > len(listed):
        return False
    end = copy(data, at, geometry, 0, size)
    for k in range(first, last):
        listed[n, 0], listed[n, 1], listed[n, 2] = features[k], at, end
        n += 1
        meet(features[k], tags, desk, counts)
    counts[2], counts[3] = n, end
    return True


@lean_routine
def write(kind, out, pile, tags, desk, counts):
    """Write the features on the pile, then columns and values; clear the desk.

    Returns the number of bytes, or `TOO_MUCH`.
    """
    data, listed = pile
    number_tags(tags, desk, counts)
    size = 0
    for k in range(counts[2]):
        feature, first, last = listed[k, 0], listed[k, 1], listed[k, 2]
        tag_bytes = size_of_tags(feature, tags, desk)
        if size + last - first + tag_bytes + MOST_HEAD > len(out):
            size = TOO_MUCH
            break
        size = put_feature(out, size, feature, kind, data, first, last, tags, desk, tag_bytes)
    if size > 0:
        size = put_values(out, size, tags, desk, counts)
    forget(desk, counts)
    return size
