"""Features and layers as fields of a Mapbox Vector Tile (specification 2.1). Their geometry is encoded elsewhere."""

from __future__ import annotations

from typing import Final

from rdtr.jit import lean_kernel
from rdtr.tiles.wire import copy_short, field, put, size_of, varint

__all__ = ["LINE", "POINT", "POLYGON", "ends_of", "put_feature"]

POINT, LINE, POLYGON = 1, 2, 3

_EXTENT: Final = b"\x28"
_VERSION_2: Final = b"\x78\x02"


def ends_of(name: str, extent: int) -> tuple[bytes, bytes]:
    """Return what stands before and after the features, columns and values of a layer.

    Examples
    --------
    >>> [part.hex() for part in ends_of("zones", 4096)]
    ['0a057a6f6e6573', '2880207802']
    """
    return field(1, name.encode()), _EXTENT + varint(extent) + _VERSION_2


@lean_kernel
def put_feature(buffer, at, feature, kind, tags, tag_bytes, geometry, first, last):
    """Write one feature with its id (counted from 1), tags, kind and geometry; return the place after it.

    Its tags are the first `tag_bytes` of `tags`, its geometry lies from `first` to `last` in `geometry`.
    """
    geometry_size = last - first
    size = 1 + size_of(feature + 1) + 2 + 1 + size_of(geometry_size) + geometry_size
    if tag_bytes:
        size += 1 + size_of(tag_bytes) + tag_bytes
    buffer[at] = 0x12
    at = put(buffer, at + 1, size)
    buffer[at] = 0x08
    at = put(buffer, at + 1, feature + 1)
    if tag_bytes:
        buffer[at] = 0x12
        at = copy_short(buffer, put(buffer, at + 1, tag_bytes), tags, 0, tag_bytes)
    buffer[at], buffer[at + 1], buffer[at + 2] = 0x18, kind, 0x22
    at = put(buffer, at + 3, geometry_size)
    return copy_short(buffer, at, geometry, first, last)
