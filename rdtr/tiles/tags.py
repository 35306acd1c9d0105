"""Tags of features and the values they number, tile by tile. Compiled; knows no geometry."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.tiles.wire import copy, put

__all__ = ["forget", "meet", "put_tags", "put_values"]


@lean_kernel
def meet(feature, tags, desk, counts):
    """Write the combinations of a feature that the tile has not met yet; return the bytes of the feature's tags.

    Parameters
    ----------
    feature
        Row in the layer.
    tags
        groups, combination_start, tag_key, tag_value, value_start, value_data and keys of `Attributes`.
    desk
        number of each value in this tile, place of each combination in `written` (from, to), the values and the
        combinations met so far, and `written`: tags of the combinations, one after the other. -1 is "not met".
    counts
        How many values and combinations were met, and the bytes of `written`.
    """
    groups, start, key, value = tags[0], tags[1], tags[2], tags[3]
    number, place, values, combinations, written = desk
    size = 0
    for g in range(groups.shape[1]):
        c = groups[feature, g]
        if c < 0:
            continue
        if place[c, 0] < 0:
            combinations[counts[1]] = c
            counts[1] += 1
            place[c, 0] = at = counts[2]
            for k in range(start[c], start[c + 1]):
                v = value[k]
                if number[v] < 0:
                    number[v] = counts[0]
                    values[counts[0]] = v
                    counts[0] += 1
                at = put(written, at, np.int64(key[k]))
                at = put(written, at, np.int64(number[v]))
            place[c, 1] = counts[2] = at
        size += place[c, 1] - place[c, 0]
    return size


@lean_kernel
def put_tags(buffer, at, feature, tags, desk):
    """Copy the tags of a feature that was met; return the place after them."""
    groups, place, written = tags[0], desk[1], desk[4]
    for g in range(groups.shape[1]):
        c = groups[feature, g]
        if c >= 0:
            at = copy(buffer, at, written, place[c, 0], place[c, 1])
    return at


@lean_kernel
def put_values(out, at, tags, desk, counts):
    """Write the columns and the values that the tile met as fields of a layer, in the order of their numbers.

    Returns the place after them, or -1 where they do not fit.
    """
    start, data, keys, values = tags[4], tags[5], tags[6], desk[2]
    size = len(keys)
    for k in range(counts[0]):
        size += start[values[k] + 1] - start[values[k]]
    if at + size > len(out):
        return -1
    at = copy(out, at, keys, 0, len(keys))
    for k in range(counts[0]):
        at = copy(out, at, data, start[values[k]], start[values[k] + 1])
    return at


@lean_kernel
def forget(desk, counts):
    """Leave the desk as it was found."""
    number, place, values, combinations, _ = desk
    for k in range(counts[0]):
        number[values[k]] = -1
    for k in range(counts[1]):
        place[combinations[k], 0] = -1
    counts[:] = 0
