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
from rdtr.types import IndexArray, SmallArray

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

    @cached_property
    def value_fields(self) -> tuple[SmallArray, IndexArray]:
        """All values one after the other, and where each starts."""
        start = np.concatenate([[0], np.cumsum([len(v) for v in self.values], dtype=np.int64)]).astype(np.int64)
        return np.frombuffer(b"".join(self.values), np.uint8), start

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


def layer_bytes(
    name: str, features: bytes | memoryview, attributes: Attributes, used: IndexArray, extent: int
) -> bytes:
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
    values = _gather_values(used, *attributes.value_fields).data
    head, tail = _field(1, name.encode()), b"\x28" + varint(extent) + b"\x78\x02"
    size = len(head) + len(features) + len(attributes.key_fields) + len(values) + len(tail)
    return b"".join([b"\x1a", varint(size), head, features, attributes.key_fields, values, tail])


@kernel
def _gather_values(used, data, start):
    size = 0
    for v in used:
        size += start[v + 1] - start[v]
    out, at = np.empty(size, np.uint8), 0
    for v in used:
        for k in range(start[v], start[v + 1]):
            out[at] = data[k]
            at += 1
    return out


@kernel
def _put(buffer, at, value):
    """Write a varint; one or two bytes without a branch, for which of them comes next cannot be foretold.

    The byte after it may be written to.
    """
    if value < 0x4000:
        two = np.int64(value > 0x7F)
        buffer[at], buffer[at + 1] = value & 0x7F | two << 7, value >> 7
        return at + 1 + two
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
def _put_feature(buffer, at, feature, kind, geometry, geometry_size, tags, tag_bytes):
    """Write one feature with its id (counted from 1), tags, kind and geometry."""
    size = 1 + _size(feature + 1) + 2 + 1 + _size(geometry_size) + geometry_size
    if tag_bytes:
        size += 1 + _size(tag_bytes) + tag_bytes
    buffer[at] = 0x12
    at = _put(buffer, at + 1, size)
    buffer[at] = 0x08
    at = _put(buffer, at + 1, feature + 1)
    if tag_bytes:
        buffer[at] = 0x12
        at = _put(buffer, at + 1, tag_bytes)
        for k in range(tag_bytes):
            buffer[at + k] = tags[k]
        at += tag_bytes
    buffer[at], buffer[at + 1] = 0x18, kind
    buffer[at + 2] = 0x22
    at = _put(buffer, at + 3, geometry_size)
    for k in range(geometry_size):
        buffer[at + k] = geometry[k]
    return at + geometry_size


@kernel
def _tags_of(feature, tag_start, tag_key, tag_value, local, used, used_count, tags):
    """Write the tags of a feature, its values numbered in the order in which the tile meets them.

    Returns the bytes of the tags and the number of values so far.
    """
    at = 0
    for k in range(tag_start[feature], tag_start[feature + 1]):
        value = tag_value[k]
        number = np.int64(local[value])
        if number < 0:
            number = used_count
            local[value] = number
            used[number] = value
            used_count += 1
        at = _put(tags, at, np.int64(tag_key[k]))
        at = _put(tags, at, number)
    return at, used_count


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
def _touch(ring, first, last, box, spare):
    """Find two places on the tile's edge where rounding made a ring meet itself; return their rows, or -1."""
    low_x, low_y = np.int64(np.floor(box[0])), np.int64(np.floor(box[1]))
    high_x, high_y = np.int64(np.ceil(box[2])), np.int64(np.ceil(box[3]))
    n = 0
    for i in range(first, last):
        x, y = ring[i, 0], ring[i, 1]
        if x in (low_x, high_x) or y in (low_y, high_y):
            spare[n, 0] = i
            n += 1
    for a in range(n):
        i = spare[a, 0]
        for b in range(a + 1, n):
            j = spare[b, 0]
            if ring[j, 0] == ring[i, 0] and ring[j, 1] == ring[i, 1]:
                return i, j
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
def _keep_whole(ring, first, last, stop, area, kept):
    twice = _twice_area(ring, first, last)
    if last - first >= 3 and twice != 0:
        stop[kept], area[kept] = last, twice
        return last, kept + 1
    return first, kept


