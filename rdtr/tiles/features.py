"""Features and layers as fields of a Mapbox Vector Tile (specification 2.1). Their geometry is encoded elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rdtr.jit import lean_kernel
from rdtr.tiles.tags import put_tags
from rdtr.tiles.wire import copy, field, put, size_of, varint
from rdtr.types import SmallArray

__all__ = ["LINE", "POINT", "POLYGON", "layer_bytes", "put_feature"]

POINT, LINE, POLYGON = 1, 2, 3

_LAYER: Final = b"\x1a"
_EXTENT: Final = b"\x28"
_VERSION_2: Final = b"\x78\x02"


def layer_bytes(name: str, body: SmallArray, extent: int) -> bytes:
    """Put a layer together; without a feature there is no layer.

    Parameters
    ----------
    name
        Name of the layer.
    body
        Encoded features, columns and values, from one of the encoders.
    extent
        Units along the tile.
    """
    if not len(body):
        return b""
    head, tail = _ends(name, extent)
    return b"".join([_LAYER, varint(len(head) + len(body) + len(tail)), head, body.data, tail])


@lru_cache
def _ends(name: str, extent: int) -> tuple[bytes, bytes]:
    return field(1, name.encode()), _EXTENT + varint(extent) + _VERSION_2


@lean_kernel
def put_feature(buffer, at, feature, kind, geometry, first, last, tags, desk, tag_bytes):
    """Write one feature with its id (counted from 1), tags, kind and geometry; return the place after it.

    Its geometry lies from `first` to `last` in `geometry`.
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
        at = put_tags(buffer, put(buffer, at + 1, tag_bytes), feature, tags, desk)
    buffer[at], buffer[at + 1], buffer[at + 2] = 0x18, kind, 0x22
    at = put(buffer, at + 3, geometry_size)
    return copy(buffer, at, geometry, first, last)
