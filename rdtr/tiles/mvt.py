"""Arrays to Mapbox Vector Tile bytes (specification 2.1). Compiled; knows no plan, no file and no projection."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.clip import clip_polygon, contains
from rdtr.types import IndexArray

__all__ = ["Attributes", "encode_lines", "encode_points", "encode_polygons", "layer_bytes", "value_bytes"]

_LOCAL = threading.local()

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
POINT, LINE, POLYGON = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Attributes:
    """Columns of a layer, dictionary-encoded once.

    Attributes
    ----------
    keys
        Names of the columns.
    tag_start
        Shape (features + 1,), in `tag_key` and `tag_value`.
    tag_key, tag_value
        Shape (tags,), column and distinct value of each tag; a null has no tag.
    values
        Distinct values as encoded fields of a layer, ready to be copied.
    """

    keys: tuple[str, ...]
    tag_start: IndexArray
    tag_key: IndexArray
    tag_value: IndexArray
    values: tuple[bytes, ...]

    @cached_property
    def key_fields(self) -> bytes:
        """All keys as encoded fields of a layer."""
        return b"".join(_field(3, key.encode()) for key in self.keys)

    def scratch(self) -> IndexArray:
        """Return this thread's array of local value numbers, all -1; the encoders leave it as they found it."""
        kept: WeakKeyDictionary[Attributes, IndexArray] = _LOCAL.__dict__.setdefault("scratch", WeakKeyDictionary())
        if self not in kept:
            kept[self] = np.full(len(self.values), -1, np.int32)
        return kept[self]


def varint(value: int) -> bytes:
    """Encode a whole number of the protocol-buffer kind.

    Examples
    --------
    >>> varint(300).hex()
    'ac02'
    """
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def value_bytes(value: Any) -> bytes:
    """Encode one attribute value as a field of a layer: text, bool, whole number or float64.

    Examples
    --------
    >>> value_bytes("R-2").hex(), value_bytes(True).hex()
    ('22050a03522d32', '22023801')
    """
    return _field(4, _value(value))


def _value(value: Any) -> bytes:
    if isinstance(value, bool | np.bool_):
        return b"\x38" + varint(int(value))
    if isinstance(value, int | np.integer):
        number = int(value)
        return b"\x28" + varint(number) if number >= 0 else b"\x30" + varint(-2 * number - 1)
    if isinstance(value, float | np.floating):
        return b"\x19" + np.float64(value).tobytes()
    text = str(value).encode()
    return b"\x0a" + varint(len(text)) + text


def layer_bytes(name: str, features: bytes, attributes: Attributes, used: IndexArray, extent: int) -> bytes:
    """Put a layer together; without a feature there is no layer.

    Parameters
    ----------
    name
        Name of the layer.
    features
        Encoded features, from one of the encoders.
    attributes
        What `used` points into.
    used
        Values in the order in which the features number them.
    extent
        Units along the tile.
    """
    if not features:
        return b""
    values = b"".join([attributes.values[v] for v in used.tolist()])
    body = _field(1, name.encode()) + features + attributes.key_fields + values + b"\x28" + varint(extent) + b"\x78\x02"
    return _field(3, body)


@kernel
def _put(buffer, at, value):
    while value > 0x7F:
        buffer[at] = value & 0x7F | 0x80
        at += 1
        value >>= 7
    buffer[at] = value
    return at + 1


@kernel
def _zigzag(value):
    return (value << 1) ^ (value >> 63)


@kernel
def _size(value):
    n = 1
    while value > 0x7F:
        n += 1
        value >>= 7
    return n


@kernel
def _roomy(buffer, at, more):
    if at + more <= len(buffer):
        return buffer
    bigger = np.empty(2 * (at + more), np.uint8)
    bigger[:at] = buffer[:at]
    return bigger


@kernel
def _spacious(used, need):
    if need <= len(used):
        return used
    bigger = np.empty(2 * need, np.int64)
    bigger[: len(used)] = used
    return bigger