@kernel
def _keep(ring, first, last, stop, area, kept, box, spare):
    """Keep a rounded ring, cut into several where it meets itself on the tile's edge; drop what has no area."""
    i, j = _touch(ring, first, last, box, spare)
    if i < 0:
        return _keep_whole(ring, first, last, stop, area, kept)
    loops, loop_stop, loop_count = ring[:0].copy(), np.empty(8, np.int64), 0
    while i >= 0 and loop_count < 8:
        loops = np.concatenate((loops, ring[i:j]))
        loop_stop[loop_count] = len(loops)
        loop_count += 1
        for k in range(j, last):
            ring[i + k - j] = ring[k]
        last -= j - i
        i, j = _touch(ring, first, last, box, spare)
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
def _put_ring(geometry, at, ring, first, last, left, top, x, y):
    """Write a ring backwards: the specification wants shells clockwise on the screen, ours run the other way.

    `left` and `top` are taken off; `x` and `y` are where the ring before ended. Returns the place in `geometry`, and where
    this ring ended.
    """
    geometry[at] = 1 << 3 | MOVE_TO
    at += 1
    for i in range(last - 1, first - 1, -1):
        px, py = np.int64(ring[i, 0]) - left, np.int64(ring[i, 1]) - top
        at = _put(geometry, at, _zigzag(px - x))
        at = _put(geometry, at, _zigzag(py - y))
        x, y = px, py
        if i == last - 1:
            at = _put(geometry, at, np.int64(last - first - 1) << 3 | LINE_TO)
    geometry[at] = 1 << 3 | CLOSE_PATH
    return at + 1, x, y


@kernel
def _put_untouched(points, start, rows, first, last, offset, geometry):
    """Write a polygon that lies inside the tile as the level has it; no bytes where its first ring is no shell."""
    at, x, y = 0, np.int64(0), np.int64(0)
    left, top = np.int64(offset[0]), np.int64(offset[1])
    for k in range(first, last):
        r = rows[k]
        if k == first and _twice_area(points, start[r], start[r + 1]) >= 0:
            return 0
        at, x, y = _put_ring(geometry, at, points, start[r], start[r + 1], left, top, x, y)
    return at


@kernel
def _put_polygon(out, ring_stop, rings, whole, box, ring, stop, area, spare, geometry):
    """Write the rings of a clipped polygon, each shell followed by its holes; return the number of bytes.

    The first `whole` rings were not clipped.
    """
    size, kept = 0, 0
    for r in range(rings):
        first, last = ring_stop[r - 1] if r else 0, ring_stop[r]
        if r < whole:
            for i in range(first, last):
                ring[size + i - first, 0], ring[size + i - first, 1] = np.int64(out[i, 0]), np.int64(out[i, 1])
            size, kept = _keep_whole(ring, size, size + last - first, stop, area, kept)
        else:
            n = _round_ring(out, first, last, box, ring[size:])
            size, kept = _keep(ring, size, size + n, stop, area, kept, box, spare)
    shells = 0
    for r in range(kept):
        shells += area[r] < 0
    at, x, y = 0, np.int64(0), np.int64(0)
    if shells > 1 and shells < kept:
        return _put_shells(ring, stop, area, kept, shells, geometry)
    for holes in range(2):
        for r in range(kept):
            if (area[r] > 0) == (holes == 1) and shells:
                at, x, y = _put_ring(geometry, at, ring, stop[r - 1] if r else 0, stop[r], 0, 0, x, y)
    return at


