"""Where the blocks of a tiled TIFF lie: its directories, read once into arrays. Decodes no pixels."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from rdtr.types import IndexArray

__all__ = ["TiffLevel", "tiff_levels"]

Buffer: TypeAlias = "bytes | memoryview"
Order: TypeAlias = Literal["<", ">"]
Values: TypeAlias = npt.NDArray[np.generic]

_TYPES = {
    1: "u1",
    2: "S1",
    3: "u2",
    4: "u4",
    6: "i1",
    7: "u1",
    8: "i2",
    9: "i4",
    11: "f4",
    12: "f8",
    16: "u8",
    18: "u8",
}
_MOST_LEVELS = 64  # a chain of directories that is longer, or goes round, is no picture pyramid
_MOST_TAGS = 4096
_PROJECTED_CRS = 3072  # GeoTIFF 1.1, key ProjectedCRSGeoKey

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_SAMPLES, _PLANAR, _TILE_WIDTH, _TILE_HEIGHT, _OFFSETS, _COUNTS = 277, 284, 322, 323, 324, 325
_JPEG_TABLES, _PIXEL_SCALE, _TIE_POINT, _GEO_KEYS, _NODATA = 347, 33550, 33922, 34735, 42113


@dataclass(frozen=True, eq=False, slots=True)
class TiffLevel:
    """One picture of a TIFF: the whole, a smaller version, or a mask.

    Attributes
    ----------
    width, height, block_width, block_height
        Pixels.
    compression, photometric
        As TIFF numbers them: 7 JPEG, 50001 WebP; 6 YCbCr.
    samples, bits
        Bands, and bits of each.
    interleaved
        True if a block holds all bands.
    mask
        True if it says where the picture next to it is valid.
    offsets, counts
        Bytes of each block, row by row; a block of no bytes was left out.
    tables
        JPEG tables that its blocks share.
    origin, pixel_size
        x and y of the top left corner, size of a pixel; None where the picture does not say.
    epsg
        Of its projected CRS; None where it has another or none.
    nodata
        True if a value stands for no data.
    """

    width: int
    height: int
    block_width: int
    block_height: int
    compression: int
    photometric: int
    samples: int
    bits: int
    interleaved: bool
    mask: bool
    offsets: IndexArray
    counts: IndexArray
    tables: bytes
    origin: tuple[float, float] | None
    pixel_size: tuple[float, float] | None
    epsg: int | None
    nodata: bool


def tiff_levels(data: Buffer) -> tuple[TiffLevel, ...]:
    """Return the tiled pictures of a TIFF or BigTIFF in the order of the file.

    Parameters
    ----------
    data
        The whole file, mapped or read.

    Returns
    -------
    tuple of TiffLevel
        Empty where the bytes are no TIFF, are damaged, or hold a picture that is not tiled: then nothing is known of its
        blocks, and a real reader has to say what is wrong.
    """
    try:
        return tuple(_level(tags) for tags in _directories(data))
    except (struct.error, ValueError, KeyError, IndexError, TypeError, OverflowError):
        return ()


def _directories(data: Buffer) -> Iterator[dict[int, Values]]:
    order: Order = "<" if bytes(data[:2]) == b"II" else ">"
    if bytes(data[:2]) not in (b"II", b"MM"):
        raise ValueError("no TIFF")
    (magic,) = struct.unpack_from(order + "H", data, 2)
    big = {42: False, 43: True}[magic]
    count_format, pointer, entry_bytes = (order + "Q", order + "Q", 20) if big else (order + "H", order + "I", 12)
    (at,) = struct.unpack_from(pointer, data, 8 if big else 4)
    for _ in range(_MOST_LEVELS):
        if not at:
            return
        (count,) = struct.unpack_from(count_format, data, at)
        if count > _MOST_TAGS:
            raise ValueError("too many tags")
        first = at + struct.calcsize(count_format)
        yield dict(_tag(data, order, first + n * entry_bytes, pointer) for n in range(count))
        (at,) = struct.unpack_from(pointer, data, first + count * entry_bytes)
    raise ValueError("too many directories")


def _tag(data: Buffer, order: Order, at: int, pointer: str) -> tuple[int, Values]:
    number, kind = struct.unpack_from(order + "HH", data, at)
    (count,) = struct.unpack_from(pointer, data, at + 4)
    room = struct.calcsize(pointer)
    place = at + 4 + room
    if kind not in _TYPES:
        return number, np.zeros(0, np.uint8)
    dtype = np.dtype(_TYPES[kind]).newbyteorder(order)
    if count * dtype.itemsize > room:
        (place,) = struct.unpack_from(pointer, data, place)
    return number, np.frombuffer(data, dtype, count, place)


def _level(tags: dict[int, Values]) -> TiffLevel:
    scale, tie = tags.get(_PIXEL_SCALE), tags.get(_TIE_POINT)
    if min(_one(tags, number) for number in (_WIDTH, _HEIGHT, _TILE_WIDTH, _TILE_HEIGHT)) < 1:
        raise ValueError("a picture without pixels")
    placed = scale is not None and tie is not None and len(tie) == 6 and not tie[:3].any()
    return TiffLevel(
        width=_one(tags, _WIDTH),
        height=_one(tags, _HEIGHT),
        block_width=_one(tags, _TILE_WIDTH),
        block_height=_one(tags, _TILE_HEIGHT),
        compression=_one(tags, _COMPRESSION, 1),
        photometric=_one(tags, _PHOTOMETRIC, 1),
        samples=_one(tags, _SAMPLES, 1),
        bits=_one(tags, _BITS, 1),
        interleaved=_one(tags, _PLANAR, 1) == 1,
        mask=bool(_one(tags, _SUBFILE, 0) & 4),
        offsets=tags[_OFFSETS].astype(np.int64),
        counts=tags[_COUNTS].astype(np.int64),
        tables=tags[_JPEG_TABLES].tobytes() if _JPEG_TABLES in tags else b"",
        origin=(float(tie[3]), float(tie[4])) if placed and tie is not None else None,
        pixel_size=(float(scale[0]), float(scale[1])) if placed and scale is not None else None,
        epsg=_epsg(tags.get(_GEO_KEYS)),
        nodata=_NODATA in tags,
    )


def _one(tags: dict[int, Values], number: int, default: int | None = None) -> int:
    if default is not None and number not in tags:
        return default
    return int(tags[number][0])


def _epsg(keys: Values | None) -> int | None:
    """The geo keys are rows of four: which key, where its value lies (0: here), how many, the value."""
    if keys is None or len(keys) % 4:
        return None
    rows = keys.reshape(-1, 4)[1:]
    found = rows[(rows[:, 0] == _PROJECTED_CRS) & (rows[:, 1] == 0), 3]
    return int(found[0]) if len(found) else None