@kernel
def _put_feature(buffer, at, feature, kind, geometry, geometry_size, tags, tag_count):
    """Write one feature with its id (counted from 1), tags, kind and geometry."""
    tag_bytes = 0
    for k in range(tag_count):
        tag_bytes += _size(tags[k])
    size = 1 + _size(feature + 1) + 2 + 1 + _size(geometry_size) + geometry_size
    if tag_count:
        size += 1 + _size(tag_bytes) + tag_bytes
    buffer[at] = 0x12
    at = _put(buffer, at + 1, size)
    buffer[at] = 0x08
    at = _put(buffer, at + 1, feature + 1)
    if tag_count:
        buffer[at] = 0x12
        at = _put(buffer, at + 1, tag_bytes)
        for k in range(tag_count):
            at = _put(buffer, at, tags[k])
    buffer[at], buffer[at + 1] = 0x18, kind
    buffer[at + 2] = 0x22
    at = _put(buffer, at + 3, geometry_size)
    buffer[at : at + geometry_size] = geometry[:geometry_size]
    return at + geometry_size


@kernel
def _tags_of(feature, tag_start, tag_key, tag_value, local, used, used_count, tags):
    """Number the values of a feature in the order in which the tile meets them; return tags and values so far."""
    n = 0
    for k in range(tag_start[feature], tag_start[feature + 1]):
        value = tag_value[k]
        if local[value] < 0:
            local[value] = used_count
            used[used_count] = value
            used_count += 1
        tags[n], tags[n + 1] = tag_key[k], local[value]
        n += 2
    return n, used_count


@kernel
def _round_ring(out, first, last, box, ring):
    """Round a clipped ring to whole units, without doubled vertices and spikes.

    On the tile's edge it is rounded outwards, so that a vertex of the ring itself never falls on a place where it was cut.
    """
    n = 0
    for i in range(first, last):
        x, y = out[i, 0], out[i, 1]
        px = np.int64(np.floor(x)) if x == box[0] else np.int64(np.ceil(x)) if x == box[2] else np.int64(np.rint(x))
        py = np.int64(np.floor(y)) if y == box[1] else np.int64(np.ceil(y)) if y == box[3] else np.int64(np.rint(y))
        if n and ring[n - 1, 0] == px and ring[n - 1, 1] == py:
            continue
        if n > 1 and ring[n - 2, 0] == px and ring[n - 2, 1] == py:
            n -= 1
            continue
        ring[n, 0], ring[n, 1] = px, py
        n += 1
    while n > 1 and ring[n - 1, 0] == ring[0, 0] and ring[n - 1, 1] == ring[0, 1]:
        n -= 1
    return n


@kernel
def _touch(ring, first, last, box):
    """Find two places on the tile's edge where rounding made a ring meet itself; return their rows, or -1."""
    low_x, low_y = np.int64(np.floor(box[0])), np.int64(np.floor(box[1]))
    high_x, high_y = np.int64(np.ceil(box[2])), np.int64(np.ceil(box[3]))
    edge, n = np.empty(last - first, np.int64), 0
    for i in range(first, last):
        x, y = ring[i, 0], ring[i, 1]
        if x in (low_x, high_x) or y in (low_y, high_y):
            edge[n] = i
            n += 1
    for a in range(n):
        for b in range(a + 1, n):
            if ring[edge[a], 0] == ring[edge[b], 0] and ring[edge[a], 1] == ring[edge[b], 1]:
                return edge[a], edge[b]
    return -1, -1


@kernel
def _twice_area(ring, first, last):
    total = np.int64(0)
    j = last - 1
    for i in range(first, last):
        total += ring[j, 0] * ring[i, 1] - ring[i, 0] * ring[j, 1]
        j = i
    return total


