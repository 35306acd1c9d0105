"""The rules of the vector tile specification 2.1: a reader that says what a tile breaks. Knows nothing of the encoder."""

from __future__ import annotations

from collections.abc import Iterator

Field = tuple[int, int, "int | bytes"]
VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5


class BrokenError(ValueError):
    """Not even the protocol buffer can be read."""


def fields(data: bytes) -> Iterator[Field]:
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = varint(data, at)
            yield number, wire, value
            continue
        size, at = varint(data, at) if wire == BYTES else ({EIGHT: 8, FOUR: 4}.get(wire, -1), at)
        if size < 0 or at + size > len(data):
            raise BrokenError(f"field {number} of kind {wire} does not fit")
        yield number, wire, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        if at >= len(data) or shift > 63:
            raise BrokenError("a number does not end")
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 0x80:
            return value, at


def packed(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def violations(tile: bytes) -> list[str]:
    """What the tile breaks; empty for a sound one."""
    try:
        found = [_layer(value) if (number, wire) == (3, BYTES) else None for number, wire, value in fields(tile)]
    except (BrokenError, UnicodeDecodeError) as error:
        return [str(error)]
    if None in found:
        return ["a tile has layers only"]
    names = [name for name, _ in found if name is not None]
    said = [line for _, lines in found for line in lines]
    return said + [f"layer {n} comes twice" for n in sorted(set(names)) if names.count(n) > 1]


def _layer(data: bytes) -> tuple[bytes, list[str]]:
    kinds = {1: BYTES, 2: BYTES, 3: BYTES, 4: BYTES, 5: VARINT, 15: VARINT}
    there: dict[int, list[int | bytes]] = {}
    said = []
    for number, wire, value in fields(data):
        if kinds.get(number) != wire:
            said.append(f"layer: field {number} of kind {wire}")
        else:
            there.setdefault(number, []).append(value)
    name = (there.get(1) or [b""])[0]
    if not name or there.get(15) not in ([1], [2]):
        said.append("a layer has one name, and version 1 or 2")
    for value in there.get(4, []):
        said += _value(value)
    for feature in there.get(2, []):
        said += _feature(feature, len(there.get(3, [])), len(there.get(4, [])))
    return name, said


def _value(data: bytes) -> list[str]:
    kinds = {1: BYTES, 2: FOUR, 3: EIGHT, 4: VARINT, 5: VARINT, 6: VARINT, 7: VARINT}
    found = list(fields(data))
    if len(found) != 1 or kinds.get(found[0][0]) != found[0][1]:
        return ["a value is one of seven kinds"]
    if found[0][0] == 1:
        found[0][2].decode()
    return []


def _feature(data: bytes, keys: int, values: int) -> list[str]:
    there: dict[int, list[int | bytes]] = {}
    for number, wire, value in fields(data):
        if {1: VARINT, 2: BYTES, 3: VARINT, 4: BYTES}.get(number) != wire:
            return [f"feature: field {number} of kind {wire}"]
        there.setdefault(number, []).append(value)
    said = []
    tags = packed(b"".join(there.get(2, [])))
    if len(tags) % 2 or any(k >= keys for k in tags[::2]) or any(v >= values for v in tags[1::2]):
        said.append("tags come in pairs, of keys and values that are there")
    if len(set(tags[::2])) < len(tags[::2]):
        said.append("a key comes twice")
    if len(there.get(3, [])) != 1 or len(there.get(4, [])) != 1 or there[3][0] not in (0, 1, 2, 3):
        return [*said, "a feature has one known type and one geometry"]
    return [*said, *_geometry(there[3][0], packed(there[4][0]))]


def _geometry(kind: int, numbers: list[int]) -> list[str]:
    said: list[str] = []
    parts: list[tuple[list[tuple[int, int]], bool]] = []
    x = y = at = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == 7:
            if count != 1 or kind != 3 or not parts or parts[-1][1]:
                return ["a ring is closed once, nothing else is"]
            parts[-1] = (parts[-1][0], True)
            continue
        if command not in (1, 2) or not count or at + 2 * count > len(numbers):
            return ["a command is known and has its numbers"]
        if command == 1 and kind in (2, 3) and count != 1:
            return ["a line or ring begins with one place"]
        if command == 1:
            parts.append(([], False))
        if command == 2 and (kind == 1 or not parts or parts[-1][1] or len(parts[-1][0]) > 1):
            return ["a line follows a place"]
        for k in range(count):
            dx, dy = ((n >> 1) ^ -(n & 1) for n in numbers[at + 2 * k : at + 2 * k + 2])
            if command == 2 and (dx, dy) == (0, 0):
                said.append("a place comes twice in a row")
            x, y = x + dx, y + dy
            parts[-1][0].append((x, y))
        at += 2 * count
    if kind == 2 and any(len(places) < 2 for places, _ in parts):
        said.append("a line has two places")
    return said + (_rings(parts) if kind == 3 else [])


def _rings(parts: list[tuple[list[tuple[int, int]], bool]]) -> list[str]:
    said = []
    for k, (places, closed) in enumerate(parts):
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(places, places[1:] + places[:1], strict=True))
        if not closed or len(places) < 3 or area == 0 or places[0] == places[-1]:
            said.append("a ring is closed by its command, has three places and an area")
        if k == 0 and area < 0:
            said.append("the first ring is a shell, clockwise on the screen")
    return said
