"""Tiles that a raster file already holds: blocks aligned with WebMercatorQuad, handed on as stored. Decodes no pixels."""

from __future__ import annotations

import math
import mmap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdtr.errors import FileError
from rdtr.tiles.tiffblocks import TiffLevel, tiff_levels

__all__ = ["FileKey", "WebBlocks", "file_key", "web_blocks"]

FileKey = tuple[str, int, int]
"""Path, time of the last change in nanoseconds, bytes: two files of one key are the same file."""

_HALF_M = math.pi * 6_378_137.0  # half the side of WebMercatorQuad, metres
_ALIGNED = 1e-3  # of a pixel
_JPEG, _WEBP = 7, 50001
_GRAY, _YCBCR = 1, 6
_WEB_MERCATOR = 3857


@dataclass(frozen=True, eq=False, slots=True)
class _Aligned:
    """A level whose blocks are tiles of one zoom."""

    level: TiffLevel
    first_column: int
    first_row: int
    columns: int
    rows: int


@dataclass(frozen=True, eq=False, slots=True)
class WebBlocks:
    """Blocks of one file that are web tiles.

    Attributes
    ----------
    format
        ``webp`` or ``jpg``: what the blocks are.
    size
        Pixels a side.
    """

    format: str
    size: int
    _zooms: dict[int, _Aligned]
    _data: mmap.mmap

    @property
    def zooms(self) -> tuple[int, ...]:
        """Zoom levels whose tiles are blocks."""
        return tuple(sorted(self._zooms))

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as stored; no bytes where the file leaves it out; None where it is no block of the file."""
        aligned = self._zooms.get(z)
        if aligned is None:
            return None
        column, row = x - aligned.first_column, y - aligned.first_row
        if not (0 <= column < aligned.columns and 0 <= row < aligned.rows):
            return None
        level, at = aligned.level, row * aligned.columns + column
        start, count = level.offsets.item(at), level.counts.item(at)
        if not count:
            return b""
        block = self._data[start : start + count]
        if len(block) != count:  # the file is cut off: the reader of pixels says so
            return None
        # a JPEG block lacks the tables that all blocks share: start of image, tables, the rest of the block
        return level.tables[:-2] + block[2:] if level.tables else block


def file_key(path: Path) -> FileKey:
    """Return what tells a file from its successor at the same place.

    Raises
    ------
    FileError
        If it is not there.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: there is no such file; check the path") from error
    return str(path), found.st_mtime_ns, found.st_size


@lru_cache(maxsize=64)
def web_blocks(key: FileKey) -> WebBlocks | None:
    """Return the blocks of a file that are tiles of WebMercatorQuad; None if it has none.

    Parameters
    ----------
    key
        From `file_key`: a file that was replaced is looked at again.
    """
    try:
        with Path(key[0]).open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # the reader of pixels says what is wrong
        return None
    with memoryview(data) as view:
        levels = tiff_levels(view)
    if not levels or _format(levels) is None:
        data.close()
        return None
    whole = levels[0]
    zooms = dict(filter(None, (_aligned(level, whole) for level in levels if not level.mask)))
    return WebBlocks(str(_format(levels)), whole.block_width, zooms, data)


def _format(levels: tuple[TiffLevel, ...]) -> str | None:
    """What the blocks can be handed on as; None where a browser would draw them otherwise than GDAL does."""
    whole = levels[0]
    if whole.bits != 8 or not whole.interleaved or whole.nodata or whole.epsg != _WEB_MERCATOR:
        return None
    if whole.compression == _WEBP and not any(level.mask for level in levels):  # a mask would be lost
        return "webp" if whole.samples in (3, 4) else None
    if whole.compression == _JPEG and (whole.photometric, whole.samples) in ((_YCBCR, 3), (_GRAY, 1)):
        return "jpg"
    return None


def _aligned(level: TiffLevel, whole: TiffLevel) -> tuple[int, _Aligned] | None:
    size, shrink = whole.block_width, round(whole.width / level.width)
    same = (level.compression, level.photometric, level.samples) == (
        whole.compression,
        whole.photometric,
        whole.samples,
    )
    square = (level.block_width, level.block_height) == (size, size)
    exact = (level.width * shrink, level.height * shrink) == (whole.width, whole.height)
    full = not level.width % size and not level.height % size
    if not (same and square and exact and full) or whole.origin is None or whole.pixel_size is None:
        return None
    pixel = whole.pixel_size[0] * shrink
    if not (
        whole.pixel_size[0] == whole.pixel_size[1] and 0 < pixel < _HALF_M and all(map(math.isfinite, whole.origin))
    ):
        return None
    zoom = math.log2(2 * _HALF_M / (size * pixel))
    column = (whole.origin[0] + _HALF_M) / (size * pixel)
    row = (_HALF_M - whole.origin[1]) / (size * pixel)
    columns, rows = level.width // size, level.height // size
    off = max(
        abs(zoom - round(zoom)) * max(level.width, level.height), *(size * abs(v - round(v)) for v in (column, row))
    )
    if (
        not (whole.pixel_size[0] == whole.pixel_size[1] and off < _ALIGNED)
        or not len(level.offsets) == len(level.counts) == columns * rows
    ):
        return None
    return round(zoom), _Aligned(level, round(column), round(row), columns, rows)