@kernel
def _keep(ring, first, last, stop, area, kept, box):
    """Keep a rounded ring, cut into several where it meets itself on the tile's edge; drop what has no area."""
    loops, loop_stop, loop_count = ring[:0].copy(), np.empty(8, np.int64), 0
    while loop_count < 8:
        i, j = _touch(ring, first, last, box)
        if i < 0:
            break
        loops = np.concatenate((loops, ring[i:j]))
        loop_stop[loop_count] = len(loops)
        loop_count += 1
        for k in range(j, last):
            ring[i + k - j] = ring[k]
        last -= j - i
    twice = _twice_area(ring, first, last)
    if last - first >= 3 and twice != 0:
        stop[kept], area[kept] = last, twice
        kept += 1
        first = last
    for c in range(loop_count):
        a, b = loop_stop[c - 1] if c else 0, loop_stop[c]
        ring[first : first + b - a] = loops[a:b]
        twice = _twice_area(ring, first, first + b - a)
        if b - a >= 3 and twice != 0:
            first += b - a
            stop[kept], area[kept] = first, twice
            kept += 1
    return first, kept


@kernel
def _put_ring(geometry, at, ring, first, last, cursor):
    """Write a ring backwards: the specification wants shells clockwise on the screen, ours run the other way."""
    geometry[at] = 1 << 3 | MOVE_TO
    at += 1
    x, y = ring[last - 1, 0], ring[last - 1, 1]
    at = _put(geometry, at, _zigzag(x - cursor[0]))
    at = _put(geometry, at, _zigzag(y - cursor[1]))
    at = _put(geometry, at, np.int64(last - first - 1) << 3 | LINE_TO)
    for i in range(last - 2, first - 1, -1):
        at = _put(geometry, at, _zigzag(ring[i, 0] - x))
        at = _put(geometry, at, _zigzag(ring[i, 1] - y))
        x, y = ring[i, 0], ring[i, 1]
    cursor[0], cursor[1] = x, y
    geometry[at] = 1 << 3 | CLOSE_PATH
    return at + 1


@kernel
def _put_polygon(out, ring_stop, rings, box, ring, stop, area, geometry):
    """Write the rings of a clipped polygon, each shell followed by its holes; return the number of bytes."""
    size, kept = 0, 0
    for r in range(rings):
        n = _round_ring(out, ring_stop[r - 1] if r else 0, ring_stop[r], box, ring[size:])
        size, kept = _keep(ring, size, size + n, stop, area, kept, box)
    at, shells = 0, 0
    cursor = np.zeros(2, np.int64)
    for r in range(kept):
        shells += area[r] < 0
    owner = np.full(kept, -1, np.int64)
    if shells > 1 and shells < kept:
        _find_owners(ring, stop, area, kept, owner)
    for r in range(kept):
        if area[r] > 0:
            continue
        at = _put_ring(geometry, at, ring, stop[r - 1] if r else 0, stop[r], cursor)
        for h in range(kept):
            if area[h] > 0 and (shells == 1 or owner[h] == r):
                at = _put_ring(geometry, at, ring, stop[h - 1] if h else 0, stop[h], cursor)
    return at


@kernel
def _find_owners(ring, stop, area, kept, owner):
    """Find for every hole the smallest shell round it."""
    box = np.empty((kept, 4), np.int64)
    for r in range(kept):
        first = stop[r - 1] if r else 0
        box[r, 0], box[r, 1], box[r, 2], box[r, 3] = ring[first, 0], ring[first, 1], ring[first, 0], ring[first, 1]
        for i in range(first, stop[r]):
            box[r, 0], box[r, 2] = min(box[r, 0], ring[i, 0]), max(box[r, 2], ring[i, 0])
            box[r, 1], box[r, 3] = min(box[r, 1], ring[i, 1]), max(box[r, 3], ring[i, 1])
    largest = 0
    for r in range(kept):
        if area[r] < area[largest]:
            largest = r
    for h in range(kept):
        if area[h] < 0:
            continue
        hole = stop[h - 1] if h else 0
        x, y = (ring[hole, 0] + ring[hole + 1, 0]) * 0.5, (ring[hole, 1] + ring[hole + 1, 1]) * 0.5
        # in no other shell, it is in the largest; that one, with its thousands of vertices, is never asked
        owner[h], smallest = largest, area[largest]
        for r in range(kept):
            around = box[r, 0] <= x <= box[r, 2] and box[r, 1] <= y <= box[r, 3]
            if smallest < area[r] < 0 and around and contains(ring, stop[r - 1] if r else 0, stop[r], x, y):
                owner[h], smallest = r, area[r]