@kernel
def _put_shells(ring, stop, area, kept, shells, geometry):
    """Write several shells, each with its holes."""
    shell, n = np.empty(shells, np.int64), 0
    for r in range(kept):
        if area[r] < 0:
            shell[n] = r
            n += 1
    owner = _owners(ring, stop, area, kept, shell)
    # holes chained by their shell
    first, following = np.full(kept, -1, np.int64), np.full(kept, -1, np.int64)
    for h in range(kept - 1, -1, -1):
        if area[h] > 0:
            following[h] = first[owner[h]]
            first[owner[h]] = h
    at, x, y = 0, np.int64(0), np.int64(0)
    for s in shell:
        at, x, y = _put_ring(geometry, at, ring, stop[s - 1] if s else 0, stop[s], 0, 0, x, y)
        h = first[s]
        while h >= 0:
            at, x, y = _put_ring(geometry, at, ring, stop[h - 1] if h else 0, stop[h], 0, 0, x, y)
            h = following[h]
    return at


@kernel
def _owners(ring, stop, area, kept, shell):
    """Find for every hole the smallest shell round it."""
    box = np.empty((len(shell), 4), np.int64)
    largest = shell[0]
    for k in range(len(shell)):
        r = shell[k]
        first = stop[r - 1] if r else 0
        box[k, 0], box[k, 1], box[k, 2], box[k, 3] = ring[first, 0], ring[first, 1], ring[first, 0], ring[first, 1]
        for i in range(first, stop[r]):
            box[k, 0], box[k, 2] = min(box[k, 0], ring[i, 0]), max(box[k, 2], ring[i, 0])
            box[k, 1], box[k, 3] = min(box[k, 1], ring[i, 1]), max(box[k, 3], ring[i, 1])
        if area[r] < area[largest]:
            largest = r
    owner = np.full(kept, -1, np.int64)
    for h in range(kept):
        if area[h] < 0:
            continue
        hole = stop[h - 1] if h else 0
        x, y = (ring[hole, 0] + ring[hole + 1, 0]) * 0.5, (ring[hole, 1] + ring[hole + 1, 1]) * 0.5
        # in no other shell, it is in the largest; that one, with its thousands of vertices, is never asked
        owner[h], smallest = largest, area[largest]
        for k in range(len(shell)):
            if not (box[k, 0] <= x <= box[k, 2] and box[k, 1] <= y <= box[k, 3]):
                continue
            r = shell[k]
            if area[r] > smallest and contains(ring, stop[r - 1] if r else 0, stop[r], x, y):
                owner[h], smallest = r, area[r]
    return owner


@kernel
def _lies_within(boxes, rows, first, last, box):
    for k in range(first, last):
        r = rows[k]
        if boxes[r, 0] < box[0] or boxes[r, 1] < box[1] or boxes[r, 2] > box[2] or boxes[r, 3] > box[3]:
            return False
    return True


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
    buffer, size = np.empty(16384, np.uint8), 0
    used, used_count = np.empty(256, np.int64), 0
    tags, geometry = np.empty(1024, np.uint8), np.empty(4096, np.uint8)
    inner = (box[0] - offset[0], box[1] - offset[1], box[2] - offset[0], box[3] - offset[1])
    room = 0
    last = 0
    while last < count:
        k = last
        p = polygon[rows[k]]
        total = 0
        while last < count and polygon[rows[last]] == p:
            total += start[rows[last] + 1] - start[rows[last]]
            last += 1
        if first_feature[p] == first_feature[p + 1]:
            continue
        bytes_ = 0
        if _lies_within(boxes, rows, k, last, box):
            if 20 * total + 32 * (last - k) + 32 > len(geometry):
                geometry = _roomy(geometry, 0, 20 * total + 32 * (last - k) + 32)
            bytes_ = _put_untouched(points, start, rows, k, last, offset, geometry)
        if not bytes_:
            if total > room:
                room = 2 * total
                work = np.empty((room, 2), np.int32)
                path, chain = np.empty((3 * room + 8, 2), np.float64), np.empty((room + 8, 2), np.int64)
                # a stretch may be followed by up to four corners
                out, stops = np.empty((7 * room + 64, 2), np.float64), np.empty(room + 8, np.int64)
                ring, stop = np.empty((7 * room + 64, 2), np.int64), np.empty(room + 8, np.int64)
                area, place = np.empty(room + 8, np.int64), np.empty((room + 8, 3), np.float64)
            n, rings, whole = clip_polygon(
                points, start, boxes, runs, run_start, rows[k:last], last - k, box, work, path, chain, place, out, stops
            )
            if not rings:
                continue
            for i in range(n):
                out[i, 0] -= offset[0]
                out[i, 1] -= offset[1]
            if 20 * n + 32 * rings + 32 > len(geometry):
                geometry = _roomy(geometry, 0, 20 * n + 32 * rings + 32)
            bytes_ = _put_polygon(out, stops, rings, whole, inner, ring, stop, area, chain, geometry)
        if not bytes_:
            continue
        for f in range(first_feature[p], first_feature[p + 1]):
            feature = feature_list[f]
            more = tag_start[feature + 1] - tag_start[feature]
            # asked here: handing arrays to and fro costs more than the question
            if used_count + more > len(used):
                used = _spacious(used, used_count + more)
            if 20 * more > len(tags):
                tags = _roomy(tags, 0, 20 * more)
            tag_bytes, used_count = _tags_of(feature, tag_start, tag_key, tag_value, local, used, used_count, tags)
            if size + bytes_ + tag_bytes + 64 > len(buffer):
                buffer = _roomy(buffer, size, bytes_ + tag_bytes + 64)
            size = _put_feature(buffer, size, feature, POLYGON, geometry, bytes_, tags, tag_bytes)
    for k in range(used_count):
        local[used[k]] = -1
    return buffer[:size].copy(), used[:used_count].copy()


