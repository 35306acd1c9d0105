"""The header of a PMTiles archive: 127 bytes as a frozen value. Opens no files."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias, TypeVar, get_args

from rdtr.errors import FileError
from rdtr.tiles.hilbert import MAX_ZOOM

__all__ = ["HEADER_BYTES", "Compression", "Header", "TileType"]

TileType: TypeAlias = Literal["unknown", "mvt", "png", "jpeg", "webp", "avif"]
Compression: TypeAlias = Literal["unknown", "none", "gzip", "brotli", "zstd"]

T = TypeVar("T")

HEADER_BYTES = 127
_FORMAT = "<7sB11Q6B4iB2i"
_MAGIC = b"PMTiles"
_VERSION = 3
_TYPES: tuple[TileType, ...] = get_args(TileType)
_COMPRESSIONS: tuple[Compression, ...] = get_args(Compression)
_E7 = 1e7  # degrees are stored as whole ten-millionths


@dataclass(frozen=True, slots=True)
class Header:
    """What an archive says of itself; sections are (offset, length) in bytes.

    Attributes
    ----------
    root, metadata, leaves, tiles
        Sections of the file.
    addressed, entries, contents
        Tiles that can be asked for, entries in the directories, different tiles; 0 says unknown.
    clustered
        True if the tiles lie in the order of their numbers.
    internal_compression, compression
        Of the directories, of the tiles.
    bounds
        West, south, east, north in degrees.
    center
        Longitude, latitude, zoom.
    """

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    tiles: tuple[int, int]
    addressed: int
    entries: int
    contents: int
    clustered: bool
    internal_compression: Compression
    compression: Compression
    tile_type: TileType
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]
    center: tuple[float, float, int]

    def to_bytes(self) -> bytes:
        """Return the 127 bytes."""
        lon, lat, zoom = self.center
        return struct.pack(
            _FORMAT,
            _MAGIC,
            _VERSION,
            *self.root,
            *self.metadata,
            *self.leaves,
            *self.tiles,
            self.addressed,
            self.entries,
            self.contents,
            self.clustered,
            _COMPRESSIONS.index(self.internal_compression),
            _COMPRESSIONS.index(self.compression),
            _TYPES.index(self.tile_type),
            self.minzoom,
            self.maxzoom,
            *(round(value * _E7) for value in self.bounds),
            zoom,
            *(round(value * _E7) for value in (lon, lat)),
        )

    @classmethod
    def from_bytes(cls, data: bytes, label: str) -> Self:
        """Read a header.

        Raises
        ------
        FileError
            If the bytes are no header of a PMTiles archive of version 3.
        """
        if not data.startswith(_MAGIC):
            raise FileError(f"{label}: is no PMTiles archive; wanted a file that starts with 'PMTiles'")
        if len(data) < HEADER_BYTES:
            raise FileError(f"{label}: ends within its header; the file was cut off, fetch or make it again")
        version, *numbers = struct.unpack(_FORMAT, data[:HEADER_BYTES])[1:]
        if version != _VERSION:
            raise FileError(f"{label}: is a PMTiles archive of version {version}; wanted version 3 (pmtiles convert)")
        root, metadata, leaves, tiles = zip(numbers[0:8:2], numbers[1:8:2], strict=True)
        addressed, entries, contents, clustered, inner, outer, kind, low, high = numbers[8:17]
        *bounds, zoom, lon, lat = numbers[17:]
        if not low <= high <= MAX_ZOOM:
            raise FileError(f"{label}: its header says zoom {low} to {high}; the file is damaged, make it again")
        west, south, east, north = (value / _E7 for value in bounds)
        return cls(
            root,
            metadata,
            leaves,
            tiles,
            addressed,
            entries,
            contents,
            clustered == 1,
            _word(_COMPRESSIONS, inner),
            _word(_COMPRESSIONS, outer),
            _word(_TYPES, kind),
            low,
            high,
            (west, south, east, north),
            (lon / _E7, lat / _E7, zoom),
        )


def _word(words: tuple[T, ...], number: int) -> T:
    return words[number if number < len(words) else 0]