@kernel
def encode_polygons(rows, count, level, box, offset, features_of, tag_start, tag_key, tag_value, local):
    """Encode the polygons that the rings `rows` belong to.

    Parameters
    ----------
    rows, count
        Rings whose boxes meet the tile, ascending.
    level
        points, ring_start, polygon of each ring, starts of runs, their boxes, boxes of rings.
    box
        The buffered tile in the level's units, half a unit off the grid.
    offset
        The tile's corner in the level's units.
    features_of
        Where each polygon's features start, and the features.
    tag_start, tag_key, tag_value, local
        From `Attributes`; `local` is its scratch.

    Returns
    -------
    features, used
        Encoded features, and the values in the order of their local numbers.
    """
    points, start, polygon, run_start, runs, boxes = level
    first_feature, feature_list = features_of
    buffer, size = np.empty(4096, np.uint8), 0
    used, used_count = np.empty(64, np.int64), 0
    widest = 0
    for f in range(len(tag_start) - 1):
        widest = max(widest, tag_start[f + 1] - tag_start[f])
    tags = np.empty(2 * widest + 2, np.int64)
    room = 0
    k = 0
    while k < count:
        last = k
        total = 0
        while last < count and polygon[rows[last]] == polygon[rows[k]]:
            total += start[rows[last] + 1] - start[rows[last]]
            last += 1
        p = polygon[rows[k]]
        if first_feature[p] == first_feature[p + 1]:
            k = last
            continue
        if total > room:
            room = 2 * total
            work = np.empty((room, 2), np.int32)
            path, chain = np.empty((3 * room + 8, 2), np.float64), np.empty((room + 8, 2), np.int64)
            # a stretch may be followed by up to four corners
            out, stops = np.empty((7 * room + 64, 2), np.float64), np.empty(room + 8, np.int64)
            ring, stop, area = (
                np.empty((7 * room + 64, 2), np.int64),
                np.empty(room + 8, np.int64),
                np.empty(room + 8, np.int64),
            )
        n, rings = clip_polygon(
            points, start, boxes, runs, run_start, rows[k:last], last - k, box, work, path, chain, out, stops
        )
        k = last
        if not rings:
            continue
        for i in range(n):
            out[i, 0] -= offset[0]
            out[i, 1] -= offset[1]
        inner = (box[0] - offset[0], box[1] - offset[1], box[2] - offset[0], box[3] - offset[1])
        geometry = np.empty(20 * n + 32 * rings + 32, np.uint8)
        bytes_ = _put_polygon(out, stops, rings, inner, ring, stop, area, geometry)
        if not bytes_:
            continue
        for f in range(first_feature[p], first_feature[p + 1]):
            feature = feature_list[f]
            used = _spacious(used, used_count + widest)
            tag_count, used_count = _tags_of(feature, tag_start, tag_key, tag_value, local, used, used_count, tags)
            buffer = _roomy(buffer, size, bytes_ + 20 * (tag_count + 4))
            size = _put_feature(buffer, size, feature, POLYGON, geometry, bytes_, tags, tag_count)
    for k in range(used_count):
        local[used[k]] = -1
    return buffer[:size].copy(), used[:used_count].copy()


@kernel
def encode_points(rows, x, y, tag_start, tag_key, tag_value, local):
    """Encode points given in tile units; the row of a point is its feature."""
    buffer, size = np.empty(4096, np.uint8), 0
    used, used_count = np.empty(64, np.int64), 0
    tags = np.empty(2 * (len(tag_key) + 1), np.int64)
    geometry = np.empty(32, np.uint8)
    for k in range(len(rows)):
        geometry[0] = 1 << 3 | MOVE_TO
        at = _put(geometry, 1, _zigzag(x[k]))
        at = _put(geometry, at, _zigzag(y[k]))
        used = _spacious(used, used_count + tag_start[rows[k] + 1] - tag_start[rows[k]])
        tag_count, used_count = _tags_of(rows[k], tag_start, tag_key, tag_value, local, used, used_count, tags)
        buffer = _roomy(buffer, size, at + 20 * (tag_count + 4))
        size = _put_feature(buffer, size, rows[k], POINT, geometry, at, tags, tag_count)
    for k in range(used_count):
        local[used[k]] = -1
    return buffer[:size].copy(), used[:used_count].copy()


