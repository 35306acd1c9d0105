"""Tags of features and the values they number, tile by tile. Compiled; knows no geometry."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.tiles.wire import copy, put, size_of

__all__ = ["forget", "meet", "number_tags", "put_tags", "put_values", "size_of_tags"]


@lean_kernel
def _meet_value(v, tags, desk, counts):
    column, number, values, met = tags[4], desk[0], desk[2], desk[5]
    if number[v] < 0:
        number[v] = met[column[v]]
        met[column[v]] += 1
        values[counts[0]] = v
        counts[0] += 1


@lean_kernel
def meet(feature, tags, desk, counts):
    """Take notice of what a feature says, before anything of it is written.

    Parameters
    ----------
    feature
        Row in the layer.
    tags
        Of `Attributes.arrays`: groups, combination_start, tag_key, tag_value, value_column, value_start, value_data,
        key_start, key_data, single.
    desk
        number of each value in this tile, place of each combination in `written` (from, to), the values and the
        combinations met so far, `written`: tags of the combinations, one after the other, for each column the number of
        its values met and the number it gets, and the values in the order of their numbers. -1 is "not met".
    counts
        How many values and combinations were met; the rest is not for here.
    """
    groups, start, key, value, single = tags[0], tags[1], tags[2], tags[3], tags[9]
    place, combinations, key_number = desk[1], desk[3], desk[6]
    for g in range(groups.shape[1]):
        c = groups[feature, g]
        if c < 0:
            continue
        if single[g] >= 0:
            key_number[single[g]] = 0
            _meet_value(c, tags, desk, counts)
        elif place[c, 0] < 0:
            place[c, 0] = 0
            combinations[counts[1]] = c
            counts[1] += 1
            for k in range(start[c], start[c + 1]):
                key_number[key[k]] = 0
                _meet_value(value[k], tags, desk, counts)


@lean_kernel
def number_tags(tags, desk, counts):
    """Number the columns and values that the tile met, column by column, and write the tags of its combinations."""
    start, key, value, column = tags[1], tags[2], tags[3], tags[4]
    number, place, values, combinations, written, met, key_number, ordered = desk
    keys, before = 0, 0
    for k in range(len(key_number)):
        if key_number[k] >= 0:
            key_number[k] = keys
            keys += 1
        before, met[k] = before + met[k], before
    for k in range(counts[0]):
        v = values[k]
        number[v] += met[column[v]]
        ordered[number[v]] = v
    at = 0
    for k in range(counts[1]):
        c = combinations[k]
        place[c, 0] = at
        for t in range(start[c], start[c + 1]):
            at = put(written, at, np.int64(key_number[key[t]]))
            at = put(written, at, np.int64(number[value[t]]))
        place[c, 1] = at


@lean_kernel
def size_of_tags(feature, tags, desk):
    """How many bytes the tags of a feature take."""
    groups, single, number, place, key_number = tags[0], tags[9], desk[0], desk[1], desk[6]
    size = 0
    for g in range(groups.shape[1]):
        c = groups[feature, g]
        if c >= 0 and single[g] >= 0:
            size += size_of(key_number[single[g]]) + size_of(number[c])
        elif c >= 0:
            size += place[c, 1] - place[c, 0]
    return size


@lean_kernel
def put_tags(buffer, at, feature, tags, desk):
    """Copy the tags of a feature that was met; return the place after them."""
    groups, single, number, place, written, key_number = tags[0], tags[9], desk[0], desk[1], desk[4], desk[6]
    for g in range(groups.shape[1]):
        c = groups[feature, g]
        if c >= 0 and single[g] >= 0:
            at = put(buffer, at, np.int64(key_number[single[g]]))
            at = put(buffer, at, np.int64(number[c]))
        elif c >= 0:
            at = copy(buffer, at, written, place[c, 0], place[c, 1])
    return at


@lean_kernel
def put_values(out, at, tags, desk, counts):
    """Write the columns and the values that the tile met as fields of a layer, in the order of their numbers.

    Returns the place after them, or -1 where they do not fit.
    """
    start, data, key_start, keys = tags[5], tags[6], tags[7], tags[8]
    key_number, ordered = desk[6], desk[7]
    size = len(keys)
    for k in range(counts[0]):
        size += start[ordered[k] + 1] - start[ordered[k]]
    if at + size > len(out):
        return -1
    for k in range(len(key_number)):
        if key_number[k] >= 0:
            at = copy(out, at, keys, key_start[k], key_start[k + 1])
    for k in range(counts[0]):
        at = copy(out, at, data, start[ordered[k]], start[ordered[k] + 1])
    return at


@lean_kernel
def forget(desk, counts):
    """Leave the desk as it was found."""
    number, place, values, combinations, met, key_number = desk[0], desk[1], desk[2], desk[3], desk[5], desk[6]
    for k in range(counts[0]):
        number[values[k]] = -1
    for k in range(counts[1]):
        place[combinations[k], 0] = -1
    met[:] = 0
    key_number[:] = -1
    counts[:4] = 0  # how many features were written last is asked afterwards