@kernel
def encode_points(rows, x, y, tag_start, tag_key, tag_value, local):
    """Encode points given in tile units; the row of a point is its feature."""
    buffer, size = np.empty(4096, np.uint8), 0
    used, used_count = np.empty(64, np.int64), 0
    tags = np.empty(1024, np.uint8)
    geometry = np.empty(32, np.uint8)
    for k in range(len(rows)):
        geometry[0] = 1 << 3 | MOVE_TO
        at = _put(geometry, 1, _zigzag(x[k]))
        at = _put(geometry, at, _zigzag(y[k]))
        more = tag_start[rows[k] + 1] - tag_start[rows[k]]
        used, tags = _spacious(used, used_count + more), _roomy(tags, 0, 20 * more)
        tag_bytes, used_count = _tags_of(rows[k], tag_start, tag_key, tag_value, local, used, used_count, tags)
        buffer = _roomy(buffer, size, at + tag_bytes + 64)
        size = _put_feature(buffer, size, rows[k], POINT, geometry, at, tags, tag_bytes)
    for k in range(used_count):
        local[used[k]] = -1
    return buffer[:size].copy(), used[:used_count].copy()


@kernel
def encode_lines(rows, xy, part_start, box, tag_start, tag_key, tag_value, local):
    """Encode lines given in tile units from its corner; each row of `part_start` is a line and its own feature."""
    buffer, size = np.empty(4096, np.uint8), 0
    used, used_count = np.empty(64, np.int64), 0
    tags = np.empty(1024, np.uint8)
    for k in range(len(rows)):
        first, last = part_start[k], part_start[k + 1]
        path = np.empty((4 * (last - first) + 4, 2), np.int64)
        stop = np.empty(2 * (last - first) + 4, np.int64)
        parts = _cut_line(xy, first, last, box, path, stop)
        if not parts:
            continue
        geometry = np.empty(20 * len(path) + 32 * parts, np.uint8)
        at = _put_lines(path, stop, parts, geometry)
        more = tag_start[rows[k] + 1] - tag_start[rows[k]]
        used, tags = _spacious(used, used_count + more), _roomy(tags, 0, 20 * more)
        tag_bytes, used_count = _tags_of(rows[k], tag_start, tag_key, tag_value, local, used, used_count, tags)
        buffer = _roomy(buffer, size, at + tag_bytes + 64)
        size = _put_feature(buffer, size, rows[k], LINE, geometry, at, tags, tag_bytes)
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