@kernel
def encode_lines(rows, xy, part_start, box, tag_start, tag_key, tag_value, local):
    """Encode lines given in tile units from its corner; each row of `part_start` is a line and its own feature."""
    buffer, size = np.empty(4096, np.uint8), 0
    used, used_count = np.empty(64, np.int64), 0
    tags = np.empty(2 * (len(tag_key) + 1), np.int64)
    for k in range(len(rows)):
        first, last = part_start[k], part_start[k + 1]
        path = np.empty((4 * (last - first) + 4, 2), np.int64)
        stop = np.empty(2 * (last - first) + 4, np.int64)
        parts = _cut_line(xy, first, last, box, path, stop)
        if not parts:
            continue
        geometry = np.empty(20 * len(path) + 32 * parts, np.uint8)
        at = _put_lines(path, stop, parts, geometry)
        used = _spacious(used, used_count + tag_start[rows[k] + 1] - tag_start[rows[k]])
        tag_count, used_count = _tags_of(rows[k], tag_start, tag_key, tag_value, local, used, used_count, tags)
        buffer = _roomy(buffer, size, at + 20 * (tag_count + 4))
        size = _put_feature(buffer, size, rows[k], LINE, geometry, at, tags, tag_count)
    for k in range(used_count):
        local[used[k]] = -1
    return buffer[:size].copy(), used[:used_count].copy()


@kernel
def _cut_line(xy, first, last, box, path, stop):
    """Cut a line at the box; write its parts rounded, return their number."""
    n, parts, begin = 0, 0, 0
    for i in range(first, last - 1):
        ax, ay, bx, by = float(xy[i, 0]), float(xy[i, 1]), float(xy[i + 1, 0]), float(xy[i + 1, 1])
        dx, dy, low, high = bx - ax, by - ay, 0.0, 1.0
        for side in range(4):
            p = -dx if side == 0 else dx if side == 1 else -dy if side == 2 else dy
            q = ax - box[0] if side == 0 else box[2] - ax if side == 1 else ay - box[1] if side == 2 else box[3] - ay
            if p == 0.0:
                if q < 0.0:
                    low = 2.0
            elif p < 0.0:
                low = max(low, q / p)
            else:
                high = min(high, q / p)
        if low > high:
            continue
        if low > 0.0 or n == begin:
            if n - begin > 1:
                stop[parts] = n
                parts += 1
                begin = n
            n = begin
            path[n, 0], path[n, 1] = np.int64(np.rint(ax + low * dx)), np.int64(np.rint(ay + low * dy))
            n += 1
        px, py = np.int64(np.rint(ax + high * dx)), np.int64(np.rint(ay + high * dy))
        if px != path[n - 1, 0] or py != path[n - 1, 1]:
            path[n, 0], path[n, 1] = px, py
            n += 1
    if n - begin > 1:
        stop[parts] = n
        parts += 1
    return parts


@kernel
def _put_lines(path, stop, parts, geometry):
    at, x, y = 0, np.int64(0), np.int64(0)
    for p in range(parts):
        first, last = stop[p - 1] if p else 0, stop[p]
        for i in range(first, last):
            if i == first:
                geometry[at] = 1 << 3 | MOVE_TO
                at += 1
            elif i == first + 1:
                at = _put(geometry, at, np.int64(last - first - 1) << 3 | LINE_TO)
            at = _put(geometry, at, _zigzag(path[i, 0] - x))
            at = _put(geometry, at, _zigzag(path[i, 1] - y))
            x, y = path[i, 0], path[i, 1]
    return at
