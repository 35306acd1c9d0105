"""Tags of features and the values they number, tile by tile. Compiled; knows no geometry."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.places import fetch, store
from rdtr.tiles.wire import SLACK, copy_short, put

__all__ = ["forget", "meet", "number_tags", "put_tags", "put_values"]


@lean_kernel
def _meet_value(v, tags, desk, counts):
    column, number, values, met = tags[4], desk[0], desk[2], desk[5]
    if fetch(number, v) < 0:
        c = fetch(column, v)
        before = fetch(met, c)
        store(number, v, before)
        store(met, c, before + 1)
        store(values, counts[0], v)
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
        its values met and the number it gets, the values in the order of their numbers, and room for the tags of one
        feature. -1 is "not met".
    counts
        How many values and combinations were met; the rest is not for here.
    """
    groups, start, key, value, single = tags[0], tags[1], tags[2], tags[3], tags[9]
    place, combinations, key_number = desk[1], desk[3], desk[6]
    row = feature * groups.shape[1]
    for g in range(groups.shape[1]):
        c, own = fetch(groups, row + g), fetch(single, g)
        if c < 0:
            continue
        if own >= 0:
            store(key_number, own, 0)
            _meet_value(c, tags, desk, counts)
        elif fetch(place, 2 * c) < 0:
            store(place, 2 * c, 0)
            combinations[counts[1]] = c
            counts[1] += 1
            for k in range(start[c], start[c + 1]):
                key_number[key[k]] = 0
                _meet_value(value[k], tags, desk, counts)


@lean_kernel
def number_tags(tags, desk, counts):
    """Number the columns and values that the tile met, column by column, and write the tags of its combinations."""
    start, key, value, column = tags[1], tags[2], tags[3], tags[4]
    number, place, values, combinations, written, met, key_number, ordered, _ = desk
    keys, before = 0, 0
    for k in range(len(key_number)):
        if key_number[k] >= 0:
            key_number[k] = keys
            keys += 1
        before, met[k] = before + met[k], before
    for k in range(counts[0]):
        v = fetch(values, k)
        final = fetch(number, v) + fetch(met, fetch(column, v))
        store(number, v, final)
        store(ordered, final, v)
    at = 0
    for k in range(counts[1]):
        c = combinations[k]
        place[c, 0] = at
        for t in range(start[c], start[c + 1]):
            at = put(written, at, np.int64(key_number[key[t]]))
            at = put(written, at, np.int64(number[value[t]]))
        place[c, 1] = at


@lean_kernel
def put_tags(said, feature, tags, desk):
    """Write the tags of a feature that was met; return how many bytes they are."""
    groups, single, number, place, written, key_number = tags[0], tags[9], desk[0], desk[1], desk[4], desk[6]
    row, at = feature * groups.shape[1], 0
    for g in range(groups.shape[1]):
        c, own = fetch(groups, row + g), fetch(single, g)
        if c < 0:
            continue
        if own >= 0:
            at = put(said, at, np.int64(fetch(key_number, own)))
            at = put(said, at, np.int64(fetch(number, c)))
        else:
            at = copy_short(said, at, written, np.int64(fetch(place, 2 * c)), np.int64(fetch(place, 2 * c + 1)))
    return at


@lean_kernel
def put_values(out, at, tags, desk, counts):
    """Write the columns and the values that the tile met as fields of a layer, in the order of their numbers.

    Returns the place after them, or -1 where they do not fit.
    """
    start, data, key_start, keys = tags[5], tags[6], tags[7], tags[8]
    key_number, ordered = desk[6], desk[7]
    size = len(keys) + SLACK
    for k in range(counts[0]):
        v = fetch(ordered, k)
        size += fetch(start, v + 1) - fetch(start, v)
    if at + size > len(out):
        return -1
    for k in range(len(key_number)):
        if key_number[k] >= 0:
            at = copy_short(out, at, keys, key_start[k], key_start[k + 1])
    for k in range(counts[0]):
        v = fetch(ordered, k)
        at = copy_short(out, at, data, np.int64(fetch(start, v)), np.int64(fetch(start, v + 1)))
    return at


@lean_kernel
def forget(desk, counts):
    """Leave the desk as it was found."""
    number, place, values, combinations, met, key_number = desk[0], desk[1], desk[2], desk[3], desk[5], desk[6]
    for k in range(counts[0]):
        store(number, fetch(values, k), -1)
    for k in range(counts[1]):
        store(place, 2 * fetch(combinations, k), -1)
    met[:] = 0
    key_number[:] = -1
    counts[:4] = 0  # how many features were written last is asked afterwards
